"""`debug`: show what arrives, as counts, one line a record, or every field.

The texts are those of the Collector's exporter of the same name (components.md 3.7).
"""

from exporters.debug.exporter import factory

__all__ = ["factory"]
