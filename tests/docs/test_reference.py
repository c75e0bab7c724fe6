"""The reference pages say what the settings models say."""

import importlib.util
from pathlib import Path

import pytest
import yaml

DOCS = Path(__file__).parents[2] / "docs"
spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
generate = importlib.util.module_from_spec(spec)
spec.loader.exec_module(generate)


@pytest.mark.parametrize("kind", generate.KINDS)
def test_a_page_is_what_the_generator_writes(kind):
    assert (DOCS / f"{kind}.md").read_text() == generate.page(kind), "run: python docs/generate.py"


@pytest.mark.parametrize("kind", generate.KINDS)
def test_every_key_has_a_meaning(kind):
    rows = [line for line in generate.page(kind).splitlines() if line.startswith("| `")]

    assert [row for row in rows if not row.split(" | ")[2].removesuffix(" |").strip()] == []


@pytest.mark.parametrize("kind", generate.KINDS)
def test_examples_are_yaml(kind):
    blocks = generate.page(kind).split("```yaml\n")[1:]

    for block in blocks:
        assert isinstance(yaml.safe_load(block.split("```")[0]), dict)
