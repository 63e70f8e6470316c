# shellcheck shell=bash
# How fast the embedded store is filled, and how large it is then, beside another version of the program where there is one.
# shellcheck disable=SC2154 # scripts/bench and setting.sh set what is used here

# Made-up records, once for both parts.
make_loaded_records() {
    [[ -e $work/loaded.jsonl ]] || "$binary" demo-data --seed 3 --records "$load_records" >"$work/loaded.jsonl"
}

# Fills a store of its own with a program; sets loaded_seconds and loaded_bytes, the file's once its log is empty.
fill_store() {
    local name=$1 program=$2 start end
    rm -f "$work/$name.db" "$work/$name.db-wal" "$work/$name.db-shm"
    printf 'store: { sqlite: { path: "%s" } }\n' "$work/$name.db" >"$work/$name-load.yaml"
    sync
    start=$(date +%s%N)
    "$program" load --quiet --config "$work/$name-load.yaml" "$work/loaded.jsonl" 2>>"$work/log"
    end=$(date +%s%N)
    loaded_seconds=$(compute "($end - $start) / 1e9")
    loaded_bytes=$(stat -c %s "$work/$name.db")
    rm -f "$work/$name.db" "$work/$name.db-wal" "$work/$name.db-shm"
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
