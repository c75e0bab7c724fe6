import pytest

from collector.pdata import Metrics
from exporters.prometheus_remote_write.catalog import Catalog
from exporters.prometheus_remote_write.labels import LabelRules
from exporters.prometheus_remote_write.names import Naming
from exporters.prometheus_remote_write.requests import RequestEncoder


class Translated:
    """What a catalog makes of payloads."""

    def __init__(self, limit, *, second):
        self.catalog = Catalog(LabelRules(Naming()), second=second, limit=limit)
        self._encoder = RequestEncoder(self.catalog, 3_000_000, second=second)
        self.cost = lambda: self.catalog._cost

    def push(self, payload):
        self.catalog.open()
        for chunk in payload.chunks():
            self.catalog.walk.add(chunk)
        return [body for body, _ in self._encoder.series()]

    @property
    def streams(self):
        return sum(
            len(family.streams)
            for resource in self.catalog.walk.resources.values()
            for scope in resource.scopes.values()
            for family in scope.families.values()
        )


def histograms(*names):
    builder = Metrics.builder()
    metric = builder.resource({"service.name": "s", "k": "v"}).scope({}).add(name="h", type="histogram")
    metric.set(aggregation_temporality=2)
    for name in names:
        metric.data_points.add(
            time_unix_nano=10**9, count=3, explicit_bounds=[1.0], bucket_counts=[1, 2], attributes={"name": name}
        )
    return builder.build()


@pytest.fixture(params=[False, True], ids=["1.0", "2.0"])
def translated(request):
    return lambda limit: Translated(limit, second=request.param)


def test_streams_are_known_again_whatever_their_order(translated):
    catalog = translated(1 << 20)
    first = catalog.push(histograms("a", "b", "c"))
    cost = catalog.cost()
    catalog.push(histograms("c", "a", "b"))
    catalog.push(histograms("b"))
    assert (catalog.streams, catalog.cost()) == (3, cost)
    assert catalog.push(histograms("a", "b", "c")) == first


def test_streams_that_do_not_come_any_more_are_forgotten_when_the_bound_is_reached(translated):
    catalog = translated(20_000)
    for number in range(40):
        catalog.push(histograms("stays", f"passes-{number}"))
    assert catalog.streams < 20
    assert catalog.cost() < 40_000


def test_what_is_kept_costs_as_much_as_if_it_were_new(translated):
    catalog, fresh = translated(1 << 20), translated(1 << 20)
    catalog.push(histograms("a", "b"))
    cost = catalog.cost()
    catalog.catalog._sweep()
    assert catalog.cost() == cost
    catalog.push(histograms("b"))
    catalog.catalog._sweep()
    fresh.push(histograms("b"))
    assert catalog.cost() == fresh.cost()
    assert catalog.push(histograms("b", "c")) == fresh.push(histograms("b", "c"))


def test_a_push_beyond_the_bound_is_sent_and_forgotten(translated):
    catalog = translated(20_000)
    names = [f"{number}" for number in range(200)]
    first = catalog.push(histograms(*names))
    assert catalog.push(histograms(*names)) == first
    catalog.push(histograms("one"))
    catalog.push(histograms("one"))
    assert catalog.streams == 1


def test_after_forgetting_the_same_bytes_are_made(translated):
    catalog = translated(3_000)
    payload = histograms("a", "b")
    bodies = [catalog.push(payload if number % 2 else histograms("b", "c", f"{number}")) for number in range(10)]
    assert all(body == bodies[1] for body in bodies[1::2])
