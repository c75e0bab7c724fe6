from collector.pdata import Logs, Metrics
from collector.testing import bench, logs


def grouped(payload):
    return [
        (group.resource.attributes.to_dict(), [r.body for scope in group.scopes() for r in scope.records()])
        for group in payload.resources()
    ]


def records(*hosts):
    builder = Logs.builder()
    scope = builder.resource({"service.name": "a"}).scope({"name": "lib"})
    for number, host in enumerate(hosts):
        scope.add(body=str(number), attributes={"host.name": host} if host else {})
    return builder.build()


def test_records_move_under_a_resource_with_their_attribute():
    processor = bench("groupbyattrs", {"keys": ["host.name"]})

    out = processor.run(records("x", "y", None, "x"))

    assert grouped(out) == [
        ({"service.name": "a", "host.name": "x"}, ["0", "3"]),
        ({"service.name": "a", "host.name": "y"}, ["1"]),
        ({"service.name": "a"}, ["2"]),
    ]
    assert all("host.name" not in record.attributes for record in out.records())
    assert processor.metric("otelcol_processor_groupbyattrs_num_grouped_logs") == 3
    assert processor.metric("otelcol_processor_groupbyattrs_num_non_grouped_logs") == 1


def test_without_keys_equal_resources_are_joined_whatever_the_order_of_their_attributes():
    payload = Logs.merge([logs("a", resource={"x": 1, "y": 2}), logs("b", resource={"y": 2, "x": 1})])

    out = bench("groupbyattrs").run(payload)

    assert grouped(out) == [({"x": 1, "y": 2}, ["a", "b"])]


def test_points_of_one_metric_are_divided_and_joined():
    builder = Metrics.builder()
    scope = builder.resource({}).scope({})
    for value in (1, 2):
        metric = scope.add(name="m", unit="s")
        metric.convert("sum", aggregation_temporality=2, is_monotonic=True)
        for host in ("x", "y"):
            metric.data_points.add(value=value, attributes={"host": host})

    out = bench("groupbyattrs", {"keys": ["host"]}).run(builder.build())

    assert [
        (m.resource.attributes["host"], m.name, m.unit, m.is_monotonic, [p.value for p in m.data_points])
        for m in out.metrics()
    ] == [("x", "m", "s", True, [1, 2]), ("y", "m", "s", True, [1, 2])]


def test_repeated_and_empty_keys_are_ignored_with_a_warning():
    processor = bench("groupbyattrs", {"keys": ["host.name", "", "host.name"]})

    assert grouped(processor.run(records("x"))) == [({"service.name": "a", "host.name": "x"}, ["0"])]
    assert [level for level, *_ in processor.logged] == ["warning"]


def test_values_of_different_types_are_different_groups():
    builder = Logs.builder()
    scope = builder.resource({}).scope({})
    for value in (1, 1.0, True, "1", [1], [True]):
        scope.add(body=repr(value), attributes={"k": value})

    out = bench("groupbyattrs", {"keys": ["k"]}).run(builder.build())

    assert [(repr(attributes["k"]), bodies) for attributes, bodies in grouped(out)] == [
        (text, [text]) for text in ("1", "1.0", "True", "'1'", "[1]", "[True]")
    ]
