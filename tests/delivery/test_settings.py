import pytest
from pydantic import ValidationError

from collector.delivery import QueueSettings, RetrySettings, Sizer


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"num_consumers": 0}, "`num_consumers` must be positive"),
        ({"queue_size": 0}, "`queue_size` must be positive"),
        ({"sizer": "x"}, 'invalid sizer: "x"'),
        ({"storage": "file_storage", "wait_for_result": True}, "`wait_for_result` is not supported with a persistent"),
        ({"storage": "file_storage"}, "`storage` 'file_storage' asks for a durable queue, which this version does not"),
        ({"batch": {"flush_timeout": 0}}, "`flush_timeout` must be positive, found 0"),
        ({"batch": {"min_size": -1}}, "`min_size` must be non-negative"),
        ({"batch": {"max_size": -1, "min_size": 0}}, "`max_size` must be non-negative"),
        ({"batch": {"min_size": 5, "max_size": 4}}, r"`max_size` \(4\) must be greater or equal to `min_size` \(5\)"),
        ({"batch": {"sizer": "requests"}}, '`batch` supports only `items` or `bytes` sizer, found "requests"'),
        ({"batch": {"sizer": "x"}}, 'invalid sizer: "x"'),
        ({"sizer": "items", "queue_size": 10, "batch": {"min_size": 11}}, "`min_size` must be less than or equal to"),
        (
            {"batch": {"partition": {"metadata_keys": ["a", "A"]}}},
            r'duplicate entry in metadata_keys: "a" \(case-insensitive\)',
        ),
    ],
)
def test_a_wrong_queue_is_refused(config, message):
    with pytest.raises(ValidationError, match=message):
        QueueSettings.model_validate(config)


def test_a_queue_that_is_off_is_not_checked():
    assert not QueueSettings.model_validate({"enabled": False, "queue_size": 0}).enabled


@pytest.mark.parametrize(
    ("queue", "batch", "sizer"),
    [("requests", {}, Sizer.ITEMS), ("bytes", {}, Sizer.BYTES), ("bytes", {"sizer": "items"}, Sizer.ITEMS)],
)
def test_the_batch_measures_as_the_queue_does_unless_told(queue, batch, sizer):
    config = {"sizer": queue, "queue_size": 100_000, "batch": batch}
    assert QueueSettings.model_validate(config).batch_rules.sizer is sizer


def test_the_batch_is_off_unless_given():
    assert QueueSettings.model_validate({}).batch_rules is None
    assert QueueSettings.model_validate({"batch": {}}).batch_rules.min_size == 8192


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"initial_interval": "-1s"}, "initial_interval value must be greater than or equal to 0"),
        ({"randomization_factor": -0.1}, "randomization_factor value must be greater than or equal to 0"),
        ({"randomization_factor": 1.1}, "randomization_factor value must be less than or equal to 1"),
        ({"multiplier": -1}, "multiplier value must be greater than or equal to 0"),
        ({"max_interval": "-1s"}, "max_interval value must be greater than or equal to 0"),
        ({"max_elapsed_time": "-1s"}, "max_elapsed_time value must be greater than or equal to 0"),
        ({"max_elapsed_time": "1s"}, "'max_elapsed_time' must not be less than 'initial_interval'"),
        ({"max_elapsed_time": "6s"}, "'max_elapsed_time' must not be less than 'max_interval'"),
    ],
)
def test_a_wrong_retry_is_refused(config, message):
    with pytest.raises(ValidationError, match=message):
        RetrySettings.model_validate(config)


def test_retry_that_is_off_is_not_checked():
    assert not RetrySettings.model_validate({"enabled": False, "multiplier": -1}).enabled
