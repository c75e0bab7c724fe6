"""Runs random edits and damaged bytes for longer than the tests do: `python tests/pdata/fuzz.py [rounds] [first seed]`.

Prints the seed of every round that fails and exits with 1. Both builds run on the same seeds.
"""

import random
import sys
import traceback
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]

from conftest import BUILDS  # noqa: E402 - found by the line above
from random_edits import edit  # noqa: E402
from random_otlp import REQUESTS, assert_all_show, count_items, random_request  # noqa: E402
from test_properties import SIGNALS, again, damage, rewrite, tops  # noqa: E402

A_PATTERN = {
    build.name: build.Pattern(bytes(code == 120 for code in range(256)), b"\x01", b"\xff", anchored=False, ended=False)
    for build in BUILDS
}


def edits(build, signal, seed):
    rng = random.Random(seed)
    message = random_request(signal, rng)
    payload = getattr(build, SIGNALS[signal]).from_bytes(message.SerializeToString())
    groups = tops(message)
    views = list(payload.resources())
    for _ in range(20):
        if not groups:
            return
        index = rng.randrange(len(groups))
        edit(views[index] if rng.random() < 0.5 else list(payload.resources())[index], groups[index], rng)
        if rng.random() < 0.1:
            payload.seal()
            views = list(payload.resources())
        assert payload.item_count == count_items(message)
    assert_all_show(views, groups)
    assert again(signal, payload.seal()) == message.SerializeToString()
    assert_all_show(payload.resources(), groups)


def rewritten(build, signal, seed):
    rng = random.Random(seed)
    message = random_request(signal, rng)
    payload = getattr(build, SIGNALS[signal]).from_bytes(message.SerializeToString())
    groups = tops(message)
    for _ in range(4):
        if groups and rng.random() < 0.5:
            index = rng.randrange(len(groups))
            edit(list(payload.resources())[index], groups[index], rng)
        rewrite(build, payload, groups, rng)
        if rng.random() < 0.5:
            payload.chunks()
        assert payload.item_count == count_items(message)
    assert_all_show(payload.resources(), groups)
    assert again(signal, payload.seal()) == message.SerializeToString()


def damaged_bytes(build, signal, seed):
    from collector.pdata import InvalidPayload

    rng = random.Random(seed)
    data = random_request(signal, rng).SerializeToString()
    for _ in range(50):
        data_now = damage(data, rng)
        try:
            payload = getattr(build, SIGNALS[signal]).from_bytes(data_now)
        except InvalidPayload:
            continue
        message = REQUESTS[signal].FromString(data_now)
        assert again(signal, payload.seal()) == message.SerializeToString()
        assert_all_show(payload.resources(), tops(message))


def unchecked_bytes(build, signal, seed):
    """Views of bytes that nobody validated may show anything, but must not crash."""
    rng = random.Random(seed)
    data = random_request(signal, rng).SerializeToString()
    for _ in range(20):
        payload = getattr(build, SIGNALS[signal]).trusted(damage(data, rng), 0)
        for part in (payload, payload.fork()):
            for group in part.resources():
                walk(group, rng)
                for scope in group.scopes():
                    for record in build.rewriting(scope.records()):
                        walk(record, rng)
                        for attempt in (build.attr_delete, build.attr_raw):
                            attempt(record, b"a")
                        build.attr_set_raw(record, b"a", b"\x0a\x01x")
                        build.attr_matches(record, b"a", A_PATTERN[build.name])
                        build.attr_replace(record, b"a", A_PATTERN[build.name], b"yy")
            part.split(max_items=2)
            part.seal()


def walk(view, rng):
    for name in dir(type(view)):
        if name.startswith("_") or name in ("parent", "resource_group", "scope_group", "metric", "span"):
            continue
        try:
            value = getattr(view, name)
            if name in ("scopes", "records"):
                value = value()
            if hasattr(value, "owner"):
                for item in value:
                    walk(item, rng)
                if rng.random() < 0.1:
                    value.remove_if(lambda _item: rng.random() < 0.5)
            elif name in ("attributes", "body", "metadata", "filtered_attributes"):
                repr(value)
                if rng.random() < 0.2 and hasattr(value, "update"):
                    value.update({"a": 1, "b": [1, {"c": None}]})
            elif name in ("name", "schema_url", "value") and rng.random() < 0.2:
                setattr(view, name, value)
        except (AttributeError, ValueError, TypeError, RecursionError, NotImplementedError):
            continue


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    failed = 0
    for seed in range(first, first + rounds):
        for build in BUILDS:
            for signal in SIGNALS:
                for work in (edits, rewritten, damaged_bytes, unchecked_bytes):
                    try:
                        work(build, signal, seed)
                    except Exception:  # noqa: BLE001 - whatever it is, its seed is what counts
                        failed += 1
                        print(f"{build.name} {signal} {work.__name__} seed {seed}")
                        if failed < 4:
                            traceback.print_exc(limit=-4)
    print(f"{rounds} rounds of {[build.name for build in BUILDS]}: {failed} failures")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
