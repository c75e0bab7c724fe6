"""The command line: `telepipe COMMAND`; without a command it runs a collector.

A command is a module with `configure(parser)`, which adds its arguments, and `execute(arguments)`, which returns the
exit code: 0 done, 1 configuration error or failure, 2 wrong usage. Only the module that is called is imported.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from collector.component import ConfigError

COMMANDS = {
    "run": "run a collector (what happens without a command)",
    "validate": "check a configuration without starting anything",
    "components": "list the components that can be configured, as YAML",
    "print-config": "print the configuration as it is after merging and expansion",
    "featuregate": "list the feature gates",
    "demo": "show a collector at work on generated telemetry",
    "send": "generate telemetry and send it",
}
ALIASES = {"print-initial-config": "print-config"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit code.

    Raises:
        SystemExit: from argparse, 2 for wrong usage and 0 for `--help`.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    first = words[0] if words else "run"
    if first in {"--version", "-v"}:
        return _version()
    if first in {"--help", "-h"}:
        sys.stdout.write(_overview())
        return 0
    if first.startswith("-") or not words:
        words.insert(0, "run")
    name = ALIASES.get(words[0], words[0])
    if name not in COMMANDS:
        return _unknown(name)
    return _run(name, words[1:])


def _run(name: str, words: list[str]) -> int:
    module = import_module(f"collector.cli.{name.replace('-', '_')}")
    parser = argparse.ArgumentParser(f"telepipe {name}", description=module.__doc__, allow_abbrev=False)
    module.configure(parser)
    arguments = parser.parse_args(_joined(words))
    try:
        code: int = module.execute(arguments)
        sys.stdout.flush()
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of our output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _joined(words: Sequence[str]) -> list[str]:
    """The values of `--feature-gates` and `--set` may begin with a dash, which argparse takes only behind `=`."""
    joined: list[str] = []
    rest = iter(words)
    for word in rest:
        value = next(rest, None) if word in {"--feature-gates", "--set"} else None
        joined.append(word if value is None else f"{word}={value}")
    return joined


def _overview() -> str:
    lines = [f"  {name:14}{text}" for name, text in COMMANDS.items()]
    return "\n".join(
        (
            "usage: telepipe [COMMAND] [OPTIONS]",
            "",
            "A telemetry pipeline, wired by the OpenTelemetry Collector's own YAML.",
            "",
            "commands:",
            *lines,
            "",
            "telepipe COMMAND --help tells more; telepipe --version names the version and the kernel build.",
            "",
        )
    )


def _version() -> int:
    from importlib.metadata import version  # noqa: PLC0415 - other commands need no version

    from collector.pdata import kernel  # noqa: PLC0415

    print(f"telepipe version {version('telepipe')} ({kernel.build} kernel)")
    return 0


def _unknown(name: str) -> int:
    from collector.config.problems import suggestion  # noqa: PLC0415 - only on the way to an error

    print(f'unknown command "{name}"{suggestion(name, COMMANDS)}', file=sys.stderr)
    return 2
