# shellcheck shell=bash
# A cache hit through the whole of nginx/, over TLS, beside a bare C responder behind the same.
# shellcheck disable=SC2034,SC2154 # scripts/bench and the others set what is used here, and use what is set here

# What is different between the whole nginx and today's product's: nginx compresses what is JSON, as it did before workers kept their
# answers in gzip (commit 407a049).
compressing_nginx=(-e 's/^        gzip off;/        gzip on; gzip_types application\/json; gzip_comp_level 1; gzip_vary on;/')

# Ways to be asked: a name, the size of the answer, and how the client does it.
whole_ways=(
    '7 KB over TLS:7:kept' '60 KB over TLS:60:kept' '60 KB over TLS with gzip:60:gzip'
    '7 KB, a TLS connection each, resumed:7:resumed' '7 KB, a TLS connection each:7:whole'
)

# The whole of nginx/ before both; before the bare responder it compresses.
bench_hit-whole() {
    local size side way name how turn worker_rate worker_cost cost sides worst=9
    local -A port_of=() nginx_of=() process_of=() ratios=() costs=() rates=() used=()
    load_demo_data
    start_worker hit "{ sqlite: { path: \"$work/audit.db\" } }"
    process_of[worker]=$worker_process
    start_whole worker "$work/hit.sock"
    for size in 7 60; do
        ask_hit "https://127.0.0.1:${port_of[worker]}$(hit_path "$size")" "${hit_records[$size]}"
        for side in "${hit_threads[@]}"; do
            start_bare_responder "bare$size-$side" "$side"
            process_of[$size-$side]=$bare_process
            nginx_edits=("${compressing_nginx[@]}")
            start_whole "$size-$side" "$work/bare$size-$side.sock"
            nginx_edits=()
        done
    done
    say "A cache hit through the whole nginx, 32 clients, $seconds s each, $(nproc) cores"
    for ((turn = 0; turn < turns; turn++)); do
        for way in "${whole_ways[@]}"; do
            IFS=: read -r name size how <<<"$way"
            sides=(worker "$size-64" "$size-384")
            ((turn % 2 == 0)) || sides=("$size-384" "$size-64" worker)
            for side in "${sides[@]}"; do measure_whole "$side" "$how" "$(hit_path "$size")"; done
            printf '%-38s' "$name"
            for side in worker "$size-64" "$size-384"; do
                printf '   %s %5d/s %4.0f us' "$side" "${rates[$side]}" "${used[$side]}"
                [[ $side != worker ]] || continue
                ratios[$name,$side]+=" $(compute "${rates[worker]} / ${rates[$side]}")"
                costs[$name,$side]+=" $(compute "${used[worker]} / ${used[$side]}")"
            done
            printf '\n'
        done
    done
    whole_rows
}

# Starts a whole nginx for a side, and sets its port_of and nginx_of.
start_whole() {
    take_port "port_of[$1]"
    whole_nginx "whole-$1" "${port_of[$1]}" "$2"
    nginx_of[$1]=$!
    wait_for ask "https://127.0.0.1:${port_of[$1]}$(hit_path 7)"
}

# Sets a side's rates, and used, the processor time of its nginx and what is behind it, microseconds a request.
measure_whole() {
    local side=$1 how=$2 path=$3 before
    before=$(($(family_time "${nginx_of[$side]}") + $(processor_time "${process_of[$side]}")))
    case $how in
        kept | gzip)
            [[ $how != gzip ]] || load_headers=(-H 'Accept-Encoding: gzip')
            load same 32 "https://127.0.0.1:${port_of[$side]}" get "$path"
            load_headers=()
            ;;
        resumed | whole) load_handshakes "$how" "${port_of[$side]}" "$path" ;;
    esac
    rates[$side]=$done_rate
    used[$side]=$(compute "($(family_time "${nginx_of[$side]}") + $(processor_time "${process_of[$side]}") - $before) / $done_requests" 1)
}

whole_rows() {
    local way name size side
    for way in "${whole_ways[@]}"; do
        IFS=: read -r name size _ <<<"$way"
        worst=9 worst_key=''
        for side in "$size-64" "$size-384"; do
            # shellcheck disable=SC2086 # a list of numbers
            row "hit of $name: worker / bare C, ${side#*-} threads" '' 'at least 0.95' ${ratios[$name,$side]}
            note_worst "$name,$side"
        done
        # shellcheck disable=SC2086 # a list of numbers
        row '  processor time of nginx and what is behind it: worker / bare C' '' - ${costs[$worst_key]}
    done
}

# What load is for requests on connections of their own.
load_handshakes() {
    local failures duration
    python3 "$root/Benchmarks/load/handshakes.py" "$2" "$work/tls/ca.pem" "$key" "$3" 8 "$seconds" "$1" >"$work/handshakes"
    read -r _ done_requests failures duration done_median done_high done_hits <"$work/handshakes"
    ((failures == 0)) || fail 70 "$failures errors at port $2"
    [[ $1 == whole ]] || ((done_hits + 8 >= done_requests)) || fail 70 "$done_hits of $done_requests connections were resumed"
    done_rate=$(compute "$done_requests * 1e6 / $duration" 0)
}
