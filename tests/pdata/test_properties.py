"""Views, edits and payloads against protobuf objects: random messages of all signals, every field, both builds."""

import random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from random_edits import edit
from random_otlp import REQUESTS, assert_all_show, count_items, random_request

SIGNALS = {"traces": "Traces", "metrics": "Metrics", "logs": "Logs"}
PHASES = [Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink]
few = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
seeds = st.integers(0, 2**32)
signals = st.sampled_from(list(SIGNALS))


def made(pdata, signal, seed):
    rng = random.Random(seed)
    message = random_request(signal, rng)
    data = message.SerializeToString()
    return rng, message, data, getattr(pdata, SIGNALS[signal]).from_bytes(data)


def rewrite(pdata, payload, groups, rng):
    """Edit or remove records one after the other."""
    for group, target in zip(payload.resources(), groups, strict=True):
        for scope, scope_target in zip(group.scopes(), getattr(target, target.DESCRIPTOR.fields[1].name), strict=True):
            records = getattr(scope_target, scope_target.DESCRIPTOR.fields[1].name)
            kept = []
            for view, record in zip(pdata.rewriting(scope.records()), list(records), strict=True):
                for _ in range(rng.choice([0, 0, 1, 3])):
                    edit(view, record, rng)
                if rng.random() < 0.1:
                    scope.records().remove(view)
                else:
                    kept.append(type(record).FromString(record.SerializeToString()))
            del records[:]
            records.extend(kept)


def tops(message):
    return getattr(message, message.DESCRIPTOR.fields[0].name)


def again(signal, data):
    """Bring encoded fields into protobuf's order."""
    return REQUESTS[signal].FromString(data).SerializeToString()


@few
@given(signals, seeds)
def test_views_show_what_protobuf_shows(pdata, signal, seed):
    _rng, message, _data, payload = made(pdata, signal, seed)

    assert_all_show(payload.resources(), tops(message))
    assert payload.item_count == count_items(message)


@few
@given(signals, seeds)
def test_an_unedited_payload_seals_to_the_same_object(pdata, signal, seed):
    _rng, _message, data, payload = made(pdata, signal, seed)

    assert payload.seal() is data
    assert payload.byte_size == len(data)
    assert payload.fork().seal() is data


@settings(few, max_examples=150)
@given(signals, seeds)
def test_edits_do_what_the_same_edits_do_to_protobuf(pdata, signal, seed):
    rng, message, _data, payload = made(pdata, signal, seed)
    untouched = payload.fork()
    before = message.SerializeToString()
    groups = tops(message)
    for _ in range(rng.choice([1, 3, 12])):
        if not groups:
            break
        index = rng.randrange(len(groups))
        edit(list(payload.resources())[index], groups[index], rng)
        assert payload.item_count == count_items(message)
        if rng.random() < 0.2:
            payload.seal()

    assert_all_show(payload.resources(), groups)
    assert again(signal, payload.seal()) == message.SerializeToString(), seed
    assert_all_show(payload.resources(), groups)
    assert again(signal, untouched.seal()) == before


@settings(few, max_examples=150)
@given(signals, seeds)
def test_records_edited_one_after_the_other_become_what_protobuf_makes_of_them(pdata, signal, seed):
    rng, message, _data, payload = made(pdata, signal, seed)
    groups = tops(message)
    if groups and rng.random() < 0.5:
        index = rng.randrange(len(groups))
        edit(list(payload.resources())[index], groups[index], rng)
    for _ in range(2):
        rewrite(pdata, payload, groups, rng)
        assert payload.item_count == count_items(message)
        if rng.random() < 0.5:
            payload.chunks()

    assert_all_show(payload.resources(), groups)
    assert again(signal, payload.seal()) == message.SerializeToString(), seed


@few
@given(signals, seeds)
def test_views_made_earlier_read_later_edits(pdata, signal, seed):
    rng, message, _data, payload = made(pdata, signal, seed)
    earlier = list(payload.resources())
    groups = tops(message)
    for _ in range(4):
        if groups:
            index = rng.randrange(len(groups))
            edit(list(payload.resources())[index], groups[index], rng)

    assert_all_show(earlier, groups)


