"""The kernel: telemetry as bytes. Compiled from the same sources: `_kernel_c`; `collector.pdata.kernel` selects."""
