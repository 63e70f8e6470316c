# shellcheck shell=bash
# How fast all records of the embedded store are exported as lines of JSON, beside DuckDB's COPY of the same table, and what hits of a
# worker have of it meanwhile.
# shellcheck disable=SC2034,SC2154 # scripts/bench and setting.sh set what is used here, and use what is set here

# Records in the embedded store of exported.yaml, and in a file; once, for all parts.
fill_exported() {
    [[ ! -e $work/exported.jsonl ]] || return 0
    printf 'store: { sqlite: { path: "%s" } }\n' "$work/exported.db" >"$work/exported.yaml"
    "$binary" demo-data --seed 3 --records "$load_records" >"$work/exported.jsonl"
    "$binary" load --quiet --config "$work/exported.yaml" "$work/exported.jsonl" 2>>"$work/log"
}

# Runs a program with what measured.py says of it; sets taken_seconds, used_seconds, peak_memory and first_byte.
measure() {
    python3 "$root/Benchmarks/export/measured.py" "$@" >"$work/measured" 2>>"$work/log" || fail 70 "failed: ${*:2}: $(tail -n 1 "$work/log")"
    read -r taken_seconds used_seconds peak_memory first_byte <"$work/measured"
}

export_here() {
    rm -rf "$work/exported"
    measure "$work/exported/records.ndjson.partial" "$binary" export --config "$work/exported.yaml" --from 2023-12 --to 2024-01 --order asc \
        --output "$work/exported/records.ndjson"
    [[ $(wc -l <"$work/exported/records.ndjson") == "$load_records" ]] || fail 70 "the export has not all of $load_records records"
}

# All in one session, as bench_filter_walks has it: niceness counts within one only, but where the package has turned that off.
bench_export() {
    local new_session='' turn front path="/v1/records?userId=user-1%40example.com&limit=$records" process normal
    local ours=() theirs=() ratios=() peaks=() firsts=() smalls=() highs=()
    install_duckdb
    fill_exported
    local program=$root/Benchmarks/export/duckdb_export.py
    "$duckdb_python" "$program" load "$work/exported.jsonl" "$work/exported.duckdb" 2>>"$work/log"
    say "$turns turns of exports of $load_records records here and in DuckDB, $(nproc) cores"
    for ((turn = 0; turn < turns; turn++)); do
        export_here
        ours+=("$taken_seconds") peaks+=("$((peak_memory / 1024))") firsts+=("$first_byte")
        rm -f "$work/exported.json"
        "$duckdb_python" "$program" export "$work/exported.duckdb" "$work/exported.json" >"$work/measured" 2>>"$work/log"
        theirs+=("$(<"$work/measured")")
        ratios+=("$(compute "$(<"$work/measured") / $taken_seconds")")
        # A tenth of the time has a tenth of the records: what memory grows with would be seen.
        rm -rf "$work/small"
        measure - "$binary" export --config "$work/exported.yaml" --from 2024-01-29 --to 2024-01-31 --output "$work/small/records.ndjson"
        smalls+=("$((peak_memory / 1024))")
    done
    row 'export of all records as NDJSON' s - "${ours[@]}"
    row '  DuckDB, COPY to JSON alone' s - "${theirs[@]}"
    row "  its time to this one's" '' 'at least 1' "${ratios[@]}"
    row '  the first byte' ms 'under 100' "${firsts[@]}"
    row '  peak memory' MiB 'under 100' "${peaks[@]}"
    row '  peak memory of three days' MiB - "${smalls[@]}"

    # A worker's hits, alone and beside exports one after the other.
    take_port front
    load_demo_data
    start_worker export "{ sqlite: { path: \"$work/audit.db\" } }"
    whole_nginx export-nginx "$front" "$work/export.sock"
    ask_hit "https://127.0.0.1:$front$path"
    for ((turn = 0; turn < turns; turn++)); do
        load same "$connections" "https://127.0.0.1:$front" get "$path"
        normal=$done_high
        export_again &
        process=$!
        load same "$connections" "https://127.0.0.1:$front" get "$path"
        touch "$work/enough"
        wait "$process"
        rm -rf "$work/enough" "$work/again"
        sync
        highs+=("$(compute "$done_high / $normal" 2)")
        printf 'export       p99 of hits %s ms, alone %s ms\n' "$(compute "$done_high / 1000" 2)" "$(compute "$normal / 1000" 2)"
    done
    row "p99 of hits beside an export / alone" '' 'under 2' "${highs[@]}"
}

# Exports one after the other, and nothing else: to count or remove what is written takes processors too.
export_again() {
    local number=0
    mkdir "$work/again"
    until [[ -e $work/enough ]]; do
        number=$((number + 1))
        "$binary" export --config "$work/exported.yaml" --from 2023-12 --to 2024-01 --order asc --output "$work/again/$number/records.ndjson" \
            >/dev/null 2>>"$work/log" || fail 70 "an export failed: $(tail -n 1 "$work/log")"
    done
}
