# shellcheck shell=bash
# How fast the embedded store is filled, and how large it is then, beside another version of the program where there is one.
# shellcheck disable=SC2154 # scripts/bench and setting.sh set what is used here

# Made-up records, once for both parts.
make_loaded_records() {
    [[ -e $work/loaded.jsonl ]] || "$binary" demo-data --seed 3 --records "$load_records" >"$work/loaded.jsonl"
}

empty_store() {
    rm -f "$work/$1.db" "$work/$1.db-wal" "$work/$1.db-shm"
    printf 'store: { sqlite: { path: "%s" } }\n' "$work/$1.db" >"$work/$1-load.yaml"
}

# Loads a file into a store with a program; sets loaded_seconds and loaded_bytes, the store's file's once its log is empty.
load_into() {
    local name=$1 program=$2 file=$3 start end
    sync
    start=$(date +%s%N)
    "$program" load --quiet --config "$work/$name-load.yaml" "$file" 2>>"$work/log"
    end=$(date +%s%N)
    loaded_seconds=$(compute "($end - $start) / 1e9")
    loaded_bytes=$(stat -c %s "$work/$name.db")
}

# The same into a store of its own.
fill_store() {
    empty_store "$1"
    load_into "$1" "$2" "$work/loaded.jsonl"
    empty_store "$1"
}

bench_load() {
    local turn seconds_now now=() before=() ratios=()
    make_loaded_records
    say "$turns turns of a load of $load_records records${against:+, and as many with $against}"
    for ((turn = 0; turn < turns; turn++)); do
        fill_store now "$binary"
        seconds_now=$loaded_seconds
        now+=("$(compute "$load_records / $loaded_seconds" 0)")
        [[ -n $against ]] || continue
        fill_store before "$against/audit-query"
        before+=("$(compute "$load_records / $loaded_seconds" 0)")
        ratios+=("$(compute "$loaded_seconds / $seconds_now")")
    done
    row "records loaded into the embedded store, $load_records of them" /s - "${now[@]}"
    [[ -n $against ]] || return 0
    row '  the same with the version of before' /s - "${before[@]}"
    row '  its rate to that' '' 'at least 8' "${ratios[@]}"
}

bench_size() {
    local bytes
    make_loaded_records
    fill_store now "$binary"
    bytes=$loaded_bytes
    row "bytes of the embedded store for a record, of $load_records" B - "$(compute "$bytes / $load_records" 1)"
    [[ -n $against ]] || return 0
    fill_store before "$against/audit-query"
    row '  its file to that of the version of before' '' 'under 0.4' "$(compute "$bytes / $loaded_bytes")"
}

bench_grown() {
    local turn tenth rates slow lasts=() slowest=() firsts=()
    say "$turns turns of ten loads one after the other into one store, of $load_records records together"
    "$binary" demo-data --seed 3 --records "$load_records" >"$work/grown.jsonl"
    split --number l/10 --numeric-suffixes "$work/grown.jsonl" "$work/grown."
    rm "$work/grown.jsonl"
    for ((turn = 0; turn < turns; turn++)); do
        empty_store grown
        rates=()
        for tenth in "$work"/grown.0?; do
            load_into grown "$binary" "$tenth"
            rates+=("$(compute "$(wc -l <"$tenth") / $loaded_seconds" 0)")
        done
        printf 'grown        %s records/s\n' "${rates[*]}"
        firsts+=("${rates[0]}")
        lasts+=("$(compute "${rates[9]} / ${rates[0]}")")
        slow=$(printf '%s\n' "${rates[@]}" | sort -n | head -n 1)
        slowest+=("$(compute "$slow / ${rates[0]}")")
    done
    empty_store grown
    row "records of the first tenth of $load_records into the embedded store" /s - "${firsts[@]}"
    row "  the last tenth's rate to that" '' 'at least 0.7' "${lasts[@]}"
    row "  the slowest tenth's" '' - "${slowest[@]}"
}

bench_wide() {
    local turn size rates=() megabytes=() count=$((load_records / 5))
    say "$turns turns of a load of $count events of CloudTrail"
    python3 "$root/Benchmarks/load/trail.py" "$root/Tests/formats/samples/cloudtrail" "$count" >"$work/wide.jsonl"
    size=$(stat -c %s "$work/wide.jsonl")
    for ((turn = 0; turn < turns; turn++)); do
        empty_store wide
        load_into wide "$binary" "$work/wide.jsonl"
        rates+=("$(compute "$count / $loaded_seconds" 0)")
        megabytes+=("$(compute "$size / $loaded_seconds / 1e6" 1)")
    done
    empty_store wide
    row "events of CloudTrail loaded into the embedded store, $count of them" /s - "${rates[@]}"
    row '  of their log' MB/s - "${megabytes[@]}"
    row '  bytes of an event in its log' B - "$(compute "$size / $count" 1)"
    row '  bytes of the embedded store for it' B - "$(compute "$loaded_bytes / $count" 1)"
}
