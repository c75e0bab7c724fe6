"""`resource`: set, delete, hash, extract or convert attributes of resources.

    processors:
      resource:
        attributes:
          - {key: deployment.environment.name, value: staging, action: upsert}
          - {key: host.id, from_attribute: host.name, action: insert}

Source: components.md 4.4.
"""

from pydantic import model_validator

from collector.attribute_actions import Action, AttributeActions, check_actions
from collector.component import ProcessorFactory, Settings, Stability
from collector.config import ComponentConfig
from collector.pdata import Payload, apply_actions


class ResourceConfig(ComponentConfig):
    """Settings of `resource`."""

    attributes: list[Action] = []
    """What is done, in this order."""

    @model_validator(mode="after")
    def _actions_make_sense(self) -> "ResourceConfig":
        if not self.attributes:
            raise ValueError('missing required field "attributes"')
        check_actions(self.attributes)
        return self


class Resource:
    """Applies the actions to every resource."""

    mutates_data = True

    def __init__(self, config: ResourceConfig, settings: Settings) -> None:  # noqa: ARG002 -- as all components
        self._actions = AttributeActions(config.attributes)

    def process_traces(self, payload: Payload) -> Payload:
        steps = self._actions.steps(payload.context)
        apply_actions((group.resource for group in payload.resources()), steps)
        return payload

    process_metrics = process_logs = process_traces


factory = ProcessorFactory("resource", ResourceConfig, Resource, Stability.BETA)
