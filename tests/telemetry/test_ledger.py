from collector.telemetry.ledger import Entry, Ledger


def test_drops_add_up_by_component_reason_and_rule():
    ledger = Ledger()
    drop = ledger.bound("processor:filter")
    drop(2, reason="condition", rule="a")
    drop(3, reason="condition", rule="a")
    drop(1, reason="condition", rule="b")
    drop(0, reason="nothing")
    ledger.drop("exporter:otlp", 4, "queue is full")

    assert list(ledger) == [
        Entry("exporter:otlp", "queue is full", "", 4),
        Entry("processor:filter", "condition", "a", 5),
        Entry("processor:filter", "condition", "b", 1),
    ]
    assert ledger.dropped() == 10
    assert ledger.dropped("processor:filter") == 6
