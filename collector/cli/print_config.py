"""Print the configuration as it is after merging and expansion; secrets are shown as [REDACTED]."""

import argparse
import json
import sys

from collector.cli.options import add_config_options

FORMATS = ("yaml", "json")
MODES = ("redacted", "unredacted")


def configure(parser: argparse.ArgumentParser) -> None:
    add_config_options(parser)
    parser.add_argument("--format", default="yaml", help="yaml or json")
    parser.add_argument("--mode", default="redacted", help="redacted or unredacted")
    parser.add_argument(
        "--validate", nargs="?", const="true", default="true", choices=("true", "false"), help="check it first"
    )


def execute(arguments: argparse.Namespace) -> int:
    from collector.config import gates  # noqa: PLC0415 - not for --help
    from collector.config.document import load  # noqa: PLC0415
    from collector.config.printing import printable  # noqa: PLC0415
    from collector.config.resolving import resolve  # noqa: PLC0415

    if arguments.mode not in MODES:
        print(f'invalid mode "{arguments.mode}": modes are: {", ".join(MODES)}', file=sys.stderr)
        return 2
    if arguments.format not in FORMATS:
        print(f"unrecognized print format: {arguments.format}", file=sys.stderr)
        return 2
    if arguments.validate == "true":
        document = load(arguments.config, arguments.set, arguments.feature_gates).resolved
    else:
        gates.apply(gates.parse(arguments.feature_gates))
        document = resolve(arguments.config, arguments.set).value
    shown = printable(document, redact=arguments.mode == "redacted")
    if arguments.format == "json":
        print(json.dumps(shown, indent=2, ensure_ascii=False, default=str))
    else:
        import yaml  # noqa: PLC0415

        yaml.safe_dump(shown, sys.stdout, sort_keys=False, allow_unicode=True)
    return 0
