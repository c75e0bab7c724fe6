"""What both protocols do with a request's bytes: make a payload, hand it to the pipelines, count, say how it went."""

from collections.abc import Callable, Mapping

from collector.component import Consume, Instrument, Meter, Partial, Settings, Signal
from collector.config import gates
from collector.net.codes import Code
from collector.pdata import Context, InvalidPayload, Logs, Metrics, Payload, Traces
from collector.receivers.otlp.status import Failure, Rejected, clean, of_error
from collector.telemetry.metrics import item_name

__all__ = ["Intake"]

requests_gate = "receiverhelper.newReceiverMetrics"
payloads: Mapping[Signal, type[Payload]] = {Signal.TRACES: Traces, Signal.METRICS: Metrics, Signal.LOGS: Logs}


class Counts:
    """The self-metrics of one signal over one transport (components.md 2.1)."""

    __slots__ = ("_accepted", "_refused", "_served", "_turned_away")

    def __init__(self, signal: Signal, transport: str, meter: Meter) -> None:
        items = item_name(signal)
        unit, words = f"{{{items}}}", items.replace("_", " ")

        def counter(what: str, meaning: str) -> Instrument:
            name = f"otelcol_receiver_{what}_{items}"
            return meter.counter(name, f"Number of {words} {meaning}", unit).bind(transport=transport)

        self._accepted = counter("accepted", "taken by the pipelines")
        self._refused = counter("refused", "that could not be pushed into the pipelines")
        counter("failed", "that the receiver itself could not process").add(0)
        self._served: Instrument | None = None
        self._turned_away: Instrument | None = None
        if gates.enabled(requests_gate):
            requests = meter.counter("otelcol_receiver_requests", "Number of requests", "{requests}")
            self._served = requests.bind(transport=transport, outcome="success")
            self._turned_away = requests.bind(transport=transport, outcome="refused")

    def accepted(self, items: int) -> None:
        """A request that the pipelines took."""
        self._accepted.add(items)
        if self._served is not None:
            self._served.add(1)

    def refused(self, items: int) -> None:
        """A request that they did not take."""
        self._refused.add(items)
        if self._turned_away is not None:
            self._turned_away.add(1)


class Intake:
    """Takes the payloads of one signal over one transport."""

    __slots__ = ("_consume", "_counts", "from_bytes", "from_json", "signal")

    def __init__(self, signal: Signal, transport: str, settings: Settings) -> None:
        self.signal = signal
        self.from_bytes: Callable[[bytes, Context], Payload] = payloads[signal].from_bytes
        self.from_json: Callable[[bytes, Context], Payload] = payloads[signal].from_json
        self._consume: Consume = settings.consumers[signal]
        self._counts = Counts(signal, transport, settings.metrics)

    async def take(
        self, decode: Callable[[bytes, Context], Payload], data: bytes, context: Context
    ) -> Failure | Rejected | None:
        """None: all is well. Else the `Failure` or `Rejected` to tell the sender."""
        try:
            payload = decode(data, context)
        except (InvalidPayload, RecursionError) as error:
            return Failure(Code.INVALID_ARGUMENT, str(error) or "nested too deeply")
        items = payload.item_count
        if not items:
            return None
        try:
            await self._consume(payload)
        except Partial as error:
            if error.rejected:
                self._counts.accepted(items)
                return Rejected(self.signal, error.rejected, clean(str(error)))
            self._counts.refused(items)
            return of_error(error)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the sender gets an answer
            self._counts.refused(items)
            return of_error(error)
        self._counts.accepted(items)
        return None
