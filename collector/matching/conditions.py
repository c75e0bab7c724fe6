"""Tests of texts, attributes, scopes and severities, made from settings."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from collector.matching.settings import AttributeEntry, LibraryEntry, MatchType, SeverityNumber
from collector.numbers import format_fixed
from collector.pdata import (
    ValueList,
    attr_equals,
    attr_get,
    attr_has,
    attribute_value_as_string,
    encode_value,
)
from collector.regex import searcher

__all__ = [
    "SPAN_KINDS",
    "TextTest",
    "ViewTest",
    "attributes_test",
    "libraries_test",
    "scalar_text",
    "services_test",
    "severity_test",
    "text_test",
]

TextTest = Callable[[str], bool]
ViewTest = Callable[[Any], bool]

SPAN_KINDS: Final = {
    0: "SPAN_KIND_UNSPECIFIED",
    1: "SPAN_KIND_INTERNAL",
    2: "SPAN_KIND_SERVER",
    3: "SPAN_KIND_CLIENT",
    4: "SPAN_KIND_PRODUCER",
    5: "SPAN_KIND_CONSUMER",
}


def text_test(how: MatchType, texts: Sequence[str]) -> TextTest:
    """Make the test whether a text is one of these, or is matched by one of these patterns.

    Raises:
        PatternError: one of the patterns is wrong.
    """
    if how.match_type == "strict":
        return frozenset(texts).__contains__
    memo = how.regexp.cachemaxnumentries if how.regexp else 0
    tests = [searcher(text, memo or 4096) for text in texts]
    if len(tests) == 1:
        return tests[0]
    return lambda text: any(test(text) for test in tests)


def attributes_test(how: MatchType, entries: Sequence[AttributeEntry]) -> ViewTest:
    """Make the test whether a view's attributes have all of these entries.

    Raises:
        ValueError: an entry has no key, or a value that can't be compared in this way.
    """
    tests = [entry_test(how, entry) for entry in entries]
    if len(tests) == 1:
        return tests[0]
    return lambda view: all(test(view) for test in tests)


def entry_test(how: MatchType, entry: AttributeEntry) -> ViewTest:
    if not entry.key:
        raise ValueError("error creating processor. Can't have empty key in the list of attributes")
    key = entry.key.encode()
    value = entry.value
    if value is None:
        return lambda view: attr_has(view, key)
    if how.match_type == "strict":
        if isinstance(value, (str, bool, int)):
            raw = encode_value(value)
            return lambda view: attr_equals(view, key, raw)
        return lambda view: same(attr_get(view, key), value)
    if not isinstance(value, str):
        raise ValueError(f'match_type=regexp for "{entry.key}" only supports Str, but found {kind_of(value)}')  # noqa: TRY004 -- a wrong setting
    test = text_test(how, [value])

    def matches(view: Any) -> bool:
        text = scalar_text(attr_get(view, key))
        return text is not None and test(text)

    return matches


def kind_of(value: Any) -> str:
    names = {bool: "Bool", int: "Int", float: "Double", list: "Slice", dict: "Map"}
    return names.get(type(value), type(value).__name__)


def scalar_text(value: Any) -> str | None:
    """Text of a string, bool, int or double; None for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return format_fixed(value)
    return None


def same(found: Any, wanted: Any) -> bool:
    """Tell whether an attribute's value is the one in the configuration, types included."""
    if isinstance(wanted, dict):
        return (
            isinstance(found, Mapping)
            and len(found) == len(wanted)
            and all(key in found and same(found[key], value) for key, value in wanted.items())
        )
    if isinstance(wanted, list):
        return (
            isinstance(found, ValueList)
            and len(found) == len(wanted)
            and all(same(item, value) for item, value in zip(found, wanted, strict=True))
        )
    return type(found) is type(wanted) and bool(found == wanted)


def libraries_test(how: MatchType, libraries: Sequence[LibraryEntry]) -> ViewTest:
    tests = [
        (text_test(how, [entry.name]), None if entry.version is None else text_test(how, [entry.version]))
        for entry in libraries
    ]

    def matches(group: Any) -> bool:
        scope = group.scope
        return any(name(scope.name) and (version is None or version(scope.version)) for name, version in tests)

    return matches


def severity_test(wanted: SeverityNumber) -> ViewTest:
    """Make the test of a log record's severity number."""

    def matches(record: Any) -> bool:
        number = record.severity_number
        return number >= wanted.min if number else wanted.match_undefined

    return matches


def services_test(how: MatchType, services: Sequence[str]) -> ViewTest:
    test = text_test(how, services)

    def matches(group: Any) -> bool:
        name = attr_get(group.resource, b"service.name")
        return test("<nil-service-name>" if name is None else attribute_value_as_string(name))

    return matches