@few
@given(signals, seeds, st.integers(1, 6), st.sampled_from([0, 200, 1000]))
def test_split_keeps_every_record_in_order_and_within_limits(pdata, signal, seed, items, size):
    _rng, message, _data, payload = made(pdata, signal, seed)
    before = [(record.resource.raw, record.scope.raw, unit) for record in payload.records() for unit in units(record)]

    parts = payload.split(max_items=items, max_bytes=size)

    after = [
        (record.resource.raw, record.scope.raw, unit)
        for part in parts
        for record in part.records()
        for unit in units(record)
    ]
    assert after == before
    assert sum(part.item_count for part in parts) == payload.item_count == count_items(message)
    for part in parts:
        assert part.item_count == type(part).from_bytes(part.seal()).item_count
        assert part.item_count <= items
        assert not size or part.byte_size <= size or part.item_count <= 1


def units(record):
    """Give what a split may not cut."""
    if hasattr(record, "data_points"):
        points = [point.raw for point in record.data_points]
        return [(record.name, record.type, record.aggregation_temporality, raw) for raw in points] or [record.raw]
    return [record.raw]


@few
@given(signals, st.lists(seeds, max_size=4))
def test_merge_is_concatenation(pdata, signal, many):
    payloads = [made(pdata, signal, seed)[3] for seed in many]
    expected = b"".join(payload.seal() for payload in payloads)

    merged = getattr(pdata, SIGNALS[signal]).merge(payloads)

    assert merged.item_count == sum(payload.item_count for payload in payloads)
    assert b"".join(merged.chunks()) == expected
    assert merged.seal() == expected
    assert [view.raw for view in merged.records()] == [view.raw for payload in payloads for view in payload.records()]


@few
@given(signals, seeds)
def test_remove_if_leaves_out_records_and_empty_groups(pdata, signal, seed):
    rng, message, _data, payload = made(pdata, signal, seed)
    drop = [rng.random() < 0.5 for _record in payload.records()]
    kept = [record.raw for record, out in zip(list(payload.records()), drop, strict=True) if not out]
    chosen = iter(drop)

    removed = payload.remove_if(lambda _record: next(chosen))

    assert [record.raw for record in payload.records()] == kept
    assert removed == count_items(message) - payload.item_count
    assert payload.item_count == type(payload).from_bytes(payload.seal()).item_count
    assert all(len(scope.records()) for group in payload.resources() for scope in group.scopes())
    assert all(len(group.scopes()) for group in payload.resources())


@settings(few, max_examples=150)
@given(signals, seeds)
def test_damaged_bytes_are_read_as_protobuf_reads_them_or_refused(pdata, signal, seed):
    from collector.pdata import InvalidPayload

    rng, _message, data, _payload = made(pdata, signal, seed)
    for _ in range(20):
        damaged = damage(data, rng)
        try:
            payload = getattr(pdata, SIGNALS[signal]).from_bytes(damaged)
        except InvalidPayload:
            continue
        message = REQUESTS[signal].FromString(damaged)
        assert again(signal, payload.seal()) == message.SerializeToString(), damaged
        assert payload.item_count == count_items(message)
        assert_all_show(payload.resources(), tops(message))


def damage(data, rng):
    out = bytearray(data)
    for _ in range(rng.choice([1, 1, 3])):
        action = rng.randrange(5)
        place = rng.randrange(len(out) + 1)
        if action == 0:
            del out[place:]
        elif action == 1 and out:
            out[place % len(out)] ^= 1 << rng.randrange(8)
        elif action == 2:
            out[place:place] = bytes(rng.randrange(256) for _ in range(rng.choice([1, 2, 9])))
        elif action == 3:
            del out[place : place + rng.choice([1, 4])]
        else:
            piece = out[place : place + rng.randrange(40)]
            out[place:place] = piece
    return bytes(out)


@pytest.mark.parametrize("signal", SIGNALS)
def test_proto_objects_round_trip(pdata, signal):
    for seed in range(5):
        message = random_request(signal, random.Random(seed))
        payload = getattr(pdata, SIGNALS[signal]).from_proto(message)
        assert payload.to_proto().SerializeToString() == message.SerializeToString()
