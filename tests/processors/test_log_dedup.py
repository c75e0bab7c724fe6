import pytest
from pydantic import ValidationError

from collector.component import ConfigError, Permanent, Retryable
from collector.pdata import Context, Logs
from collector.testing import bench, logs

START = "2023-11-14T22:13:20Z"
LATER = "2023-11-14T22:13:23Z"


def emitted(processor):
    return [(r.body, r.attributes["log_count"]) for payload in processor.emitted for r in payload.records()]


async def test_equal_records_go_on_once_with_their_number_and_times():
    async with bench("log_dedup") as processor:
        await processor.consume(logs("a", "a", "b", attributes={"k": 1}))
        await processor.clock.advance(3)
        await processor.consume(logs("a", attributes={"k": 1}))
        assert (processor.emitted, processor.component.held) == ([], 4)

        await processor.clock.advance(7)

        first = next(processor.emitted[0].records())
        assert emitted(processor) == [("a", 3), ("b", 1)]
        assert first.attributes.to_dict() == {
            "k": 1,
            "log_count": 3,
            "first_observed_timestamp": START,
            "last_observed_timestamp": LATER,
        }
        assert first.time_unix_nano - first.observed_time_unix_nano == 10_000_000_000
        assert processor.dropped == {("aggregated into one record", ""): 2}


async def test_records_of_other_resources_severities_and_attributes_differ():
    async with bench("log_dedup") as processor:
        await processor.consume(logs("a"))
        await processor.consume(logs("a", resource={"r": 1}))
        await processor.consume(logs("a", attributes={"k": 1}))
        await processor.clock.advance(10)

        assert [count for _, count in emitted(processor)] == [1, 1, 1]


async def test_the_order_of_attributes_does_not_matter():
    async with bench("log_dedup") as processor:
        await processor.consume(logs({"x": 1, "y": 2}, attributes={"a": 1, "b": 2}))
        await processor.consume(logs({"y": 2, "x": 1}, attributes={"b": 2, "a": 1}))
        await processor.clock.advance(10)

        assert [count for _, count in emitted(processor)] == [2]


async def test_excluded_fields_are_removed_and_not_compared():
    config = {"exclude_fields": ["attributes.id", "body.at", r"attributes.a\.b"]}
    async with bench("log_dedup", config) as processor:
        await processor.consume(logs({"m": 1, "at": 5}, attributes={"id": 1, "a.b": 1}))
        await processor.consume(logs({"m": 1, "at": 6}, attributes={"id": 2, "a.b": 2}))
        await processor.shutdown()

        (record,) = processor.emitted[0].records()
        assert (record.body.to_dict(), record.attributes["log_count"]) == ({"m": 1}, 2)
        assert "id" not in record.attributes


async def test_only_included_fields_are_compared_where_a_record_has_one():
    async with bench("log_dedup", {"include_fields": ["attributes.id"]}) as processor:
        await processor.consume(logs("a", "b", attributes={"id": 1}))
        await processor.consume(logs("c", "d"))
        await processor.shutdown()

        assert emitted(processor) == [("a", 2), ("c", 1), ("d", 1)]


async def test_records_that_meet_no_condition_pass_at_once():
    async with bench("log_dedup", {"conditions": ['body == "a"']}) as processor:
        await processor.consume(logs("a", "b", "a"))

        assert [r.body for r in processor.emitted[0].records()] == ["b"]
        await processor.shutdown()
        assert [r.body for r in processor.emitted[1].records()] == ["a"]


async def test_metadata_keeps_records_apart_and_goes_on_with_them():
    async with bench("log_dedup", {"metadata_keys": ["Tenant"], "metadata_cardinality_limit": 2}) as processor:
        for tenant in ("x", "y", "x"):
            payload = logs("a")
            payload.context = Context(metadata={"tenant": (tenant,), "other": ("o",)})
            await processor.consume(payload)
        with pytest.raises(Permanent, match="too many"):
            await processor.consume(logs("a"))
        await processor.shutdown()

        assert [dict(p.context.metadata) for p in processor.emitted] == [{"tenant": ("x",)}, {"tenant": ("y",)}]


async def test_what_the_next_component_refuses_is_logged_and_counted():
    async with bench("log_dedup") as processor:
        await processor.consume(logs("a"))
        processor.sink.fail = Retryable("full")
        await processor.shutdown()

        assert processor.dropped == {("refused by the next component", ""): 1}


async def test_after_shutdown_payloads_are_refused():
    async with bench("log_dedup") as processor:
        await processor.shutdown()
        with pytest.raises(Retryable, match="stopping"):
            await processor.consume(Logs.merge([logs("a")]))


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ({"interval": "0s"}, "interval must be greater than 0"),
        ({"log_count_attribute": ""}, "log_count_attribute must be set"),
        ({"timezone": "Mars/Olympus"}, "timezone is invalid"),
        ({"exclude_fields": ["body"]}, "cannot exclude the entire body"),
        ({"exclude_fields": ["severity"]}, "an excludefield must start with body or attributes"),
        ({"exclude_fields": ["body.a", "body.a"]}, "duplicate exclude_field body.a"),
        ({"exclude_fields": ["body.a"], "include_fields": ["body.b"]}, "cannot define both"),
        ({"metadata_keys": ["a", "A"]}, "duplicate entry in metadata_keys"),
    ],
)
def test_wrong_settings_are_refused(config, text):
    with pytest.raises(ValidationError, match=text):
        bench("log_dedup", config)


def test_a_wrong_condition_is_refused():
    with pytest.raises(ConfigError, match="invalid condition"):
        bench("log_dedup", {"conditions": ["nope == 1"]}, signal="logs").component  # noqa: B018 - making it is the test
