"""What is wrong with a list of actions; the texts are the Go Collector's."""

from collections.abc import Sequence

from collector.attribute_actions.action import Action
from collector.attribute_actions.values import CONVERSIONS
from collector.pdata import encode_value
from collector.regex import PatternError, compile_pattern

__all__ = ["check_actions"]


def check_actions(actions: Sequence[Action]) -> None:
    """Refuse actions that make no sense.

    Raises:
        ValueError: with the index of the action and what is wrong with it.
    """
    for index, action in enumerate(actions):
        check_action(action, index)


def check_action(a: Action, index: int) -> None:
    name = a.action
    sources = (a.value is not None) + bool(a.from_attribute) + bool(a.from_context)

    def refuse(condition: object, text: str) -> None:
        if condition:
            raise ValueError(f"error creating AttrProc{text}")

    unused = f'. Action "{name}" does not use the "%s" field. This must not be specified for {index}-th action'
    if name not in {"delete", "hash"}:
        refuse(not a.key, f' due to missing required field "key" at the {index}-th action')
    match name:
        case "insert" | "update" | "upsert":
            refuse(
                not sources and a.default_value is None,
                '. Either field "value", "from_attribute", "from_context", or "default_value" must be specified for '
                f"{index}-th action",
            )
            refuse(sources > 1, f" due to multiple value sources being set at the {index}-th action")
            refuse(a.pattern, unused % "pattern")
            refuse(a.converted_type, unused % "converted_type")
        case "delete" | "hash":
            refuse(
                not a.key and not a.pattern,
                ' due to missing required field (at least one of "key" and "pattern" have to be used) at the '
                f"{index}-th action",
            )
            refuse(
                sources,
                f'. Action "{name}" does not use "value", "from_attribute" or "from_context" field. '
                f"These must not be specified for {index}-th action",
            )
            refuse(a.converted_type, unused % "converted_type")
        case "extract":
            refuse(
                sources,
                f'. Action "{name}" does not use a value source field. '
                f"These must not be specified for {index}-th action",
            )
            missing = f' due to missing required field "pattern" for action "{name}" at the {index}-th action'
            refuse(not a.pattern, missing)
            refuse(a.converted_type, unused % "converted_type")
        case "convert":
            refuse(
                sources or a.pattern,
                f'. Action "{name}" does not use value sources or "pattern" field. '
                f"These must not be specified for {index}-th action",
            )
            where = f'for action "{name}" at the {index}-th action'
            refuse(not a.converted_type, f' due to missing required field "converted_type" {where}')
            refuse(
                a.converted_type not in CONVERSIONS,
                f' due to invalid value "{a.converted_type}" in field "converted_type" {where}',
            )
        case _:
            refuse(True, f' due to unsupported action "{name}" at the {index}-th action')
    if a.pattern:
        check_pattern(a, index)
    for value in (a.value, a.default_value):
        try:
            encode_value(value)
        except TypeError as error:
            raise ValueError(f"error creating AttrProc at the {index}-th action: {error}") from error


def check_pattern(a: Action, index: int) -> None:
    try:
        pattern = compile_pattern(a.pattern)
    except PatternError as error:
        raise ValueError(
            f'error creating AttrProc. Field "pattern" has invalid pattern: "{a.pattern}" to be set at the '
            f"{index}-th action: {error}"
        ) from error
    if a.action == "extract":
        if not pattern.groups:
            reason = "no named matcher groups"
        elif len(pattern.groupindex) < pattern.groups:
            reason = "at least one unnamed matcher group"
        else:
            return
        raise ValueError(f'error creating AttrProc. Field "pattern" contains {reason} at the {index}-th action')
