"""What pdata raises."""


class InvalidPayload(ValueError):
    """Bytes or text that are no valid OTLP payload. The text says why and, for protobuf, at which byte."""
