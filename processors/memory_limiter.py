"""`memory_limiter`: refuse payloads, retryably, while the process uses too much memory.

What is measured is the process's resident memory, where the Go Collector reads its heap: leave room for the
interpreter. All pipelines that use one id share one measurement. Put it before all others. (components.md 4.2)
"""

import asyncio
import ctypes
import gc
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self
from weakref import WeakValueDictionary

from pydantic import model_validator

from collector.component import Host, ProcessorFactory, Retryable, Settings, Signal, Stability, Status
from collector.config import ComponentConfig, Duration, UInt32
from collector.pdata import Payload
from collector.telemetry.metrics import item_name
from collector.telemetry.process import resident_bytes

mib = 1 << 20
cgroup_limits = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


class MemoryLimiterConfig(ComponentConfig):
    check_interval: Duration = 0.0
    """Time between two measurements; required."""

    limit_mib: UInt32 = 0
    """Hard limit of the process's memory in MiB."""

    spike_limit_mib: UInt32 = 0
    """How far below the hard limit refusing begins, in MiB; 0 is a fifth of the limit."""

    limit_percentage: UInt32 = 0
    """Hard limit in percent of the memory that the machine or the cgroup has; used where `limit_mib` is 0."""

    spike_limit_percentage: UInt32 = 0
    """How far below the hard limit refusing begins, in percent of the memory there is; 0 is a fifth of the limit."""

    min_gc_interval_when_soft_limited: Duration = 10.0
    """Least time between garbage collections while memory is above the soft limit."""

    min_gc_interval_when_hard_limited: Duration = 0.0
    """Least time between garbage collections while memory is above the hard limit."""

    max_gc_interval_when_soft_limited: Duration = 30.0
    """To this the soft interval may double, while collections free next to nothing; 0: it never doubles."""

    max_gc_interval_when_hard_limited: Duration = 30.0
    """To this the hard interval may double; 0: it never doubles."""

    @model_validator(mode="after")
    def _limits_fit(self) -> Self:
        if self.check_interval <= 0:
            raise ValueError("'check_interval' must be greater than zero")
        if self.min_gc_interval_when_soft_limited < self.min_gc_interval_when_hard_limited:
            raise ValueError(
                "'min_gc_interval_when_soft_limited' should be larger than 'min_gc_interval_when_hard_limited'"
            )
        for limit in ("soft", "hard"):
            most = getattr(self, f"max_gc_interval_when_{limit}_limited")
            if most < 0:
                raise ValueError(f"'max_gc_interval_when_{limit}_limited' must be non-negative")
            if 0 < most < getattr(self, f"min_gc_interval_when_{limit}_limited"):
                raise ValueError(
                    f"'max_gc_interval_when_{limit}_limited' must be greater than or equal to "
                    f"'min_gc_interval_when_{limit}_limited' (or 0 to disable)"
                )
        if 0 < self.max_gc_interval_when_soft_limited < self.max_gc_interval_when_hard_limited:
            raise ValueError(
                "'max_gc_interval_when_soft_limited' should be larger than or equal to "
                "'max_gc_interval_when_hard_limited' (when both are set)"
            )
        if not self.limit_mib and not self.limit_percentage:
            raise ValueError("'limit_mib' or 'limit_percentage' must be greater than zero")
        if self.limit_percentage > 100 or self.spike_limit_percentage > 100:
            raise ValueError(
                "'limit_percentage' and 'spike_limit_percentage' must be greater than zero and less than or equal to "
                "hundred"
            )
        if 0 < self.limit_mib <= self.spike_limit_mib:
            raise ValueError("'spike_limit_mib' must be smaller than 'limit_mib'")
        if 0 < self.limit_percentage <= self.spike_limit_percentage:
            raise ValueError("'spike_limit_percentage' must be smaller than 'limit_percentage'")
        return self

    def limits(self, total: Callable[[], int]) -> tuple[int, int]:
        """Soft and hard limit in bytes; `total` tells the memory there is."""
        if self.limit_mib:
            hard = self.limit_mib * mib
            spike = self.spike_limit_mib * mib
        else:
            memory = total()
            hard = memory * self.limit_percentage // 100
            spike = memory * self.spike_limit_percentage // 100
        return hard - (spike or hard // 5), hard


def total_memory() -> int:
    """Memory of the machine or, if that is less, of the cgroup; bytes."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for path in cgroup_limits:
        with suppress(OSError, ValueError):
            memory = min(memory, int(Path(path).read_text()))
    return memory


def free_memory() -> None:
    """Collect garbage and, where the C library can, give freed memory back to the system."""
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


class Gauge:
    """The measuring part of one id: shared by its limiters, run by the first of them that is started.

    `measure` gives the memory in use, `free` what can be given back.
    """

    def __init__(
        self,
        config: MemoryLimiterConfig,
        settings: Settings,
        measure: Callable[[], int] = resident_bytes,
        free: Callable[[], None] = free_memory,
    ) -> None:
        self.config = config
        self._soft, self._hard = config.limits(total_memory)
        self._wait = {
            "soft": config.min_gc_interval_when_soft_limited,
            "hard": config.min_gc_interval_when_hard_limited,
        }
        self._clock = settings.clock
        self._logger = settings.logger
        self._measure = measure
        self._free = free
        self._freed = self._clock.monotonic()
        self.users: list[MemoryLimiter] = []
        self.refusing = False

    async def run(self) -> None:
        """Check for ever."""
        while True:
            await self._clock.sleep(self.config.check_interval)
            self.check()

    def check(self) -> None:
        """Measure, free memory if it is time to, and decide whether to refuse."""
        used = self._measure()
        if used >= self._soft:
            used = self._make_room(used, "hard" if used >= self._hard else "soft")
        refusing = used >= self._soft
        if refusing is self.refusing:
            return
        self.refusing = refusing
        log = self._logger.warning if refusing else self._logger.info
        log(
            "Memory usage is above soft limit. Refusing data."
            if refusing
            else "Memory usage back within limits. Resuming normal operation.",
            cur_mem_mib=used // mib,
        )
        for user in self.users:
            user.report()

    def _make_room(self, used: int, limit: str) -> int:
        now = self._clock.monotonic()
        if now - self._freed < self._wait[limit]:
            return used
        message = f"Memory usage is above {limit} limit. Forcing a GC."
        self._logger.info(message, cur_mem_mib=used // mib)
        self._free()
        left = self._measure()
        self._freed = now
        self._logger.info("Memory usage after GC.", cur_mem_mib=left // mib)
        least = getattr(self.config, f"min_gc_interval_when_{limit}_limited")
        most = getattr(self.config, f"max_gc_interval_when_{limit}_limited")
        freed_little = used - left < used / 20
        if freed_little and most:
            self._wait[limit] = min(max(self._wait[limit] * 2, self.config.check_interval), most)
        else:
            self._wait[limit] = least
        return left


gauges: WeakValueDictionary[int, Gauge] = WeakValueDictionary()


def gauge_of(config: MemoryLimiterConfig, settings: Settings) -> Gauge:
    """The measuring part that belongs to a configured id: all its limiters are given the same settings object."""
    gauge = gauges.get(id(config))
    if gauge is None:
        gauge = gauges[id(config)] = Gauge(config, settings)
    return gauge


class MemoryLimiter:
    """A refusal is retryable, and the payload is untouched."""

    mutates_data = False

    def __init__(self, config: MemoryLimiterConfig, settings: Settings) -> None:
        self._gauge = gauge_of(config, settings)
        self._settings = settings
        self._checks: asyncio.Task[None] | None = None
        signals = (settings.signal,) if settings.signal else Signal
        name = "otelcol_processor_memory_limiter"
        self._accepted, self._refused = (
            {
                str(signal): settings.metrics.counter(
                    f"{name}_{word}_{item_name(signal)}", f"Items {word}.", f"{{{item_name(signal)}}}"
                )
                for signal in signals
            }
            for word in ("accepted", "refused")
        )

    async def start(self, host: Host) -> None:  # noqa: ARG002 - the signature of start
        users = self._gauge.users
        users.append(self)
        if len(users) == 1:
            self.run_checks()

    async def shutdown(self) -> None:
        users = self._gauge.users
        if self not in users:
            return
        users.remove(self)
        if self._checks is not None:
            self._checks.cancel()
            self._checks = None
            if users:
                users[0].run_checks()

    def process_traces(self, payload: Payload) -> Payload:
        if self._gauge.refusing:
            self._refused[payload.signal].add(payload.item_count)
            raise Retryable("data refused due to high memory usage")
        self._accepted[payload.signal].add(payload.item_count)
        return payload

    process_metrics = process_logs = process_traces

    def run_checks(self) -> None:
        """Run the shared checks as a task of this limiter."""
        self._checks = self._settings.spawn(self._gauge.run())

    def report(self) -> None:
        """Set this limiter's status to what the gauge has found."""
        if self._gauge.refusing:
            self._settings.report(Status.RECOVERABLE_ERROR, Retryable("data refused due to high memory usage"))
        else:
            self._settings.report(Status.OK)


factory = ProcessorFactory("memory_limiter", MemoryLimiterConfig, MemoryLimiter, Stability.BETA)
