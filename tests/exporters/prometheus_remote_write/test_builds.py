"""The compiled and the pure build do the same, on good bytes and on bad ones."""

import importlib.util
import random
import sys
from pathlib import Path

import pytest
import snappy
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

import exporters.prometheus_remote_write as package
from collector.pdata import kernel, kernel_build
from exporters.prometheus_remote_write.kernel import Walk

DOUBLES = (0.0, -0.0, 1.5, -3.0, 1e300, float("nan"), float("inf"), 5e-324)
KEYS = ("a", "a.b", "a_b", "le", "", "____", "é", "job")


@pytest.fixture(scope="module")
def pure():
    """A second copy of the exporter, of the pure build."""
    name = "remote_write_pure"
    spec = importlib.util.spec_from_file_location(
        name, package.__file__, submodule_search_locations=[str(Path(package.__file__).parent)]
    )
    module = importlib.util.module_from_spec(spec)
    chosen, kernel.build = kernel.build, "pure"
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
        yield sys.modules
    finally:
        kernel.build = chosen
        for loaded in [each for each in sys.modules if each.startswith(name)]:
            del sys.modules[loaded]


@pytest.fixture
def builds(pure):
    """Makes a translator of each build: it gives the requests for payload bytes, or why there are none."""

    def make(**options):
        return [Translator(sys.modules, prefix, **options) for prefix in (package.__name__, "remote_write_pure")]

    return make


class Translator:
    def __init__(self, modules, prefix, *, second, **options):
        labels, names = modules[f"{prefix}.labels"], modules[f"{prefix}.names"]
        rules = labels.LabelRules(names.Naming())
        self.catalog = modules[f"{prefix}.catalog"].Catalog(rules, second=second, limit=1 << 20, **options)
        self._encoder = modules[f"{prefix}.requests"].RequestEncoder(self.catalog, 4000, second=second)
        self._malformed = modules[f"{prefix}.kernel"].Malformed

    def __call__(self, *chunks):
        self.catalog.open()
        try:
            for chunk in chunks:
                self.catalog.walk.add(chunk)
        except self._malformed as error:
            return str(error)
        return [snappy.uncompress(body) for body, _ in self._encoder.series()], self.catalog.errors


def put(draw, attributes):
    for key in draw.sample(KEYS, draw.randint(0, 3)):
        attributes.add(key=key).value.string_value = draw.choice(["", "x", "é" * 40])


def fill_exemplars(draw, exemplars):
    for _ in range(draw.randint(0, 2)):
        exemplar = exemplars.add(time_unix_nano=draw.choice([0, 10**18]), as_double=draw.choice(DOUBLES))
        exemplar.trace_id = draw.choice([b"", bytes(16), b"t" * 16])
        put(draw, exemplar.filtered_attributes)


def fill_point(draw, kind, point):
    point.time_unix_nano = draw.choice([0, 10**18, 10**18 + draw.randint(0, 5) * 10**9])
    point.start_time_unix_nano = draw.choice([0, 10**18 - 5, 2 * 10**18])
    point.flags = draw.choice([0, 0, 0, 1, 3])
    put(draw, point.attributes)
    if kind in ("gauge", "sum"):
        if draw.random() < 0.5:
            point.as_double = draw.choice(DOUBLES)
        else:
            point.as_int = draw.choice([0, -1, 2**63 - 1, -(2**63)])
    else:
        point.count = draw.choice([0, 3, 2**64 - 1])
        point.sum = draw.choice(DOUBLES)
    if kind == "histogram":
        point.explicit_bounds.extend(
            sorted(draw.sample([-1.0, 0.0, 1e-9, 5.0, 1e21, float("inf")], draw.randint(0, 5)))
        )
        point.bucket_counts.extend(draw.choice([0, 1, 2**63]) for _ in range(draw.randint(0, 7)))
    if kind == "exponential_histogram":
        point.scale = draw.choice([-20, -5, -4, 0, 8, 9, 20])
        point.zero_threshold = draw.choice(DOUBLES)
        for side in (point.positive, point.negative):
            side.offset = draw.choice([0, -5, 7, 2**31 - 1, -(2**31)])
            side.bucket_counts.extend(draw.choice([0, 0, 1, 2**64 - 1]) for _ in range(draw.randint(0, 20)))
    if kind == "summary":
        for quantile in draw.sample([0.0, 0.5, 1.0], draw.randint(0, 3)):
            point.quantile_values.add(quantile=quantile, value=draw.choice(DOUBLES))
    else:
        fill_exemplars(draw, point.exemplars)


def random_request(draw):
    request = ExportMetricsServiceRequest()
    for _ in range(draw.randint(0, 2)):
        group = request.resource_metrics.add()
        put(draw, group.resource.attributes)
        for _ in range(draw.randint(0, 2)):
            scope = group.scope_metrics.add(schema_url=draw.choice(["", "u"]))
            scope.scope.name = draw.choice(["", "lib"])
            put(draw, scope.scope.attributes)
            for _ in range(draw.randint(0, 6)):
                metric = scope.metrics.add(name=draw.choice(["a", "a.b", "", "é"]), unit=draw.choice(["", "s", "1"]))
                kind = draw.choice(["gauge", "sum", "histogram", "exponential_histogram", "summary"])
                data = getattr(metric, kind)
                data.SetInParent()
                if kind not in ("gauge", "summary"):
                    data.aggregation_temporality = draw.choice([2, 2, 2, 1, 0])
                if kind == "sum":
                    data.is_monotonic = draw.random() < 0.5
                for _ in range(draw.randint(0, 3)):
                    fill_point(draw, kind, data.data_points.add())
    return request.SerializeToString()


OPTIONS = [
    {"second": False, "created": True},
    {"second": True},
    {"second": False, "custom_buckets": True, "classic": False},
    {"second": True, "custom_buckets": True, "classic": True, "created": True},
]


@pytest.mark.skipif(kernel_build() == "pure", reason="the pure build is loaded")
def test_the_compiled_walk_is_loaded():
    assert Walk.__module__.endswith("_walk_c")


@pytest.mark.parametrize("options", OPTIONS)
def test_both_builds_make_the_same_requests(options, builds):
    first, second = builds(**options)
    draw = random.Random(1)
    for _ in range(60):
        chunks = [random_request(draw) for _ in range(draw.randint(1, 3))]
        assert first(*chunks) == second(*chunks)


@pytest.mark.parametrize("options", OPTIONS)
def test_damaged_bytes_are_translated_or_refused_alike(options, builds):
    first, second = builds(**options)
    draw = random.Random(2)
    refused = 0
    for _ in range(400):
        data = bytearray(random_request(draw))
        for _ in range(draw.randint(1, 4)):
            if data:
                data[draw.randrange(len(data))] = draw.randrange(256)
        damaged = bytes(data[: draw.randint(0, len(data))] if draw.random() < 0.3 else data)
        made = [outcome(each, damaged) for each in (first, second)]
        assert made[0] == made[1]
        refused += isinstance(made[0], str)
    assert refused > 100


def outcome(translate, data):
    try:
        return translate(data)
    except (
        ValueError,
        UnicodeDecodeError,
        OverflowError,
    ) as error:  # what the views say of bytes that nobody validated
        return type(error).__name__
