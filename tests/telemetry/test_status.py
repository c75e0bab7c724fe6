import pytest

from collector.component import Status
from collector.telemetry.status import StatusHolder

ALLOWED = {
    "NONE": "STARTING",
    "STARTING": "OK RECOVERABLE_ERROR PERMANENT_ERROR FATAL_ERROR STOPPING",
    "OK": "OK RECOVERABLE_ERROR PERMANENT_ERROR FATAL_ERROR STOPPING",
    "RECOVERABLE_ERROR": "RECOVERABLE_ERROR OK PERMANENT_ERROR FATAL_ERROR STOPPING",
    "PERMANENT_ERROR": "STOPPING",
    "FATAL_ERROR": "",
    "STOPPING": "RECOVERABLE_ERROR PERMANENT_ERROR FATAL_ERROR STOPPED",
    "STOPPED": "",
}


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", Status)
def test_only_the_permitted_moves_are_made(before, after):
    from collector.telemetry.status import StatusEvent

    holder = StatusHolder("x", StatusEvent(before))

    moved = holder.move(after)

    assert moved == (after is before or after.name in ALLOWED[before.name].split())
    assert holder.status is (after if moved else before)


def test_watchers_hear_of_every_change():
    heard = []
    holder = StatusHolder("processor:batch", watchers=[lambda name, event: heard.append((name, event.status))])

    holder.move(Status.STARTING)
    holder.move(Status.OK)
    holder.move(Status.STOPPED)

    assert heard == [("processor:batch", Status.STARTING), ("processor:batch", Status.OK)]
