"""An OTLP receiver made from the configuration that a user would write, listening on free ports."""

import contextlib

import pytest

from collector.testing import bench


@pytest.fixture
def otlp():
    @contextlib.asynccontextmanager
    async def start(grpc=None, http=None, signals=None, extensions=None, consume=None):
        protocols = {}
        if grpc is not None or http is None:
            protocols["grpc"] = {"endpoint": "127.0.0.1:0", **(grpc or {})}
        if http is not None or grpc is None:
            protocols["http"] = {"endpoint": "127.0.0.1:0", **(http or {})}
        receiver = bench("otlp", {"protocols": protocols}, kind="receiver")
        receiver.host.extensions.update(extensions or {})
        consumers = receiver.component.settings.consumers
        if consume is not None:
            consumers.update(dict.fromkeys(consumers, consume))
        if signals is not None:
            for signal in set(consumers) - set(signals):
                del consumers[signal]
        async with receiver:
            for name, port in zip(protocols, receiver.component.ports, strict=True):
                setattr(receiver, name, port.address)
            yield receiver

    return start
