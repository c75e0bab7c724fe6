"""`attributes`: set, delete, hash, extract or convert attributes of spans, log records and data points.

    processors:
      attributes:
        include: {match_type: strict, services: [shop]}
        actions:
          - {key: deployment, value: blue, action: upsert}
          - {key: enduser.id, action: hash}

Source: components.md 4.3, 4.4.
"""

from pydantic import model_validator

from collector.attribute_actions import Action, AttributeActions, check_actions
from collector.component import ProcessorFactory, Settings, Stability
from collector.config import ComponentConfig
from collector.matching import MatchProperties, Selection
from collector.pdata import Payload, apply_actions


class AttributesConfig(ComponentConfig):
    """Settings of `attributes`."""

    include: MatchProperties | None = None
    """Only items that match this are worked on."""

    exclude: MatchProperties | None = None
    """Items that match this are left alone."""

    actions: list[Action] = []
    """What is done, in this order."""

    @model_validator(mode="after")
    def _actions_make_sense(self) -> "AttributesConfig":
        if not self.actions:
            raise ValueError('missing required field "actions"')
        check_actions(self.actions)
        return self


class Attributes:
    """Applies the actions to every selected item."""

    mutates_data = True

    def __init__(self, config: AttributesConfig, settings: Settings) -> None:
        assert settings.signal is not None
        self._selection = Selection(config.include, config.exclude, settings.signal)
        self._actions = AttributeActions(config.actions)

    def process_traces(self, payload: Payload) -> Payload:
        steps = self._actions.steps(payload.context)

        def apply(portion: Payload) -> None:
            for items in self._selection(portion):
                apply_actions(items, steps)

        payload.work(apply)
        return payload

    process_metrics = process_logs = process_traces


factory = ProcessorFactory("attributes", AttributesConfig, Attributes, Stability.BETA)
