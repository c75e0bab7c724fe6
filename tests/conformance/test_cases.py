"""Every recorded case, through the front door (see README.md)."""

from pathlib import Path

import normal_form
import pytest
import yaml
from runner import is_refused, missing_components, outcome

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LATER = {"count", "deltatorate"}
"""Types that some cases name and that are not there yet."""


def cases():
    for path in sorted((Path(__file__).parent / "cases").glob("*.yaml")):
        document = yaml.load(path.read_text(), LOADER)
        for case in document["cases"]:
            yield pytest.param(case, document.get("fixtures", {}), id=f"{path.stem}: {case['name']}")


@pytest.mark.parametrize(("case", "fixtures"), list(cases()))
async def test_outcome_is_as_recorded(case, fixtures, tmp_path):
    if case.get("refused"):
        refused, _ = is_refused(case, tmp_path)
        assert refused
        return
    missing = missing_components(case)
    if LATER.intersection(missing):
        pytest.skip(f"no component {', '.join(missing)}")
    got = await outcome(case, fixtures, tmp_path)
    tolerance = (case.get("compare") or {}).get("tolerance", 0.0)
    assert normal_form.same(case["expect"], got, tolerance), (case["expect"], got)
