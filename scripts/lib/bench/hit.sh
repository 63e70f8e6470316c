# shellcheck shell=bash
# A cache hit as users get it, beside a bare C FastCGI responder that sends the same bytes.
# shellcheck disable=SC2034,SC2154 # scripts/bench and the others set what is used here, and use what is set here

# Demo records in an answer of 7 KB, and in one of 60 KB.
declare -A hit_records=([7]=16 [60]=140)
# Clients at once, each with a connection that it keeps.
hit_clients=(1 4 32 256)
# Threads of the bare responder.
hit_threads=(64 384)

bench_hit-small() { compare_plain 7 'at least 1.00'; }
bench_hit-large() { compare_plain 60 'at least 1.15'; }

hit_path() { printf '/v1/records?userId=user-1%%40example.com&limit=%d' "${hit_records[$1]}"; }

# Behind a plain nginx with stock parameters. Of all settings the worst one has a row of its own.
compare_plain() {
    local size=$1 promise=$2 path clients side turn sides worst=9
    local -A port_of=() rates=() ratios=()
    path=$(hit_path "$size")
    for side in worker "${hit_threads[@]}"; do take_port "port_of[$side]"; done
    load_demo_data
    start_worker hit "{ sqlite: { path: \"$work/audit.db\" } }"
    plain_nginx hit-nginx "${port_of[worker]}" "$work/hit.sock" "${port_of[64]}" "$work/bare64.sock" "${port_of[384]}" "$work/bare384.sock"
    ask_hit "http://127.0.0.1:${port_of[worker]}$path" "${hit_records[$size]}"
    for side in "${hit_threads[@]}"; do start_bare_responder "bare$side" "$side"; done

    say "A cache hit of $(wc -c <"$work/body") bytes, $seconds s each, stock fastcgi_params, $(nproc) cores"
    for ((turn = 0; turn < turns; turn++)); do
        for clients in "${hit_clients[@]}"; do
            sides=(worker "${hit_threads[@]}")
            # Who is measured last has the processor's caches as the others left them: in turns.
            ((turn % 2 == 0)) || sides=(384 64 worker)
            for side in "${sides[@]}"; do
                ! is_starved "$side" "$clients" || continue
                load same "$clients" "http://127.0.0.1:${port_of[$side]}" get "$path"
                rates[$side]=$done_rate
            done
            printf '%-4s clients   worker %6d/s' "$clients" "${rates[worker]}"
            for side in "${hit_threads[@]}"; do
                ! is_starved "$side" "$clients" || continue
                ratios[$clients,$side]+=" $(compute "${rates[worker]} / ${rates[$side]}")"
                printf '   bare C, %3d threads %6d/s   ratio %s' "$side" "${rates[$side]}" "${ratios[$clients,$side]##* }"
            done
            printf '\n'
        done
    done
    for clients in "${hit_clients[@]}"; do
        for side in "${hit_threads[@]}"; do
            [[ -n ${ratios[$clients,$side]:-} ]] || continue
            # shellcheck disable=SC2086 # a list of numbers
            row "hit of $size KB, $clients client$( ((clients == 1)) || printf s): worker / bare C, $side threads" '' \
                "$([[ $clients,$side == 32,64 ]] && printf %s "$promise" || printf -)" ${ratios[$clients,$side]}
            note_worst "$clients,$side"
        done
    done
    # shellcheck disable=SC2086 # a list of numbers
    row "  the worst of these" '' "$promise" ${ratios[$worst_key]}
}

# With fewer threads than clients a bare responder answers as many as it has threads, on the connections that nginx keeps, and
# the others never (decision 111): that is no peer.
is_starved() { [[ $1 != worker ]] && (($1 < $2)); }

# Keeps in worst and worst_key the row with the least median, which is the last one.
note_worst() {
    local median
    IFS=$'\t' read -r _ median _ <<<"${rows[-1]}"
    [[ $(compute "$median < $worst" 0) == 1 ]] || return 0
    worst=$median worst_key=$1
}

# Asks until a cache hit with so many records, those that are wanted unless it is said, is in head and body.
ask_hit() {
    wait_for ask "$1"
    ask "$1"
    grep -qi 'Cache-Status: audit-query; hit' "$work/head" || fail 70 "the second request was no cache hit"
    check_records "${2:-$records}"
}
