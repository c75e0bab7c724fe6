#!/bin/sh
# Builds the compiled kernel with the address and undefined-behaviour sanitizers in a directory of its own and runs the
# fuzzer on it: tests/pdata/asan.sh [rounds]. Needs gcc, Cython and the test dependencies; PYTHON names the interpreter.
set -eu
python=${PYTHON:-python}
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$root/collector" "$root/exporters" "$root/tests" "$root/setup.py" "$work"
rm -f "$work"/collector/pdata/_kernel_c*.so
cd "$work"
sed -i 's/"-O3"/"-O1"/' setup.py # the checks, not the compiler, are what this is about
CFLAGS="-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer" \
    LDFLAGS="-fsanitize=address,undefined" \
    TELEPIPE_BUILD=required "$python" setup.py -q build_ext --inplace
LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)" \
    ASAN_OPTIONS=detect_leaks=0 PYTHONMALLOC=malloc PYTHONPATH="$work" \
    "$python" tests/pdata/fuzz.py "${1:-100}"
