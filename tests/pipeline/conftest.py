"""Pipelines of stand-in components, wired as a configuration would."""

from dataclasses import dataclass, field

import pytest

from collector.component import (
    ComponentID,
    ConnectorFactory,
    ExporterFactory,
    ExtensionFactory,
    Problem,
    ProcessorFactory,
    ReceiverFactory,
    Signal,
)
from collector.config import ComponentConfig
from collector.config.telemetry import TelemetryConfig
from collector.delivery import Parts, QueueSettings
from collector.pipeline.service import Service


class StandInConfig(ComponentConfig):
    """Settings of all stand-ins."""

    fail_start: bool = False
    fail_stop: bool = False
    fail_make: bool = False
    wait_for_result: bool = False


class StandIn:
    """Writes down when it was started and stopped."""

    journal: list = []

    def __init__(self, config, settings):
        if config.fail_make:
            raise ValueError("can't be made")
        self.config = config
        self.settings = settings
        self.name = f"{settings.kind}:{settings.id}"

    async def start(self, host):
        self.host = host
        StandIn.journal.append(("start", self.name))
        if self.config.fail_start:
            raise OSError("no such port")

    async def shutdown(self):
        StandIn.journal.append(("stop", self.name))
        if self.config.fail_stop:
            raise OSError("won't stop")


class Source(StandIn):
    """A receiver that the test speaks for, through `settings.consumers`."""


class Sink(StandIn):
    """An exporter that keeps what it gets."""

    error = None

    def __init__(self, config, settings):
        super().__init__(config, settings)
        self.payloads = []
        self.closed = False

    async def export_traces(self, payload):
        if self.error is not None:
            raise self.error
        assert not self.closed
        self.payloads.append(payload)

    export_logs = export_traces

    async def shutdown(self):
        await super().shutdown()
        self.closed = True


class Mark(StandIn):
    """Writes its id into every log record."""

    mutates_data = True

    def process_logs(self, payload):
        for record in payload.records():
            record.attributes[str(self.settings.id)] = True
        return payload


class Look(StandIn):
    """Passes on, unless told to drop or fail."""

    mutates_data = False
    error = None
    drop = False

    def process_logs(self, payload):
        if self.error is not None:
            raise self.error
        return None if self.drop else payload

    process_traces = process_logs


class Hold(StandIn):
    """Keeps payloads until shutdown."""

    mutates_data = False

    def __init__(self, config, settings):
        super().__init__(config, settings)
        self.kept = []

    async def consume_logs(self, payload):
        self.kept.append(payload)

    async def shutdown(self):
        await super().shutdown()
        kept, self.kept = self.kept, []
        for payload in kept:
            await self.settings.emit(payload)


class Join(StandIn):
    """A connector that passes on."""

    mutates_data = False

    async def consume_logs(self, payload):
        await self.settings.emit(payload)

    consume_traces = consume_logs


class Beside(StandIn):
    def ready(self):
        StandIn.journal.append(("ready", self.name))

    def not_ready(self):
        StandIn.journal.append(("not_ready", self.name))


def queue(config):
    return Parts(queue=QueueSettings(wait_for_result=True)) if config.wait_for_result else None


LOGS, TRACES = Signal.LOGS, Signal.TRACES
FACTORIES = {
    "source": ReceiverFactory("source", StandInConfig, Source, signals=(LOGS, TRACES)),
    "sink": ExporterFactory("sink", StandInConfig, Sink, delivery=queue),
    "queued": ExporterFactory("queued", StandInConfig, Sink, delivery=lambda _config: Parts(queue=QueueSettings())),
    "mark": ProcessorFactory("mark", StandInConfig, Mark),
    "look": ProcessorFactory("look", StandInConfig, Look),
    "hold": ProcessorFactory("hold", StandInConfig, Hold),
    "join": ConnectorFactory("join", StandInConfig, Join, pairs=((LOGS, LOGS), (TRACES, TRACES))),
    "beside": ExtensionFactory("beside", StandInConfig, Beside),
}


@dataclass
class Configured:
    id: ComponentID
    factory: object
    config: object


@dataclass
class Pipeline:
    signal: Signal
    receivers: list
    processors: list
    exporters: list


QUIET = TelemetryConfig.model_validate({"logs": {"level": "fatal"}})


@dataclass
class Wiring:
    receivers: dict = field(default_factory=dict)
    processors: dict = field(default_factory=dict)
    exporters: dict = field(default_factory=dict)
    connectors: dict = field(default_factory=dict)
    extensions: dict = field(default_factory=dict)
    pipelines: dict = field(default_factory=dict)
    service_extensions: list = field(default_factory=list)
    telemetry: TelemetryConfig = QUIET

    def problem(self, path, text):
        return Problem(text, "::".join(map(str, path)))


def parse(text):
    type, _, name = text.partition("/")
    return ComponentID(type, name)


@pytest.fixture
def wire():
    """Make a document: pipelines as `{"logs": "source | mark, hold | sink"}`, settings by id, extensions."""
    StandIn.journal = []

    def make(pipelines, settings=None, extensions=(), factories=None):
        known = {**FACTORIES, **(factories or {})}
        wiring = Wiring()

        def add(text):
            id = parse(text)
            factory = known[id.type]
            section = getattr(wiring, f"{factory.kind}s")
            config = factory.config.model_validate((settings or {}).get(text, {}))
            section.setdefault(id, Configured(id, factory, config))
            return id

        for name, text in pipelines.items():
            parts = [[add(one.strip()) for one in part.split(",") if one.strip()] for part in text.split("|")]
            wiring.pipelines[name] = Pipeline(Signal(name.partition("/")[0]), *parts)
        wiring.service_extensions = [add(one) for one in extensions]
        return wiring

    return make


class Running:
    """A started service and its stand-ins."""

    def __init__(self, service):
        self.service = service

    def nodes(self, text):
        return [node for node in self.service.graph.nodes if str(node.id) == text]

    def component(self, text):
        (node,) = self.nodes(text)
        return node.component

    async def send(self, payload, receiver="source"):
        source = self.component(receiver)
        await source.settings.consumers[Signal(payload.signal)](payload)


@pytest.fixture
async def run(wire):
    """Start a service of stand-ins; stopped at the end of the test."""
    services = []

    async def start(pipelines, settings=None, extensions=(), factories=None, level="normal", logs=None, **options):
        document = wire(pipelines, settings, extensions, factories)
        document.telemetry = TelemetryConfig.model_validate(
            {"logs": logs or {"level": "fatal"}, "metrics": {"level": level}}
        )
        service = Service(document, embedded=True, **options)
        services.append(service)
        await service.start()
        return Running(service)

    yield start
    for service in services:
        try:
            await service.stop()
        except ExceptionGroup:
            pass


@pytest.fixture
def journal():
    return lambda: StandIn.journal
