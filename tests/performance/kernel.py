"""Times the kernel, both builds: `python tests/performance/kernel.py [spans]`; microseconds a span, best of many."""

import sys
import time
from importlib import import_module

SPANS = int(sys.argv[1]) if len(sys.argv) > 1 else 1000


def request(spans):
    """One resource, one scope, spans of ten attributes (about 420 bytes each), encoded."""
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    message = ExportTraceServiceRequest()
    group = message.resource_spans.add()
    group.resource.attributes.add(key="service.name").value.string_value = "checkout"
    scope = group.scope_spans.add()
    scope.scope.name = "bench"
    for index in range(spans):
        span = scope.spans.add(
            trace_id=index.to_bytes(16, "big"), span_id=index.to_bytes(8, "big"), name="GET /api/orders/{id}", kind=2
        )
        span.start_time_unix_nano = 1_700_000_000_000_000_000 + index
        span.end_time_unix_nano = span.start_time_unix_nano + 1_000_000
        for key, value in (
            ("http.request.method", "GET"),
            ("url.path", f"/api/orders/{index}"),
            ("server.address", "orders.example.com"),
            ("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64)"),
            ("network.protocol.version", "1.1"),
            ("client.address", "203.0.113.7"),
            ("http.route", "/api/orders/{id}"),
        ):
            span.attributes.add(key=key).value.string_value = value
        span.attributes.add(key="http.response.status_code").value.int_value = 200 if index % 2 else 500
        span.attributes.add(key="http.response.body.size").value.int_value = 1234 + index
        span.attributes.add(key="cache.hit").value.bool_value = bool(index % 3)
        span.status.code = 1
    return message.SerializeToString()


def best(work, runs):
    """Give microseconds a span of the fastest run."""
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times) / SPANS * 1e6


def cases(package, data):
    def part(name):
        return import_module(package if package.endswith("_c") else f"{package}.{name}")

    traces, attrs, actions = part("payload").Traces, part("attrs"), part("actions")
    rewriting, pattern = part("repeated").rewriting, part("pattern").Pattern
    payload = traces.from_bytes(data)
    spans = list(payload.spans())
    status, error = b"http.response.status_code", part("anyvalue").encode_value(500)

    def iterate():
        for _span in payload.spans():
            pass

    def names():
        for span in spans:
            span.name  # noqa: B018 - reading is the work

    def lookup():
        for span in spans:
            span.attributes.get(status)

    def lookup_str():
        for span in spans:
            span.attributes.get("http.response.status_code")

    def attr_get():
        get = attrs.attr_get
        for span in spans:
            get(span, status)

    def attr_equals():
        equals = attrs.attr_equals
        for span in spans:
            equals(span, status, error)

    def set_and_seal():
        fresh = payload.fork()
        for span in fresh.spans():
            span.attributes[b"deployment.environment"] = "production"
        fresh.seal()

    def replace_and_seal():
        fresh = payload.fork()
        for span in fresh.spans():
            span.attributes[status] = 200
        fresh.seal()

    def act_and_seal(*what):
        def work():
            fresh = payload.fork()
            for group in fresh.resources():
                for scope in group.scopes():
                    actions.apply_actions(rewriting(scope.records()), list(what))
            fresh.seal()

        return work

    digits = pattern(bytes(48 <= code < 58 for code in range(256)), b"\x01", b"\xff", anchored=False, ended=False)
    add = actions.SetAttribute(b"deployment.environment", b"\x0a\x0aproduction")
    replace = actions.SetAttribute(status, b"\x18\x07")
    delete = actions.DeleteAttribute(b"server.address")
    rename = actions.ReplaceInAttribute(b"url.path", digits, b"{id}", id)

    def filter_half():
        fresh = traces.from_bytes(data)
        fresh.remove_if(lambda span: attrs.attr_equals(span, status, error))
        fresh.seal()

    def split():
        payload.split(max_items=max(1, SPANS // 7))

    return {
        "validate": lambda: traces.from_bytes(data),
        "iterate": iterate,
        "span.name": names,
        "attributes.get(bytes)": lookup,
        "attributes.get(str)": lookup_str,
        "attr_get": attr_get,
        "attr_equals": attr_equals,
        "iterate, add attribute, seal": set_and_seal,
        "iterate, replace attribute, seal": replace_and_seal,
        "actions: add attribute, seal": act_and_seal(add),
        "actions: replace attribute, seal": act_and_seal(replace),
        "actions: delete attribute, seal": act_and_seal(delete),
        "actions: replace in text, seal": act_and_seal(rename),
        "actions: all four, seal": act_and_seal(add, replace, delete, rename),
        "validate, filter half, seal": filter_half,
        "split in 8": split,
    }


def main():
    data = request(SPANS)
    print(f"{SPANS} spans, {len(data) / SPANS:.0f} bytes each; microseconds a span")
    builds = {}
    for name, package in (("compiled", "collector.pdata._kernel_c"), ("pure", "collector.pdata._kernel")):
        try:
            builds[name] = cases(package, data)
        except ImportError as error:
            print(f"{name}: not built ({error})")
    print(f"{'':36}" + "".join(f"{name:>12}" for name in builds))
    for case in next(iter(builds.values())):
        row = [best(work[case], 30 if name == "compiled" else 3) for name, work in builds.items()]
        print(f"{case:36}" + "".join(f"{value:12.3f}" for value in row))


if __name__ == "__main__":
    main()
