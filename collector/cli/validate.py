"""Check a configuration the way run does, without starting anything. Prints nothing when it is good."""

import argparse

from collector.cli.options import add_config_options


def configure(parser: argparse.ArgumentParser) -> None:
    add_config_options(parser)


def execute(arguments: argparse.Namespace) -> int:
    from collector.cli.lean import import_structlog  # noqa: PLC0415 - not for --help

    import_structlog()
    from collector.config.document import load  # noqa: PLC0415
    from collector.pipeline.service import check  # noqa: PLC0415

    check(load(arguments.config, arguments.set, arguments.feature_gates))
    return 0
