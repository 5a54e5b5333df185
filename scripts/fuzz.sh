#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# fuzz.sh --smoke [--seconds N] [TARGET...]   each target for N seconds (10), 30 at most, from one seed
# fuzz.sh --hours H [TARGET...]               all together for H hours
# fuzz.sh --coverage [TARGET...]              which lines the corpus and what was found reach
#
# Builds the libFuzzer targets of tests/fuzz with clang in build-fuzz (KAD_FUZZ_DIR) and runs them,
# two at a time (KAD_FUZZ_JOBS), over tests/fuzz/corpus. New inputs go to build-fuzz/corpus, those
# that broke something to build-fuzz/found. Status 1 if there is one.

set -u
cd "$(dirname "$0")/.." || exit 1
dir=${KAD_FUZZ_DIR:-build-fuzz}
jobs=${KAD_FUZZ_JOBS:-2}
mode='' seconds=10 targets=()

usage() {
  sed -n 's/^# \(fuzz.sh\)/\1/p' "$0" >&2
  exit 2
}

while [ $# -gt 0 ]; do
  case $1 in
    --smoke | --coverage) mode=${1#--} ;;
    --hours)
      [ $# -ge 2 ] || usage
      mode=hours hours=$2
      shift
      ;;
    --seconds)
      [ $# -ge 2 ] && [ "$2" -ge 1 ] 2>/dev/null && [ "$2" -le 30 ] || usage
      seconds=$2
      shift
      ;;
    -*) usage ;;
    *) targets+=("$1") ;;
  esac
  shift
done
[ -n "$mode" ] || usage

options=(-Dwerror=true -Dinterop=disabled -Dfuzzing=enabled -Db_lundef=false)
if [ "$mode" = coverage ]; then
  dir=$dir-coverage
  options+=('-Dc_args=-fprofile-instr-generate -fcoverage-mapping' '-Dc_link_args=-fprofile-instr-generate')
else
  options+=(-Db_sanitize=address,undefined)
fi
if [ ! -e "$dir/build.ninja" ]; then
  log=$(CC=clang meson setup "$dir" "${options[@]}" 2>&1) || {
    echo "$log" >&2
    exit 1
  }
fi
ninja --quiet -C "$dir" fuzz-targets || exit 1

known=$(find "$dir/tests/fuzz" -maxdepth 1 -type f -name 'fuzz-*' -printf '%f\n' | sed 's/^fuzz-//' | sort)
if [ ${#targets[@]} -eq 0 ]; then
  mapfile -t targets <<<"$known"
fi
for target in "${targets[@]}"; do
  if ! grep -qxF -- "$target" <<<"$known"; then
    echo "fuzz.sh: there is no target $target; there are: ${known//$'\n'/, }" >&2
    exit 2
  fi
done

export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
export G_SLICE=always-malloc dir
found=$PWD/$dir/found
mkdir -p "$found" "$dir/logs"

# fuzz_one SECONDS TARGET: a line that says how it was; its log only if it broke.
fuzz_one() {
  local target=$2 log=$dir/logs/$2.log new=$dir/corpus/$2 status=0
  mkdir -p "$new"
  "$dir/tests/fuzz/fuzz-$target" -seed="$seed" -max_total_time="$1" -timeout=20 -rss_limit_mb=2048 \
    -close_fd_mask=1 -print_final_stats=1 -artifact_prefix="$dir/found/$target-" \
    "$new" "tests/fuzz/corpus/$target" >"$log" 2>&1 || status=$?
  printf '%-16s %9s runs, %6s edges' "$target" \
    "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" \
    "$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)"
  if [ $status -ne 0 ]; then
    printf ', BROKE (status %s)\n' $status
    grep -v '^#[0-9]' "$log" | tail -n 60
  else
    printf '\n'
  fi
  return $status
}
export -f fuzz_one

cover() {
  local target=$1
  LLVM_PROFILE_FILE=$dir/logs/$target.profraw "$dir/tests/fuzz/fuzz-$target" -runs=0 \
    "tests/fuzz/corpus/$target" "$dir/corpus/$target" "${dir%-coverage}/corpus/$target" \
    >"$dir/logs/$target.log" 2>&1
}

# The smoke run looks for what a change broke, so it begins the same each time; the hours search.
export seed=0
case $mode in
  smoke) seed=1 ;;
  hours)
    # Everybody's share of the hours, with so many at a time.
    seconds=$(awk -v h="$hours" -v j="$jobs" -v n=${#targets[@]} \
      'BEGIN { s = int (h * 3600 * j / n); print (s > 0 ? s : 1) }')
    echo "Each of ${#targets[@]} targets for $seconds s, $jobs at a time; what breaks goes to $dir/found"
    ;;
  coverage)
    for target in "${targets[@]}"; do
      mkdir -p "$dir/corpus/$target" "${dir%-coverage}/corpus/$target"
      cover "$target" || exit 1
    done
    llvm-profdata merge -o "$dir/coverage.profdata" "$dir"/logs/*.profraw || exit 1
    objects=()
    for target in "${targets[@]}"; do
      objects+=(-object "$dir/tests/fuzz/fuzz-$target")
    done
    objects+=(-object "$dir/kad-core/node/libkad-1.so.0")
    llvm-cov report "${objects[@]:1}" -instr-profile="$dir/coverage.profdata" \
      --show-branch-summary=false --show-region-summary=false kad-core kad-tools
    exit $?
    ;;
esac

start=$SECONDS
printf '%s\n' "${targets[@]}" | nice xargs -P "$jobs" -I{} bash -c 'fuzz_one "$0" "$1"' "$seconds" {}
status=$?
echo "${#targets[@]} targets in $((SECONDS - start)) s"
if [ $status -ne 0 ]; then
  echo "What broke them is in $dir/found: mend it, and keep the input as tests/fuzz/corpus/TARGET/found-NAME"
  exit 1
fi
