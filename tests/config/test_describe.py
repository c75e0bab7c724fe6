import pytest

from collector.config import ComponentConfig
from collector.config.describe import descriptions
from collector.config.service import PipelineConfig, ServiceConfig
from collector.config.telemetry import LogsTelemetry, MetricsTelemetry, TelemetryConfig, TracesTelemetry


def test_the_text_under_a_field_describes_it():
    class Base(ComponentConfig):
        first: int = 1
        """The first.

        In two parts.
        """

    class Derived(Base):
        second: int = 2
        """The second."""
        third: int = 3

        def method(self):
            """No field."""

    assert descriptions(Derived) == {"first": "The first.\n\nIn two parts.", "second": "The second."}


@pytest.mark.parametrize(
    "model", [ServiceConfig, PipelineConfig, TelemetryConfig, LogsTelemetry, MetricsTelemetry, TracesTelemetry]
)
def test_every_key_of_the_service_is_described(model):
    assert set(descriptions(model)) == set(model.model_fields)
