"""Actions on attributes, as the processors `attributes` and `resource` offer them (components.md 4.4).

Actions are compiled once: every one becomes a function of a view with attributes. What depends on the request's context
is worked out once a payload.
"""

from collections.abc import Sequence

from collector.attribute_actions.action import Action
from collector.attribute_actions.checks import check_actions
from collector.attribute_actions.context import context_value
from collector.attribute_actions.steps import Step, static_step, value_step
from collector.pdata import Context, encode_value

__all__ = ["Action", "AttributeActions", "check_actions"]


class AttributeActions:
    """A list of actions, ready to be applied to views, in order."""

    def __init__(self, actions: Sequence[Action]) -> None:
        self._actions = [(action, None if action.from_context else static_step(action)) for action in actions]
        self._static = [step for _, step in self._actions if step is not None]

    def steps(self, context: Context) -> list[Step]:
        """The steps for payloads of this context."""
        if len(self._static) == len(self._actions):
            return self._static
        steps = []
        for action, step in self._actions:
            if step is not None:
                steps.append(step)
                continue
            value = context_value(context, action.from_context)
            found = action.default_value if value is None else value
            if found is not None:
                steps.append(value_step(action, encode_value(found)))
        return steps
