"""Options that several commands share."""

import argparse
import re

_UNITS = {"": 0, "k": 10, "m": 20, "g": 30, "t": 40}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?", re.IGNORECASE)


def add_config_options(parser: argparse.ArgumentParser) -> None:
    """`--config`, `--set` and `--feature-gates`."""
    parser.add_argument(
        "--config",
        action="append",
        default=[],
        metavar="URI",
        help="a file, or file:, env:, yaml:, http:, https:; may repeat, later ones win",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY.PATH=VALUE",
        help="a single setting on top of the configuration; may repeat",
    )
    parser.add_argument(
        "--feature-gates",
        action="append",
        default=[],
        metavar="[+-]ID,…",
        help="gates to turn on, or off with a dash; see telepipe featuregate",
    )


def size(text: str) -> int:
    """Bytes of `67108864`, `64MiB`, `64M` or `1.5g`; units are powers of 1024.

    Raises:
        argparse.ArgumentTypeError: anything else.
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no size; a number of bytes, or such as 64MiB")
    number = int(float(match[1]) * (1 << _UNITS[match[2].lower()]))
    if number <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no size; it must be more than nothing")
    return number
