"""The system's clock, as components see it."""

import asyncio
import time

__all__ = ["SystemClock"]


class SystemClock:
    """Time of the system and of the event loop."""

    __slots__ = ()

    now = staticmethod(time.time)
    time_ns = staticmethod(time.time_ns)
    monotonic = staticmethod(time.monotonic)
    sleep = staticmethod(asyncio.sleep)
