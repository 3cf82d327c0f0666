#!/usr/bin/env bash
# Fuzzes each parser that strangers reach, guided by coverage, with the compiler at hand: no cargo-fuzz, no nightly.
#
#   fuzz.sh SECONDS [TARGET...]    each target for so many seconds; needs a C++ compiler
#
# What is learnt stays in fuzz/corpus, what breaks a target in fuzz/artifacts; neither is committed. Put a file that broke
# a target into fuzz/seeds/TARGET once it is repaired: the ordinary tests run it from then on.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=${1:?seconds for each target}
shift
command -v c++ >/dev/null || { echo "fuzz.sh: needs a C++ compiler (Debian: apt-get install g++)" >&2; exit 75; }
host=$(rustc --print host-tuple 2>/dev/null || rustc -vV | sed -n 's/^host: //p')
folder=${CARGO_TARGET_DIR:-target}/libfuzzer

# Coverage and address checks are not stable in the compiler; the variable lets this compiler take them all the same.
export RUSTC_BOOTSTRAP=1
export RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
-Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares -Zsanitizer=address -Cdebug-assertions -Ccodegen-units=1"
cargo build --locked --quiet --release --manifest-path fuzz/Cargo.toml --features libfuzzer --bins --target "$host" --target-dir "$folder"

[ $# -gt 0 ] || set -- $(cd fuzz/seeds && ls)
broken=0
for target in "$@"; do
    mkdir -p "fuzz/corpus/$target" "fuzz/artifacts/$target"
    echo "fuzz: $target for $seconds s"
    if ! "$folder/$host/release/$target" -max_total_time="$seconds" -max_len=65536 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="fuzz/artifacts/$target/" "fuzz/corpus/$target" "fuzz/seeds/$target" >"$folder/$target.log" 2>&1; then
        echo "fuzz: $target broke; $folder/$target.log ends:"
        tail -n 25 "$folder/$target.log"
        broken=$((broken + 1))
    fi
    grep -E '^stat::number_of_executed_units|cov: ' "$folder/$target.log" | tail -n 2 | sed 's/^/    /'
done
[ "$broken" = 0 ]
