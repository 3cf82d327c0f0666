#!/usr/bin/env bash
# Fuzzes each target for so many seconds with libFuzzer, on the stable compiler: coverage comes from LLVM's own pass.
#   tests/fuzz.sh SECONDS BUILD-FOLDER
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../fuzz"
seconds=${1:?seconds}
build=${2:?build folder}
host=$(rustc -vV | sed -n 's/^host: //p')
flags="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters"
flags+=" -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares -Cdebug-assertions=on -Ccodegen-units=1 --cfg fuzzing"
# With an explicit target the flags do not reach build scripts, which have no fuzzer to call.
RUSTFLAGS=$flags cargo build --locked --release --features libfuzzer --bins --target "$host" --target-dir "$build"
for target in targets/*.rs; do
    name=$(basename "$target" .rs)
    mkdir -p "$build/corpus/$name" "$build/artifacts"
    echo "fuzzing $name for $seconds s"
    "$build/$host/release/$name" -max_total_time="$seconds" -print_final_stats=1 -artifact_prefix="$build/artifacts/$name-" \
        "$build/corpus/$name" "seeds/$name"
done
