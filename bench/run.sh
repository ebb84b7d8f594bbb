#!/bin/sh
# Judges the same nation (3,000 regions, 200 indicators, 10 years) with Halfsky and with numpy and scipy, one
# after the other, says whether both come to the same results, and adds a line to bench/history.tsv.
# A loaded machine changes both times: only the ratio of one run means something.
set -eu
cd "$(dirname "$0")/.."
target="${CARGO_TARGET_DIR:-target}"
venv="$target/bench-venv"
log="$target/bench-evaluate.log"

[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --requirement bench/requirements.txt

cargo bench --workspace --locked --bench evaluate >"$log"
"$venv/bin/python" bench/nation.py 3 >"$log.numpy"
"$venv/bin/python" bench/compare.py "$log" "$log.numpy" "$target/criterion" bench/history.tsv
