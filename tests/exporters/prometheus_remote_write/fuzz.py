"""Walks damaged bytes for longer than the tests do: `python fuzz.py [seconds] [seed]`.

Nothing may crash, and nothing but refusals may be raised. For a run with the address sanitizer build the compiled
modules with `CFLAGS=-fsanitize=address LDFLAGS=-fsanitize=address`, then run this with `PYTHONMALLOC=malloc`,
`ASAN_OPTIONS=detect_leaks=0` and the sanitizer's library in `LD_PRELOAD`.
"""

import random
import sys
import time
from collections import Counter
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[3])]

from test_builds import OPTIONS, Translator, random_request  # noqa: E402 - the path is set above

PACKAGE = "exporters.prometheus_remote_write"
LARGEST = 3000


def damage(data, draw):
    for _ in range(draw.randint(1, 6)):
        if not data:
            return
        at = draw.randrange(len(data))
        how = draw.randrange(4)
        if how == 0:
            data[at] = draw.randrange(256)
        elif how == 1:
            del data[at : at + draw.randint(1, 9)]
        elif how == 2:
            source = draw.randrange(len(data))
            data[at:at] = data[source : source + draw.randint(1, 30)]
        else:
            data[at:at] = bytes([draw.choice([0xFF, 0x80, 0x0A, 0x3A, 0x32])]) * draw.randint(1, 11)


def main(seconds=60.0, seed=1):
    draw = random.Random(int(seed))
    translators = [Translator(sys.modules, PACKAGE, **options) for options in OPTIONS]
    outcomes = Counter()
    end = time.monotonic() + float(seconds)
    while time.monotonic() < end:
        data = bytearray(random_request(draw)[:LARGEST])
        damage(data, draw)
        try:
            outcome = draw.choice(translators)(bytes(data))
        except UnicodeDecodeError:  # the views' answer to bytes that nobody validated
            outcome = ""
        outcomes["refused" if isinstance(outcome, str) else "translated"] += 1
    print(dict(outcomes))


if __name__ == "__main__":
    main(*sys.argv[1:])
