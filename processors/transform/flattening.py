"""Log records with a resource and scope of their own, and together again where those ended up equal."""

from collections.abc import Hashable
from typing import Any

from collector.identity import canonical
from collector.pdata import Logs

__all__ = ["flatten", "regroup"]


def flatten(logs: Logs) -> Logs:
    """A payload in which every record has its own copy of resource and scope."""
    builder = Logs.builder()
    for record in logs.records():
        scope = record.scope_group
        builder.under(scope.resource_group.header).under(scope.header).append(record)
    flat: Logs = builder.build(logs.context)
    return flat


def regroup(logs: Logs) -> Logs:
    """A payload in which records of equal resource and scope are together, in order of first appearance."""
    builder = Logs.builder()
    resources: dict[Hashable, Any] = {}
    scopes: dict[Hashable, Any] = {}
    for record in logs.records():
        scope_group = record.scope_group
        resource_group = scope_group.resource_group
        resource = (canonical(resource_group.resource.attributes), resource_group.schema_url)
        if resource not in resources:
            resources[resource] = builder.under(resource_group.header)
        view = scope_group.scope
        scope = (resource, view.name, view.version, canonical(view.attributes), scope_group.schema_url)
        if scope not in scopes:
            scopes[scope] = resources[resource].under(scope_group.header)
        scopes[scope].append(record)
    grouped: Logs = builder.build(logs.context)
    return grouped
