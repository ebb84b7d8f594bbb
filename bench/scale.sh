#!/bin/sh
# Measures Halfsky at a size and beside others, prints a table and adds its lines to bench/scale-history.tsv:
# import, queries, pages under a crowd, the reporting storm, start, evaluation, reports.
#
#   HALFSKY=target/release/halfsky bench/scale.sh [part…]     parts: see PARTS in bench/scale.py; none means all
#   ROWS="100000 1000000 10000000"  USERS=200  SECONDS_EACH=60   the sizes; ROWS=20000 SECONDS_EACH=5 takes a minute
#   PLACE=/a/folder                 keeps the countries that are made, for the next run
#
# Needs PostgreSQL (server and client), wrk and nginx: apt-get install postgresql wrk nginx-light
set -eu
cd "$(dirname "$0")/.."
target="${CARGO_TARGET_DIR:-target}"
venv="$target/bench-venv"
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --requirement bench/requirements.txt
export HALFSKY="${HALFSKY:-$target/release/halfsky}"
[ -x "$HALFSKY" ] || cargo build --release --workspace --locked
exec "$venv/bin/python" bench/scale.py "$@"
