"""The kernel: telemetry as bytes. The same sources are compiled, as package `_kernel_c`; `collector.pdata.kernel` selects."""
