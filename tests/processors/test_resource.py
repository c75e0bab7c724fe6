import pytest

from collector.pdata import Context, Traces
from collector.testing import bench, gauge, logs, traces


@pytest.mark.parametrize(
    "payload", [traces("a", resource={"x": 1}), gauge("g", 1, resource={"x": 1}), logs("l", resource={"x": 1})]
)
def test_actions_work_on_the_resources_of_every_signal(payload):
    processor = bench(
        "resource",
        {
            "attributes": [
                {"key": "env", "value": "prod", "action": "UPSERT"},
                {"key": "x", "action": "convert", "converted_type": "string"},
                {"key": "tenant", "from_context": "tenant", "action": "insert"},
            ]
        },
    )
    payload.context = Context(metadata={"tenant": ("t",)})
    (group,) = processor.run(payload).resources()
    assert group.resource.attributes.to_dict() == {"x": "1", "env": "prod", "tenant": "t"}


def test_a_group_without_a_resource_gets_one_only_if_something_is_set():
    data = traces("a").seal()
    bare = Traces.from_bytes(data)
    assert bench("resource", {"attributes": [{"key": "x", "action": "delete"}]}).run(bare).seal() is data
    (group,) = bench("resource", {"attributes": [{"key": "x", "value": 1, "action": "upsert"}]}).run(bare).resources()
    assert group.resource.attributes.to_dict() == {"x": 1}
