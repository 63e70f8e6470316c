# shellcheck shell=bash
# Hits of one, two and four workers behind the whole nginx.
# shellcheck disable=SC2034,SC2154 # scripts/bench and the others set what is used here, and use what is set here

# Different questions, each of 7 KB, so that the hash gives every worker some.
worker_questions=1000

bench_workers() {
    local count number turn path sockets name before
    local -A port_of=() nginx_of=() workers_of=() rates=() costs=() fronts=() ratios=()
    path=$(hit_path 7)
    load_demo_data
    for count in 1 2 4; do
        sockets=()
        for ((number = 1; number <= count; number++)); do
            name=workers$count-$number
            start_worker "$name" "{ sqlite: { path: \"$work/audit.db\" } }" 'cache: { ttl-seconds: 86400 }'
            workers_of[$count]+=" $worker_process"
            sockets+=("$work/$name.sock")
        done
        take_port "port_of[$count]"
        whole_nginx "workers$count" "${port_of[$count]}" "${sockets[@]}"
        nginx_of[$count]=$!
        wait_for ask "https://127.0.0.1:${port_of[$count]}/healthz"
        load among 32 "https://127.0.0.1:${port_of[$count]}" "$path" "$worker_questions" 0 99
    done

    say "$worker_questions questions of 7 KB, 32 clients, $seconds s each, $(nproc) cores for all"
    for ((turn = 0; turn < turns; turn++)); do
        for count in 1 2 4; do measure_workers "$count"; done
        ratios[2]+=" $(compute "${rates[2]##* } / ${rates[1]##* }")"
        ratios[4]+=" $(compute "${rates[4]##* } / ${rates[1]##* }")"
        printf '1 worker %6d/s   2 workers %6d/s   4 workers %6d/s\n' "${rates[1]##* }" "${rates[2]##* }" "${rates[4]##* }"
    done
    # shellcheck disable=SC2086 # lists of numbers
    for count in 1 2 4; do
        row "hits of $count worker$( ((count == 1)) || printf s), whole nginx, TLS" /s - ${rates[$count]}
        row "  processor time of the workers, a hit" us - ${costs[$count]}
        row "  nginx's" us - ${fronts[$count]}
        ((count == 1)) || row "  their rate to that of one" '' - ${ratios[$count]}
    done
}

measure_workers() {
    local count=$1 before front
    before=$(time_of_workers "$count")
    front=$(family_time "${nginx_of[$count]}")
    load among 32 "https://127.0.0.1:${port_of[$count]}" "$path" "$worker_questions" 0 "$turn"
    ((done_requests - done_hits < worker_questions)) || fail 70 "$((done_requests - done_hits)) of $done_requests were no hits"
    rates[$count]+=" $done_rate"
    costs[$count]+=" $(compute "($(time_of_workers "$count") - $before) / $done_requests" 1)"
    fronts[$count]+=" $(compute "($(family_time "${nginx_of[$count]}") - $front) / $done_requests" 1)"
}

time_of_workers() {
    local process sum=0
    for process in ${workers_of[$1]}; do sum=$((sum + $(processor_time "$process"))); done
    printf '%d' "$sum"
}
