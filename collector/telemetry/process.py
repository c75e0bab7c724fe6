"""Metrics of the process itself (components.md 1.11), from `/proc` and the operating system's clocks."""

import os
import resource
import sys
import time
from pathlib import Path

from collector.telemetry.instruments import Observed, Type
from collector.telemetry.metrics import Registry

__all__ = ["add_process_metrics", "resident_bytes"]

page = os.sysconf("SC_PAGE_SIZE")
statm = Path("/proc/self/statm")
has_proc = statm.exists()


def memory_pages(column: int) -> int:
    return int(statm.read_bytes().split()[column]) * page


def resident_bytes() -> int:
    """Memory of the process that is in RAM; without `/proc`, its highest value so far."""
    if has_proc:
        return memory_pages(1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def virtual_bytes() -> int:
    return memory_pages(0) if has_proc else resident_bytes()


def heap_bytes() -> int:
    """Data and stack of the process: the nearest to a heap that the kernel tells."""
    return memory_pages(5) if has_proc else resident_bytes()


def peak_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def add_process_metrics(registry: Registry) -> None:
    """Register the process's metrics; uptime counts from here."""
    started = time.monotonic()
    for name, description, unit, type, read in (
        ("otelcol_process_uptime", "Uptime of the process.", "s", Type.COUNTER, lambda: time.monotonic() - started),
        (
            "otelcol_process_cpu_seconds",
            "Total CPU user and system time in seconds.",
            "s",
            Type.COUNTER,
            time.process_time,
        ),
        ("otelcol_process_memory_rss", "Total physical memory (resident set size).", "By", Type.GAUGE, resident_bytes),
        (
            "otelcol_process_runtime_heap_alloc_bytes",
            "Bytes of data and stack of the process.",
            "By",
            Type.GAUGE,
            heap_bytes,
        ),
        (
            "otelcol_process_runtime_total_alloc_bytes",
            "Highest physical memory of the process so far.",
            "By",
            Type.COUNTER,
            peak_bytes,
        ),
        (
            "otelcol_process_runtime_total_sys_memory_bytes",
            "Virtual memory of the process.",
            "By",
            Type.GAUGE,
            virtual_bytes,
        ),
    ):
        family = registry.family(name, description, unit, type)
        if family is not None:
            family.children[()] = Observed(read)
