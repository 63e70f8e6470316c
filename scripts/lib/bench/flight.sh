# shellcheck shell=bash
# Many misses at once, over four workers behind nginx as deployed, while the store takes 200 ms.
# shellcheck disable=SC2154 # scripts/bench and setting.sh set what is used here

bench_flight() {
    local name whole workers=() sockets=() idle=() share=() memory=() times=() seconds good bad lost=0 counts
    take_port whole
    # Else so many volleys would not fill the caches: answers are kept in gzip.
    start_store 200 varied
    for name in flight1 flight2 flight3 flight4; do
        start_worker "$name" "{ kind: dynamodb, dynamodb: { regions: [eu-west-1], endpoints: [\"http://127.0.0.1:$store_port\"] } }"
        workers+=("$worker_process")
        sockets+=("$work/$name.sock")
        idle+=("$(memory_of "$worker_process" Pss)")
    done
    whole_nginx flight-nginx "$whole" "${sockets[@]}"
    wait_for ask "https://127.0.0.1:$whole/healthz"

    # As many volleys as fill the caches of 105 MB; the first one is on connections that nginx has yet to open.
    say "$in_flight misses at once, over 4 workers, the store takes 200 ms"
    while read -r seconds good bad; do
        times+=("$seconds")
        lost=$((lost + bad))
        printf 'volley       %s s   %d answered   %d refused or lost   memory' "$seconds" "$good" "$bad"
        for name in "${workers[@]}"; do printf ' %s' "$(memory_of "$name" Pss)"; done
        printf ' MB\n'
    done < <(python3 "$root/Benchmarks/load/volley.py" "$whole" "$work/tls/ca.pem" "$key" \
        '/v1/records?userId=user-1%40example.com&limit=100' "$in_flight" 30)
    ((${#times[@]} == 30)) || fail 70 "the volleys broke off: see above"
    for name in "${workers[@]}"; do
        share+=("$(memory_of "$name" Pss)")
        memory+=("$(memory_of "$name" VmHWM)")
    done
    counts=$(store_counts "$store_port")
    say "the store had $counts"

    row "$in_flight misses at once, 4 workers: refused or lost" '' 'under 1' "$lost"
    row '  until the last answer (the store alone takes 0.2)' s - "${times[@]}"
    row "  of them at the store at the same time" '' - "$(awk '{ print $3 }' <<<"$counts")"
    row "  a worker's share of memory before the first request" MB 'under 30' "${idle[@]}"
    row "  a worker's share of memory, its cache of 105 MB full" MB 'under 185' "${share[@]}"
    row "    the most that was resident, the shared program whole" MB - "${memory[@]}"
}

# A line of what the kernel says of a process's memory, in MB. Pss counts a page that several workers share, as those of
# the program are, in equal parts.
memory_of() {
    cat "/proc/$1/status" "/proc/$1/smaps_rollup" | awk -v name="$2:" '$1 == name { printf "%.0f", $2 * 1024 / 1e6 }'
}
