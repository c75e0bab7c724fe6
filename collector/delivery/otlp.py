"""What the OTLP exporters share: names of the services, and reading partial success."""

import json
from typing import Any

from collector.component import Permanent

__all__ = ["partial_success", "partial_success_json", "services", "status_text"]

services = {
    "traces": "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
    "metrics": "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    "logs": "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
}
rejected_fields = {"traces": "rejected_spans", "metrics": "rejected_data_points", "logs": "rejected_log_records"}


def response_class(signal: str) -> Any:
    """The protobuf class of the answer to an export request."""
    if signal == "traces":
        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (  # noqa: PLC0415 - costs start-up time
            ExportTraceServiceResponse,
        )

        return ExportTraceServiceResponse
    if signal == "metrics":
        from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (  # noqa: PLC0415 - as above
            ExportMetricsServiceResponse,
        )

        return ExportMetricsServiceResponse
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (  # noqa: PLC0415 - as above
        ExportLogsServiceResponse,
    )

    return ExportLogsServiceResponse


def partial_success(signal: str, answer: bytes) -> tuple[int, str]:
    """Rejected items and the message of an answer in protobuf.

    Raises:
        Permanent: it can't be read.
    """
    from google.protobuf.message import DecodeError  # noqa: PLC0415 - only answers that say something need it

    try:
        partial = response_class(signal).FromString(answer).partial_success
    except DecodeError as error:
        raise Permanent(f"error parsing the response: {error}") from error
    return getattr(partial, rejected_fields[signal]), partial.error_message


def partial_success_json(signal: str, answer: bytes) -> tuple[int, str]:
    """Rejected items and the message of an answer in JSON.

    Raises:
        Permanent: it can't be read.
    """
    try:
        body = json.loads(answer)
        partial = body.get("partialSuccess") or {}
        rejected = partial.get(camel_case(rejected_fields[signal])) or 0
        return int(rejected), str(partial.get("errorMessage") or "")
    except (ValueError, AttributeError, TypeError, RecursionError) as error:
        raise Permanent(f"error parsing the response: {error}") from error


def status_text(media_type: str, body: bytes) -> str:
    """`, Message=…, Details=…` of a `google.rpc.Status` body; empty where the body is none."""
    message, details = "", []
    try:
        if media_type == "application/x-protobuf":
            from google.protobuf.message import DecodeError  # noqa: PLC0415 - only refusals need it
            from google.rpc.status_pb2 import Status  # noqa: PLC0415 - only refusals need it

            try:
                status = Status.FromString(body)
            except DecodeError:
                return ""
            message, details = status.message, [detail.type_url for detail in status.details]
        elif media_type == "application/json":
            parsed = json.loads(body)
            message, details = str(parsed.get("message", "")), parsed.get("details", [])
    except (ValueError, AttributeError, RecursionError):
        return ""
    return f", Message={message}, Details={details}" if message or details else ""


def camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
