"""Configuration: the models of component settings, and reading documents into them.

Component modules need only the names below; `collector.config.document.load` reads a whole configuration.
"""

from collector.config.kinds import (
    ComponentRef,
    DefaultSection,
    Duration,
    HeaderMap,
    IgnoreCase,
    LowerStr,
    MetadataKeys,
    NotNull,
    OptionalSection,
    StringList,
    UInt,
    UInt32,
)
from collector.config.model import ComponentConfig
from collector.config.secret import Secret

__all__ = [
    "ComponentConfig",
    "ComponentRef",
    "DefaultSection",
    "Duration",
    "HeaderMap",
    "IgnoreCase",
    "LowerStr",
    "MetadataKeys",
    "NotNull",
    "OptionalSection",
    "Secret",
    "StringList",
    "UInt",
    "UInt32",
]
