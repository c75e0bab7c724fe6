"""`prometheus_remote_write`: sends metrics to a Prometheus remote-write endpoint."""
