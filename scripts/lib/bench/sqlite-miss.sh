# shellcheck shell=bash
# What a miss of the embedded store takes over SQLite's own time for the same rows.
# shellcheck disable=SC2154 # scripts/bench and setting.sh set what is used here

prepare_sqlite_misses() {
    make_loaded_records
    printf 'store: { sqlite: { path: "%s" } }\n' "$work/sqlite-miss.db" >"$work/sqlite-miss-load.yaml"
    "$binary" load --quiet --config "$work/sqlite-miss-load.yaml" "$work/loaded.jsonl" 2>>"$work/log"
    compile_peer sqlite-rows -lsqlite3
    take_port miss_port
    start_worker sqlite-miss "{ sqlite: { path: \"$work/sqlite-miss.db\" } }"
    plain_nginx sqlite-miss-nginx "$miss_port" "$work/sqlite-miss.sock"
    wait_for ask "http://127.0.0.1:$miss_port$miss_path&startDate=2000-01-01T00:00:00Z"
    (($(grep -o '"auditId"' "$work/body" | wc -l) == 100)) || fail 70 "the answer does not have 100 records"
}

# One request at a time, as in miss.
bench_sqlite-miss() {
    local turn own before whole=() inside=() alone=() processor=()
    prepare_sqlite_misses
    say "A miss: 100 records from the embedded store with $load_records, an answer of $(wc -c <"$work/body") bytes"
    for ((turn = 0; turn < turns; turn++)); do
        own=$("$work/sqlite-rows" "$work/sqlite-miss.db" user-1@example.com 100 "$seconds")
        before=$(processor_time "$worker_process")
        load fresh 1 "http://127.0.0.1:$miss_port" "$miss_path" "$((round += 1))"
        processor+=("$(compute "($(processor_time "$worker_process") - $before) / $done_requests / 1000")")
        whole+=("$(compute "($done_median - $own) / 1000")")
        inside+=("$(compute "($(stated_store_time) - $own) / 1000")")
        alone+=("$(compute "$own / 1000")")
        printf 'miss %5d µs   SQLite alone %4d µs\n' "$done_median" "$own"
    done
    row "a miss from the embedded store: nginx and worker over SQLite's time for the rows" ms - "${whole[@]}"
    row "  Server-Timing's store over it" ms - "${inside[@]}"
    row "  SQLite's own time" ms - "${alone[@]}"
    row "  worker's processor time" ms - "${processor[@]}"
}
