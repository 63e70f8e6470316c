# shellcheck shell=bash
# The load that the parts of scripts/bench send, and the processor time that it takes.
# shellcheck disable=SC2034,SC2154 # scripts/bench sets what is used here, and the parts use what is set here

# Every round of queries that are not to be in a cache has a number of its own.
round=0

# More headers that load sends.
load_headers=()

# Sends load for some seconds, same, fresh or among's requests, on so many connections, as Benchmarks/load has it. Sets
# done_requests, done_rate, done_median and done_high, the 99th percentile (microseconds), done_hits (among only).
load() {
    local kind=$1 connections=$2 address=$3 failures duration
    shift 3
    wrk --threads 1 --connections "$connections" --duration "${seconds}s" -H "X-Api-Key: $key" "${load_headers[@]}" \
        --script "$root/Benchmarks/load/$kind.lua" "$address" -- "$@" >"$work/wrk"
    read -r _ done_requests failures duration done_median done_high done_hits < <(grep '^measured ' "$work/wrk")
    ((failures == 0)) || fail 70 "$failures errors under load at $address"
    done_rate=$(compute "$done_requests * 1e6 / $duration" 0)
}

# The microseconds of processor time that a process has taken so far.
processor_time() {
    local fields
    read -ra fields <"/proc/$1/stat"
    printf '%d' $(((fields[13] + fields[14]) * 1000000 / $(getconf CLK_TCK)))
}

# The microseconds of processor time that a process and its children have taken so far.
family_time() {
    local process sum
    sum=$(processor_time "$1")
    for process in $(pgrep --parent "$1"); do
        sum=$((sum + $(processor_time "$process")))
    done
    printf '%d' "$sum"
}
