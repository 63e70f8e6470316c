# shellcheck shell=bash
# What hashing is for: the hit rate of four workers when equal queries meet the same worker, beside four that take
# connections from one socket, where each has to keep what all are asked.
# shellcheck disable=SC2154 # scripts/bench and setting.sh set what is used here

affinity_queries=20000
affinity_cache=4000000

bench_affinity() {
    local name number hashed shared turn rate sockets=() rates=() shared_rates=() ratios=()
    local more="cache: { bytes: $affinity_cache }" store="{ sqlite: { path: \"$work/audit.db\" } }"
    take_port hashed && take_port shared
    load_demo_data
    for number in 1 2 3 4; do
        start_worker "affinity$number" "$store" "$more"
        sockets+=("$work/affinity$number.sock")
    done
    whole_nginx affinity-nginx "$hashed" "${sockets[@]}"
    background python3 "$root/Benchmarks/load/share-socket.py" "$work/shared.sock" 4 "$binary" serve \
        --config "$work/affinity1.yaml"
    whole_nginx shared-nginx "$shared" "$work/shared.sock"
    for name in "$hashed" "$shared"; do wait_for ask "https://127.0.0.1:$name/healthz"; done

    say "Hit rate of 4 workers with caches of $((affinity_cache / 1000000)) MB, $affinity_queries queries by Zipf's law (s = 1)"
    for name in "$hashed" "$shared"; do warm_up "https://127.0.0.1:$name"; done
    for ((turn = 1; turn <= turns; turn++)); do
        load_by_zipf "https://127.0.0.1:$hashed" "$turn"
        rates+=("$done_share")
        rate=$done_share
        load_by_zipf "https://127.0.0.1:$shared" "$turn"
        shared_rates+=("$done_share")
        ratios+=("$(compute "(100 - $done_share) / (100 - $rate)" 2)")
        printf 'hit rate     hashed %s %%   one socket %s %%   store reads %s times\n' "$rate" "$done_share" "${ratios[-1]}"
    done
    row 'hit rate of 4 workers, equal queries to the same one' % - "${rates[@]}"
    row '  of 4 workers that share one socket' % - "${shared_rates[@]}"
    row '  store reads: one socket / hashed' '' 'at least 1' "${ratios[@]}"
}

load_by_zipf() {
    load among "$connections" "$1" "/v1/records?userId=user-1%40example.com&limit=$records" "$affinity_queries" 1 "$2"
    done_share=$(compute "100 * $done_hits / $done_requests" 2)
}

# Until a cache is as full as it gets, and another round brings no more hits.
warm_up() {
    local before=-1 number
    for ((number = 100; number < 120; number++)); do
        load_by_zipf "$1" "$number"
        [[ $(compute "$done_share - $before < 0.5" 0) == 0 ]] || return 0
        before=$done_share
    done
}
