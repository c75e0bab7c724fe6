"""Detectors `system` and `process`: the machine and the process that Telepipe runs in."""

import asyncio
import getpass
import ipaddress
import os
import platform
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .config import SystemConfig

__all__ = ["OS_TYPES", "detect_process", "detect_system"]

OS_TYPES = {"Linux": "linux", "Darwin": "darwin", "Windows": "windows", "FreeBSD": "freebsd"}
ARCHITECTURES = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "i686": "x86", "ppc64le": "ppc64"}
MACHINE_IDS = ("/etc/machine-id", "/var/lib/dbus/machine-id")
INTERFACES = Path("/sys/class/net")


async def detect_system(config: SystemConfig) -> dict[str, Any]:
    """Attributes of the machine; all that can be had, on or off."""
    return await asyncio.to_thread(_system, config)


def _system(config: SystemConfig) -> dict[str, Any]:
    found: dict[str, Any] = {
        "host.name": _hostname(config.hostname_sources),
        "os.type": OS_TYPES.get(platform.system(), platform.system().lower()),
        "host.arch": ARCHITECTURES.get(platform.machine(), platform.machine()),
        "os.version": platform.release(),
        "os.description": f"{platform.system()} {platform.release()} {platform.version()}",
        **_release(),
        **_processor(),
    }
    machine_id = next((text for text in map(_text, MACHINE_IDS) if text), "")
    if machine_id:
        found["host.id"] = machine_id
    names, macs = _interfaces()
    found |= {"host.interface": names, "host.mac": macs, "host.ip": _addresses()}
    return {name: value for name, value in found.items() if value not in ("", [])}


def _hostname(sources: list[str]) -> str:
    lookups: dict[str, Callable[[], str]] = {
        "os": socket.gethostname,
        "dns": lambda: _qualified(socket.getfqdn()),
        "cname": lambda: socket.gethostbyname_ex(socket.gethostname())[0],
        "lookup": lambda: socket.gethostbyaddr(socket.gethostbyname(socket.gethostname()))[0],
    }
    for source in sources:
        try:
            name = lookups[source]()
        except OSError:
            continue
        if name:
            return name
    raise RuntimeError("all hostname sources failed to get hostname")


def _qualified(name: str) -> str:
    return "" if name.startswith("localhost") else name


def _text(path: str | Path) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _release() -> dict[str, str]:
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return {}
    return {"os.name": release.get("NAME", ""), "os.build.id": release.get("BUILD_ID", "")}


def _processor() -> dict[str, Any]:
    fields: dict[str, str] = {}
    for line in _text("/proc/cpuinfo").splitlines():
        name, _, value = line.partition(":")
        if not line.strip():
            break
        fields[name.strip()] = value.strip()
    names = {
        "vendor_id": "vendor.id",
        "cpu family": "family",
        "model": "model.id",
        "model name": "model.name",
        "stepping": "stepping",
    }
    found: dict[str, Any] = {f"host.cpu.{names[name]}": fields[name] for name in names if fields.get(name)}
    size = fields.get("cache size", "").removesuffix(" KB")
    if size.isdigit():
        found["host.cpu.cache.l2.size"] = int(size) * 1024
    return found


def _interfaces() -> tuple[list[str], list[str]]:
    names = sorted(path.name for path in INTERFACES.iterdir()) if INTERFACES.is_dir() else []
    names = [name for name in names if name != "lo"]
    macs = [_text(INTERFACES / name / "address") for name in names]
    return names, [mac.upper().replace(":", "-") for mac in macs if mac.strip("0:")]


def _addresses() -> list[str]:
    try:
        infos = socket.getaddrinfo(socket.gethostname(), None)
    except OSError:
        return []
    addresses = {str(info[4][0]).split("%")[0] for info in infos}
    return sorted(a for a in addresses if not ipaddress.ip_address(a).is_loopback)


async def detect_process() -> dict[str, Any]:
    """Attributes of this process."""
    found: dict[str, Any] = {
        "process.pid": os.getpid(),
        "process.parent_pid": os.getppid(),
        "process.executable.name": Path(sys.executable).name,
        "process.executable.path": sys.executable,
        "process.command": sys.argv[0] if sys.argv else "",
        "process.command_args": list(sys.argv),
        "process.command_line": " ".join(sys.argv),
        "process.runtime.name": platform.python_implementation().lower(),
        "process.runtime.version": platform.python_version(),
        "process.runtime.description": sys.version,
    }
    try:
        found["process.owner"] = getpass.getuser()
    except (KeyError, OSError):  # a user id without a name
        found["process.owner"] = str(os.getuid())
    return found
