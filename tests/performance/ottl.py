"""What OTTL statements cost: microseconds a record, on payloads of 1,000 records, with each build of the kernel.

python tests/performance/ottl.py [--rounds 20] [--only TEXT]
"""

import argparse
import json
import os
import subprocess
import sys
import time

RECORDS = 1000
CASES = {
    "attribute == literal": ("span", [], ['attributes["http.response.status_code"] == 404']),
    "attribute == text": ("span", [], ['attributes["http.request.method"] == "PATCH"']),
    "IsMatch(name, ...)": ("span", [], ['IsMatch(name, "^redis")']),
    "set attribute from another": ("span", ['set(attributes["env"], attributes["user_agent.original"])'], []),
    "set attribute from resource": ("span", ['set(attributes["env"], resource.attributes["service.name"])'], []),
    "set name from attribute": (
        "span",
        ['set(name, attributes["http.route"]) where attributes["http.route"] != nil'],
        [],
    ),
    "delete_key": ("span", ['delete_key(attributes, "user_agent.original")'], []),
    "replace_pattern": ("span", ['replace_pattern(attributes["url.path"], "/[0-9]+", "/{id}")'], []),
    "merge_maps(ParseJSON(body))": ("log", ['merge_maps(attributes, ParseJSON(body), "upsert")'], []),
    "where is false for all": ("span", ['set(attributes["x"], "y") where attributes["http.route"] == "/nowhere"'], []),
    "where on the name is false": ("span", ['set(attributes["x"], "y") where name == "nowhere"'], []),
}


def traces():
    from collector.pdata import Traces

    builder = Traces.builder()
    group = builder.resource({"service.name": "shop", "k8s.namespace.name": "prod"}).scope({"name": "bench"})
    for n in range(RECORDS):
        group.add(
            trace_id=n.to_bytes(16, "big"),
            span_id=(n + 1).to_bytes(8, "big"),
            name=("GET /orders", "redis GET", "POST /pay")[n % 3],
            kind=2,
            start_time_unix_nano=n,
            end_time_unix_nano=n + 5,
            attributes={
                "http.request.method": "GET",
                "url.path": f"/orders/{n % 500}/items",
                "http.route": "/orders/{id}/items",
                "http.response.status_code": 200,
                "server.address": "shop.example",
                "server.port": 8443,
                "user_agent.original": "Mozilla/5.0 (X11; Linux x86_64)",
                "network.protocol.version": "1.1",
                "enduser.id": f"u{n % 100}",
                "sampled": True,
            },
        )
    return builder.build()


def logs():
    from collector.pdata import Logs

    builder = Logs.builder()
    group = builder.resource({"service.name": "shop"}).scope({"name": "bench"})
    for n in range(RECORDS):
        body = json.dumps({"level": "info", "user": n % 100, "path": "/orders", "ok": True, "took": 1.5})
        group.add(time_unix_nano=n, severity_number=9, body=body, attributes={"host": "a", "n": n})
    return builder.build()


def measure(context, statements, conditions, rounds):
    from collector import ottl

    source = (logs if context == "log" else traces)()
    data = source.seal()
    make = type(source).trusted
    count = source.item_count
    if conditions:
        compiled = ottl.compile_conditions(conditions, context=context, error_mode="propagate")
        matches = compiled.matches

        def work(payload):
            for record in payload.records():
                matches(record)

    else:
        work = ottl.compile_statements(statements, context=context, error_mode="propagate").apply

    def walk(payload):
        for _ in payload.records():
            pass

    def best(call):
        times = []
        for _ in range(rounds):
            payload = make(data, count)
            start = time.perf_counter()
            call(payload)
            times.append(time.perf_counter() - start)
        return min(times) / count * 1e6

    def sealing():
        times = []
        for _ in range(max(3, rounds // 4)):
            payload = make(data, count)
            work(payload)
            start = time.perf_counter()
            payload.seal()
            times.append(time.perf_counter() - start)
        return min(times) / count * 1e6

    return {"whole": best(work), "walk": best(walk), "seal": sealing()}


def child(rounds, only):
    from collector.pdata import kernel_build

    results = {n: measure(*case, rounds) for n, case in CASES.items() if only in n}
    print(json.dumps({"build": kernel_build(), "results": results}))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", default="")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.rounds, options.only)
        return
    for build in ("compiled", "pure"):
        rounds = options.rounds if build == "compiled" else max(2, options.rounds // 10)
        command = [sys.executable, __file__, "--child", "--rounds", str(rounds), "--only", options.only]
        environment = {**os.environ, "TELEPIPE_KERNEL": build}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{build}: not available ({done.stderr.strip().splitlines()[-1]})")
            continue
        print(
            f"{build} kernel, microseconds a record: evaluation (without the walk over the records), walk, writing out"
        )
        for name, t in json.loads(done.stdout)["results"].items():
            print(f"  {name:32} {t['whole'] - t['walk']:8.3f} {t['walk']:8.3f} {t['seal']:8.3f}")


if __name__ == "__main__":
    main()
