"""`prometheus_remote_write`: send metrics to a Prometheus remote-write endpoint, protocol 1.0 or 2.0.

A push goes through in this order: `_walk` reads the payload's bytes and adds samples to series that `catalog` knows,
`requests` encodes and compresses them, `sending` posts the requests. (prometheus.md 1 to 12)
"""

from .exporter import factory

__all__ = ["factory"]
