"""What both protocols do with a request's bytes: make a payload, hand it to the pipelines, count, say how it went."""

from collections.abc import Callable, Mapping

from collector.component import Consume, Instrument, Partial, Settings, Signal
from collector.pdata import Context, InvalidPayload, Logs, Metrics, Payload, Traces
from collector.receivers.otlp.status import Code, Failure, Rejected, clean, of_error
from collector.telemetry.metrics import item_name

__all__ = ["Intake"]

payloads: Mapping[Signal, type[Payload]] = {Signal.TRACES: Traces, Signal.METRICS: Metrics, Signal.LOGS: Logs}


class Intake:
    """Takes the payloads of one signal over one transport."""

    __slots__ = ("_accepted", "_consume", "_refused", "from_bytes", "from_json", "signal")

    def __init__(self, signal: Signal, transport: str, settings: Settings) -> None:
        self.signal = signal
        self.from_bytes: Callable[[bytes, Context], Payload] = payloads[signal].from_bytes
        self.from_json: Callable[[bytes, Context], Payload] = payloads[signal].from_json
        self._consume: Consume = settings.consumers[signal]
        self._accepted = self._counter(settings, "accepted", "taken by the pipelines", transport)
        self._refused = self._counter(settings, "refused", "that could not be pushed into the pipelines", transport)

    def _counter(self, settings: Settings, what: str, description: str, transport: str) -> Instrument:
        name = item_name(self.signal)
        counter = settings.metrics.counter(
            f"otelcol_receiver_{what}_{name}", f"Number of {name.replace('_', ' ')} {description}", f"{{{name}}}"
        )
        return counter.bind(transport=transport)

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
                self._accepted.add(items)
                return Rejected(self.signal, error.rejected, clean(str(error)))
            self._refused.add(items)
            return of_error(error)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the sender gets an answer
            self._refused.add(items)
            return of_error(error)
        self._accepted.add(items)
        return None
