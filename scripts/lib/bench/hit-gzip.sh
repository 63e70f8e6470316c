# shellcheck shell=bash
# What keeping answers in gzip saves: the processor time of a hit to who takes gzip, and how many answers a cache holds.
# shellcheck disable=SC2034,SC2154 # scripts/bench and the others set what is used here, and use what is set here

bench_hit-gzip() {
    local side sides=(now) turn program path
    local -A port_of=() nginx_of=() process_of=() rates=() used=() costs=() held=() edits=()
    [[ -z $against ]] || sides+=(before)
    path=$(hit_path 60)
    "$binary" demo-data --records 10000 >"$work/gzip-records"
    for side in "${sides[@]}"; do
        program=$binary
        [[ $side == now ]] || program=$against/audit-query
        printf 'store: { sqlite: { path: "%s" } }\n' "$work/gzip-$side.db" >"$work/gzip-load.yaml"
        "$program" load --quiet --config "$work/gzip-load.yaml" "$work/gzip-records" 2>>"$work/log"
        binary=$program start_worker "gzip-$side" "{ sqlite: { path: \"$work/gzip-$side.db\" } }" \
            'cache: { bytes: 100000000, ttl-seconds: 86400 }'
        process_of[$side]=$worker_process
        start_of_version "$side"
        ask_hit "https://127.0.0.1:${port_of[$side]}$path" "${hit_records[60]}"
    done

    say "A cache hit of $(wc -c <"$work/body") bytes to who takes gzip, the whole nginx, 32 clients, $seconds s a turn"
    for ((turn = 0; turn < turns; turn++)); do
        for side in "${sides[@]}"; do
            measure_whole "$side" gzip "$path"
            costs[$side]+=" ${used[$side]}"
            printf '%-6s %6d/s   nginx and worker %5.0f us   ' "$side" "${rates[$side]}" "${used[$side]}"
        done
        [[ -z $against ]] || costs[ratio]+=" $(compute "${used[now]} / ${used[before]}")"
        printf '%s\n' "${costs[ratio]:+ratio ${costs[ratio]##* }}"
    done
    for side in "${sides[@]}"; do held[$side]=$(answers_held "$side"); done
    gzip_rows
}

# nginx as that version deploys it, where it stands beside the program; else it is the compressing that differs.
start_of_version() {
    nginx_folder='' nginx_edits=()
    if [[ $1 == before && -d $against/nginx ]]; then
        nginx_folder=$against/nginx
    elif [[ $1 == before ]]; then
        nginx_edits=("${compressing_nginx[@]}")
    fi
    start_whole "$1" "$work/gzip-$1.sock"
    nginx_folder='' nginx_edits=()
}

# How many answers of 100 records, to as many questions, a cache of 100 MB has once it drops some.
answers_held() {
    local metrics
    while true; do
        round=$((round + 1))
        load fresh 8 "https://127.0.0.1:${port_of[$1]}" '/v1/records?userId=user-1%40example.com&limit=100' "$round"
        metrics=$(curl --silent --fail --unix-socket "$work/gzip-$1.status" http://localhost/metrics)
        [[ $(metric cache_evictions_total) == 0 ]] || break
    done
    metric cache_entries
}

# Its value in metrics.
metric() { awk -v name="audit_query_$1" 'index($1, name "{") == 1 { printf "%d", $2 }' <<<"$metrics"; }

# shellcheck disable=SC2086 # lists of numbers
gzip_rows() {
    row 'hit of 60 KB with gzip, processor time of nginx and worker' us - ${costs[now]}
    row 'answers of 100 demo records that a cache of 100 MB holds' '' - "${held[now]}"
    [[ -n $against ]] || return 0
    row '  the time with the version of before' us - ${costs[before]}
    row '  the time to that' '' 'at most 0.45' ${costs[ratio]}
    row '  the answers with the version of before' '' - "${held[before]}"
    row '  the answers to that' '' 'at least 5' "$(compute "${held[now]} / ${held[before]}" 2)"
}
