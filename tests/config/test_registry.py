import importlib
import subprocess
import sys
import textwrap

import pytest

from collector.component import ConfigError, Kind
from collector.config import registry
from collector.config.document import from_mapping

MODULE = """
from collector.component import ProcessorFactory, Stability
from collector.config import ComponentConfig

class Config(ComponentConfig):
    pass

class Upper:
    mutates_data = False
    def __init__(self, config, settings): ...
    def process_logs(self, logs): return logs

factory = ProcessorFactory("upper", Config, Upper, Stability.ALPHA)
"""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Puts a distribution with entry points on the path, as installing it would."""

    def add(name, points, modules):
        root = tmp_path / name
        info = root / f"{name}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("[telepipe.processors]\n" + points)
        for module, text in modules.items():
            (root / f"{module}.py").write_text(text)
            monkeypatch.delitem(sys.modules, module, raising=False)
        monkeypatch.syspath_prepend(root)
        importlib.invalidate_caches()
        forget()

    yield add
    monkeypatch.undo()
    forget()


def forget():
    registry._all_entries.cache_clear()
    registry.entries.cache_clear()
    registry.load.cache_clear()
    registry._warned.clear()


def refusal(name):
    with pytest.raises(registry.RegistryError) as caught:
        registry.load(Kind.PROCESSOR, name)
    return str(caught.value)


def test_a_plug_in_is_found_by_its_entry_point(install):
    install("plug", "upper = plug_upper:factory\n", {"plug_upper": MODULE})

    assert registry.load(Kind.PROCESSOR, "upper").type == "upper"
    assert "upper" in registry.known_types(Kind.PROCESSOR)


def test_an_alias_is_warned_about_once_and_not_listed(install):
    install("plug", "upper = plug_upper:factory\nupr = plug_upper:factory\n", {"plug_upper": MODULE})
    factory = registry.load(Kind.PROCESSOR, "upr")

    assert registry.alias_warning(Kind.PROCESSOR, "upr", factory) == '"upr" alias is deprecated; use "upper" instead'
    assert registry.alias_warning(Kind.PROCESSOR, "upr", factory) is None
    assert registry.alias_warning(Kind.PROCESSOR, "upper", factory) is None


def test_the_canonical_name_is_the_one_of_the_module():
    known = registry.known_types(Kind.EXPORTER)

    assert {"otlp_grpc", "otlp_http", "prometheus_remote_write"} <= set(known)
    assert not {"otlp", "otlphttp", "prometheusremotewrite"} & set(known)


def test_two_distributions_with_one_name_are_refused_and_both_named(install):
    install("first", "upper = first_upper:factory\n", {"first_upper": MODULE})
    install("second", "upper = second_upper:factory\n", {"second_upper": MODULE})

    assert refusal("upper") == 'processor "upper" is offered by "first" and "second"; uninstall one of them'


def test_a_plug_in_that_fails_to_import_is_named_with_its_error(install):
    install("plug", "upper = plug_upper:factory\n", {"plug_upper": "1 / 0\n"})

    assert refusal("upper") == 'cannot load processor "upper" of "plug" (plug_upper:factory): division by zero'


def test_a_plug_in_that_is_no_factory_is_refused(install):
    install("plug", "upper = plug_upper:factory\n", {"plug_upper": "factory = 5\n"})

    assert refusal("upper") == 'plug_upper:factory of "plug" is no factory of a processor'


def test_unknown_names_are_told_apart():
    with pytest.raises(registry.UnknownTypeError):
        registry.load(Kind.PROCESSOR, "nosuch")


def test_only_configured_components_are_imported():
    code = """
        import sys
        from collector.config.document import from_mapping
        try:
            from_mapping({"exporters": {"nop": None}})
        except Exception:
            pass
        assert "exporters.nop" in sys.modules
        print([name for name in sys.modules if name.startswith(("exporters.", "processors."))])
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "['exporters.nop']"


def test_a_folder_that_hides_our_package_is_named(tmp_path):
    for folder in ("processors", "exporters"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").write_text("")
    code = """
        import sys
        sys.path.insert(0, sys.argv[1])
        from collector.component import ConfigError
        from collector.config.document import from_mapping
        try:
            from_mapping({"processors": {"batch": None}, "exporters": {"nop": None}})
        except ConfigError as error:
            print(error)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(tmp_path)], capture_output=True, text=True, check=True
    )

    for kind, name in (("processors", "batch"), ("exporters", "nop")):
        assert (
            f'{kind}::{name}: the package "{kind}" of "telepipe" is hidden by {tmp_path}/{kind}; rename that folder'
            in done.stdout
        )


def test_a_problem_of_a_component_is_reported_with_the_others(install):
    install("plug", "upper = plug_upper:factory\n", {"plug_upper": "1 / 0\n"})
    with pytest.raises(ConfigError) as caught:
        from_mapping({"processors": {"upper": None, "nosuch": None}})

    assert "division by zero" in str(caught.value)
    assert "nosuch" in str(caught.value)
