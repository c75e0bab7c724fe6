"""Random statements over random payloads give the same bytes and the same failures with both builds of the kernel."""

import hashlib
import json
import os
import random
import subprocess
import sys

import pytest

RUNS = 150
KEYS = ["a", "b", "list", "map", "text", "n"]


def random_value(chance, depth=0):
    kind = chance.randrange(8 if depth < 3 else 6)
    if kind == 6:
        return [random_value(chance, depth + 1) for _ in range(chance.randrange(4))]
    if kind == 7:
        return {chance.choice(KEYS): random_value(chance, depth + 1) for _ in range(chance.randrange(4))}
    return [None, chance.random() < 0.5, chance.randrange(-5, 300), chance.random() * 9, "Grüße 17 a/b", b"\x01\xfe"][
        kind
    ]


def random_path(chance):
    path = f'attributes["{chance.choice(KEYS)}"]'
    for _ in range(chance.choice([0, 0, 1, 2])):
        path += chance.choice(['["a"]', '["map"]', "[0]", "[1]", '[attributes["text"]]', '[attributes["n"]]'])
    return chance.choice(
        [path, path, path, "body", "attributes", 'resource.attributes["a"]', 'cache["c"]', "severity_text"]
    )


def random_operand(chance, depth=0):
    options = [
        lambda: random_path(chance),
        lambda: random_path(chance),
        lambda: chance.choice(['"Grüße"', "17", "1.5", "true", "nil", "0xff", '[1, "a", [2.0]]', '{"a": {"b": 1}}']),
        lambda: f'Split({random_operand(chance, depth + 1)}, " ")',
        lambda: f'Concat([{random_operand(chance, depth + 1)}, "x"], "-")',
        lambda: f"String({random_operand(chance, depth + 1)})",
        lambda: f"Len({random_operand(chance, depth + 1)})",
        lambda: f"ToUpperCase({random_operand(chance, depth + 1)})",
        lambda: f"{random_path(chance)} * 2 - {random_path(chance)}",
        lambda: f"SHA256({random_path(chance)})",
    ]
    return chance.choice(options[:3] if depth > 2 else options)()


def random_condition(chance):
    comparison = f"{random_operand(chance)} {chance.choice(['==', '!=', '<', '>='])} {random_operand(chance)}"
    return chance.choice(
        [comparison, f"not ({comparison})", f'{comparison} or IsMatch({random_path(chance)}, "[0-9]")']
    )


def random_statement(chance):
    target = f'attributes["{chance.choice(KEYS)}"]'
    editor = chance.choice(
        [
            f"set({random_path(chance)}, {random_operand(chance)})",
            f"set({random_path(chance)}, {random_operand(chance)})",
            f'delete_key({chance.choice(["attributes", target])}, "{chance.choice(KEYS)}")',
            f'keep_keys({chance.choice(["attributes", target])}, ["a", "map", "n"])',
            f'replace_pattern({random_path(chance)}, "[0-9]+", "<$0>")',
            f'merge_maps(attributes, {random_path(chance)}, "upsert")',
            f"append({random_path(chance)}, {chance.choice(['1', 'true'])})",
            f"delete_index({target}, 0)",
            "flatten(attributes, depth=1)",
            "truncate_all(attributes, 6)",
            "stringify_all(attributes)",
        ]
    )
    return f"{editor} where {random_condition(chance)}" if chance.random() < 0.4 else editor


def digests():
    from collector import ottl
    from collector.pdata import Logs

    found = []
    for seed in range(RUNS):
        chance = random.Random(seed)
        builder = Logs.builder()
        for _ in range(2):
            group = builder.resource({"a": random_value(chance)}).scope({"name": "s"})
            for _ in range(3):
                fields = {k: random_value(chance) for k in KEYS if chance.random() < 0.8}
                group.add(body=random_value(chance), severity_text="INFO", attributes=fields)
        payload = builder.build()
        failures = []
        texts = [random_statement(chance) for _ in range(4)]
        try:
            statements = ottl.compile_statements(
                texts, context="log", on_error=lambda text, error, to=failures: to.append(f"{text}: {error}")
            )
        except ottl.ConfigError as error:
            found.append([seed, "refused", str(error)])
            continue
        statements.apply(payload)
        found.append([seed, hashlib.sha256(payload.seal()).hexdigest(), failures])
        Logs.from_bytes(payload.seal())
    return found


def run(build):
    done = subprocess.run(
        [sys.executable, __file__],
        env={**os.environ, "TELEPIPE_KERNEL": build, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and build == "compiled" and "ImportError" in done.stderr:
        pytest.skip("the compiled kernel is not built")
    assert not done.returncode, done.stderr
    return json.loads(done.stdout)


def test_both_kernels_give_the_same_results_and_failures():
    pure, compiled = run("pure"), run("compiled")
    differing = [(a, b) for a, b in zip(pure, compiled, strict=True) if a != b]
    assert not differing[:1]
    assert sum(result[1] != "refused" for result in pure) > RUNS // 2


if __name__ == "__main__":
    print(json.dumps(digests()))
