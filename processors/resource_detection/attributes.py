"""Which attributes a detector sets unless its section says otherwise."""

__all__ = ["DEFAULT_OFF", "DEFAULT_ON"]

DEFAULT_ON = {
    "system": frozenset({"host.name", "os.type"}),
    "docker": frozenset({"host.name", "os.type"}),
    "process": frozenset(
        {
            "process.pid",
            "process.executable.name",
            "process.executable.path",
            "process.owner",
            "process.runtime.name",
            "process.runtime.version",
            "process.runtime.description",
        }
    ),
}
"""All others of these detectors are off."""

DEFAULT_OFF = {"azure": frozenset({"azure.vm.tags"}), "oraclecloud": frozenset({"oci.fault_domain"})}
"""All others of these detectors are on, as are all of those not named here."""
