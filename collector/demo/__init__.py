"""What `telepipe demo` shows: a configuration, a program that makes telemetry with the OpenTelemetry SDK, a view."""
