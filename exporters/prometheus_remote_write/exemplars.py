"""Exemplars (prometheus.md 8.7): their labels, and which of them is too long."""

from typing import TYPE_CHECKING

from collector.pdata import attribute_value_as_string

if TYPE_CHECKING:
    from collector.pdata import Exemplar

    from .labels import Labels

_LONGEST = 128
"""Unicode characters of all names and values together."""


def exemplar_labels(exemplar: "Exemplar") -> "Labels":
    """Ids and filtered attributes, in order of names; only the ids where all together are too long."""
    ids: Labels = {}
    if any(exemplar.trace_id):
        ids["trace_id"] = exemplar.trace_id.hex()
    if any(exemplar.span_id):
        ids["span_id"] = exemplar.span_id.hex()
    labels = {key: attribute_value_as_string(value) for key, value in exemplar.filtered_attributes.items()} | ids
    if sum(len(name) + len(value) for name, value in labels.items()) > _LONGEST:
        labels = ids
    return labels
