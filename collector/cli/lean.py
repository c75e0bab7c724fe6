"""A standalone process that starts fast and stays small."""

import ctypes
import sys

_TRIM_THRESHOLD = -1
_MMAP_THRESHOLD = -3
_KEPT = 32 << 20


def import_structlog() -> None:
    """Import structlog without rich, which it would load for colourful tracebacks: 4 MB and a tenth of a second."""
    if "structlog" in sys.modules or "rich" in sys.modules:
        return
    sys.modules["rich"] = None  # type: ignore[assignment]
    try:
        import structlog  # noqa: F401, PLC0415 - imported here so that later imports find it
    finally:
        del sys.modules["rich"]


def keep_large_buffers() -> None:
    """Let malloc keep buffers of megabytes for reuse: fresh ones cost a page fault for every 4 KiB.

    Does nothing where the C library is not glibc.
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, _KEPT)
        mallopt(_TRIM_THRESHOLD, _KEPT)
