"""Telemetry of an invented shop, for load: payloads of a given size whose ids and times are new every time.

Spans and log records are encoded once; what must be new is written over the bytes of a copy. Metrics, whose counters
grow, are built anew.
"""

import os
import time
from collections.abc import Callable, Iterable, Mapping
from itertools import count
from typing import Any

from collector.pdata import Logs, Metrics, Payload, Traces

__all__ = ["generator"]

ROUTES = ("/", "/cart", "/cart/{id}", "/checkout", "/products/{id}", "/search")
METHODS = ("GET", "GET", "POST", "GET", "PUT")
SPANS_A_TRACE = 5
MILLISECOND = 1_000_000
BEGINNING = 1_700_000_000 * 1_000_000_000  # any time that the eight bytes of a real one look like
SCOPE = {"name": "telepipe.send", "version": "1"}
SEVERITIES = ((9, "INFO"), (9, "INFO"), (5, "DEBUG"), (13, "WARN"), (17, "ERROR"))


def generator(signal: str, size: int, resource: Mapping[str, Any]) -> Callable[[], bytes]:
    """A function that gives the bytes of a new export request with `size` items at every call."""
    if signal == "metrics":
        return metrics(size, resource)
    template = traces(size, resource) if signal == "traces" else logs(size, resource)
    return template.fresh


class Template:
    """An encoded request and where in it ids and times lie."""

    def __init__(self, payload: Payload, ids: Iterable[bytes], times: Iterable[int]) -> None:
        self._data = payload.seal()
        self._ids = [(len(id), places(self._data, id)) for id in ids]
        self._times = [(at - BEGINNING, places(self._data, fixed64(at))) for at in times]
        self._span = max((offset for offset, _ in self._times), default=0)

    def fresh(self) -> bytes:
        """A request like the first, of now."""
        data = bytearray(self._data)
        random = memoryview(os.urandom(sum(size for size, _ in self._ids)))
        taken = 0
        for size, found in self._ids:
            id = random[taken : taken + size]
            taken += size
            for at in found:
                data[at : at + size] = id
        begin = time.time_ns() - self._span
        for offset, found in self._times:
            moment = fixed64(begin + offset)
            for at in found:
                data[at : at + 8] = moment
        return bytes(data)


def fixed64(value: int) -> bytes:
    return value.to_bytes(8, "little")


def places(data: bytes, mark: bytes) -> list[int]:
    found, at = [], data.find(mark)
    while at >= 0:
        found.append(at)
        at = data.find(mark, at + 1)
    return found


def traces(size: int, resource: Mapping[str, Any]) -> Template:
    builder = Traces.builder()
    scope = builder.resource(dict(resource)).scope(SCOPE)
    ids: list[bytes] = []
    times: list[int] = []
    trace = root = b""
    for number in range(size):
        span, child = os.urandom(8), number % SPANS_A_TRACE
        if not child:
            trace, root = os.urandom(16), span
            ids.append(trace)
        ids.append(span)
        start = BEGINNING + number * MILLISECOND
        times += (start, start + (SPANS_A_TRACE - child) * 7 * MILLISECOND + 1)
        route, method = ROUTES[number % len(ROUTES)], METHODS[number % len(METHODS)]
        failed = number % 50 == 49
        scope.add(
            trace_id=trace,
            span_id=span,
            parent_span_id=root if child else b"",
            name=f"{method} {route}",
            kind=3 if child else 2,
            start_time_unix_nano=times[-2],
            end_time_unix_nano=times[-1],
            attributes={
                "http.request.method": method,
                "http.route": route,
                "http.response.status_code": 500 if failed else 200,
                "url.path": route.replace("{id}", str(number)),
                "server.address": "shop.example.com",
                "enduser.id": f"user-{number % 97}",
            },
            status={"code": 2, "message": "internal error"} if failed else {},
        )
    return Template(builder.build(), ids, times)


def logs(size: int, resource: Mapping[str, Any]) -> Template:
    builder = Logs.builder()
    scope = builder.resource(dict(resource)).scope(SCOPE)
    ids: list[bytes] = []
    times: list[int] = []
    for number in range(size):
        ids += (os.urandom(16), os.urandom(8))
        times.append(BEGINNING + number * MILLISECOND)
        severity, text = SEVERITIES[number % len(SEVERITIES)]
        scope.add(
            time_unix_nano=times[-1],
            observed_time_unix_nano=times[-1],
            severity_number=severity,
            severity_text=text,
            body=f"order {number} of user-{number % 97} took {number % 13} ms",
            attributes={"http.route": ROUTES[number % len(ROUTES)], "enduser.id": f"user-{number % 97}"},
            trace_id=ids[-2],
            span_id=ids[-1],
        )
    return Template(builder.build(), ids, times)


def metrics(size: int, resource: Mapping[str, Any]) -> Callable[[], bytes]:
    """Points spread over a gauge, a counter and a histogram."""
    start = time.time_ns()
    rounds = count(1)

    def fresh() -> bytes:
        turn, now = next(rounds), time.time_ns()
        builder = Metrics.builder()
        scope = builder.resource(dict(resource)).scope(SCOPE)
        gauge = scope.add(name="process.cpu.utilization", unit="1", type="gauge")
        counter = scope.add(name="http.server.requests", unit="{request}", type="sum")
        counter.aggregation_temporality, counter.is_monotonic = 2, True
        histogram = scope.add(name="http.server.request.duration", unit="s", type="histogram")
        histogram.aggregation_temporality = 2
        for number in range(size):
            common = {"start_time_unix_nano": start, "time_unix_nano": now}
            labels = {"http.route": f"/r{number // 3}", "http.request.method": "GET"}
            match number % 3:
                case 0:
                    gauge.data_points.add(**common, attributes=labels, value=(turn * 7 + number) % 100 / 100)
                case 1:
                    counter.data_points.add(**common, attributes=labels, value=turn * (number + 1))
                case _:
                    counts = [turn, turn * 2, turn, 0]
                    histogram.data_points.add(
                        **common,
                        attributes=labels,
                        count=sum(counts),
                        sum=turn * 0.6,
                        bucket_counts=counts,
                        explicit_bounds=[0.1, 0.25, 1.0],
                    )
        payload: Metrics = builder.build()
        return payload.seal()

    return fresh
