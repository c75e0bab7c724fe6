"""`otlp`: receive traces, metrics and logs over gRPC and HTTP (components.md 2.1).

`handle(head, body, client) -> response` of `grpc` and `http` knows no transport; `collector.net` serves it on ports or
as an ASGI application.
"""

from collector.component import ReceiverFactory, Stability
from collector.receivers.otlp.config import OTLPReceiverConfig
from collector.receivers.otlp.receiver import OTLPReceiver

__all__ = ["factory"]

factory = ReceiverFactory("otlp", OTLPReceiverConfig, OTLPReceiver, Stability.STABLE)
