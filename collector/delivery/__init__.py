"""What every exporter may ask for: queue, batching, retry, timeout. Each part is usable alone.

    factory = ExporterFactory("x", XConfig, X, delivery=lambda config: Parts(config.timeout, config.retry_on_failure))

The engine puts a `Delivery` of the named parts before the exporter.
"""

from collector.delivery.delivery import Delivery, Parts
from collector.delivery.errors import HTTPFailure, InvalidRequest
from collector.delivery.rules import BatchRules, Sizer
from collector.delivery.settings import BatchSettings, PartitionSettings, QueueSettings, RetrySettings

__all__ = [
    "BatchRules",
    "BatchSettings",
    "Delivery",
    "HTTPFailure",
    "InvalidRequest",
    "PartitionSettings",
    "Parts",
    "QueueSettings",
    "RetrySettings",
    "Sizer",
]
