"""List the feature gates that change something here, or one of them."""

import argparse
import sys

from collector.config.gates import GATES, enabled


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", nargs="?", help="show only this gate")


def execute(arguments: argparse.Namespace) -> int:
    if arguments.id is not None and arguments.id not in GATES:
        print(f'feature "{arguments.id}" not found', file=sys.stderr)
        return 1
    chosen = [GATES[arguments.id]] if arguments.id is not None else sorted(GATES.values(), key=lambda gate: gate.id)
    rows = [("ID", "Enabled", "Stage", "Description")]
    rows += [(gate.id, str(enabled(gate.id)).lower(), str(gate.stage), gate.description) for gate in chosen]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        print("  ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[3]]))
    return 0
