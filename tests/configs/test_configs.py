from pathlib import Path

import pytest

from collector.config.document import load
from collector.pipeline.service import check

CONFIGS = sorted((Path(__file__).parents[2] / "configs").glob("*.yaml"))


def test_there_are_configurations():
    assert CONFIGS


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_a_configuration_to_copy_from_is_valid_and_says_what_it_is_for(path):
    document = load([str(path)])
    check(document)
    assert path.read_text().startswith("# ")
