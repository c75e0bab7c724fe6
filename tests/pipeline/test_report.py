import json

import pytest

from collector.component import Permanent, Retryable
from collector.pipeline.report import accounts
from collector.testing import logs


def books(running):
    return {book.name: book for book in accounts(running.service.graph.nodes, running.service.ledger)}


async def test_the_books_balance_when_all_goes_well(run):
    running = await run({"logs": "source | look, hold | sink", "logs/2": "source | mark | sink"})
    await running.send(logs("a", "b", "c"))
    await running.service.stop()

    found = books(running)
    assert {name: (book.incoming, book.out) for name, book in found.items()} == {
        "receiver:source": (3, 3),
        "processor:look": (3, 3),
        "processor:hold": (3, 3),
        "processor:mark": (3, 3),
        "exporter:sink": (6, 6),
    }
    assert all(book.changed == 0 and book.dropped == 0 and book.held == 0 for book in found.values())


async def test_drops_are_in_the_books_with_their_reason(run):
    running = await run({"logs": "source | look | sink"})
    look = running.component("look")
    look.drop = True
    await running.send(logs("a", "b"))
    look.settings.drop(2, reason="not wanted", rule="all")

    book = books(running)["processor:look"]
    assert (book.incoming, book.out, book.dropped, book.changed) == (2, 0, 2, 0)
    assert [(entry.reason, entry.rule, entry.count) for entry in running.service.ledger] == [("not wanted", "all", 2)]


async def test_what_is_refused_went_back_to_the_sender_and_is_not_in(run):
    running = await run({"logs": "source | look | sink"})
    running.component("sink").error = Retryable("down")
    with pytest.raises(Retryable):
        await running.send(logs("a", "b"))

    found = books(running)
    assert found["receiver:source"].refused == 2
    assert all((book.incoming, book.out, book.dropped) == (0, 0, 0) for book in found.values())


async def test_what_an_exporter_gives_up_behind_its_queue_is_dropped(run):
    running = await run({"logs": "source | | queued"})
    running.component("queued").error = Permanent("never")
    await running.send(logs("a", "b"))
    await running.service.stop()

    book = books(running)["exporter:queued"]
    assert (book.incoming, book.out, book.dropped, book.held, book.changed) == (2, 0, 2, 0, 0)


async def test_what_is_held_is_in_the_books(run):
    running = await run({"logs": "source | hold | sink"})
    running.component("hold").held = 2
    await running.send(logs("a", "b"))

    book = books(running)["processor:hold"]
    assert (book.incoming, book.out, book.held, book.changed) == (2, 0, 2, 0)


async def test_the_ledger_is_printed_whole_at_stop(run, tmp_path):
    path = tmp_path / "log"
    exporters = ", ".join(f"sink/{number}" for number in range(20))
    running = await run({"logs": f"source | | {exporters}"}, logs={"output_paths": [str(path)]})
    await running.send(logs("a"))
    running.component("sink/3").settings.drop(1, reason="not wanted")
    await running.service.stop()

    lines = [json.loads(line) for line in path.read_text().splitlines()]
    books = [line for line in lines if line["msg"] == "Ledger of component."]
    assert len(books) == 21
    assert {"component": "exporter:sink/3", "in": 1, "out": 1, "dropped": 1, "changed": 1}.items() <= books[-4].items()
    (dropped,) = [line for line in lines if line["msg"] == "Dropped items."]
    assert (dropped["component"], dropped["reason"], dropped["items"]) == ("exporter:sink/3", "not wanted", 1)
    (totals,) = [line for line in lines if line["msg"] == "Ledger."]
    assert (totals["received"], totals["delivered"], totals["dropped"], totals["held"]) == (1, 20, 1, 0)
