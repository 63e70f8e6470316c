# shellcheck shell=bash
# What the deployed nginx costs beside a bare one, directive by directive: its processor time for a hit of 7 KB, with one thing taken away.
# shellcheck disable=SC2034,SC2154 # scripts/bench and the others set what is used here, and use what is set here

# What is taken away, and sed's commands for that, on nginx/audit-query.conf.
directive_names=(
    'TLS' 'the access log' 'limits (limit_req, limit_conn)' 'headers on answers (add_header)' 'headers taken away (fastcgi_hide_header)'
    'checks before the worker (if)' 'the hash over URI and body' 'parameters that are not handed on (empty fastcgi_param)'
    'the request id' 'all of these'
)
# shellcheck disable=SC2016 # nginx's variable
directive_edits=(
    's/^\( *listen .*\) ssl http2/\1/'
    's/^    access_log .*/    access_log off;/'
    '/^ *limit_\(req\|conn\) /d'
    '/^    add_header /d'
    '/^        fastcgi_hide_header /d'
    '/^        if (/,/^        }/d'
    '/^ *hash /d'
    '/fastcgi_param HTTP_[A-Z_]* "";/d'
    's/\$request_id/-/'
)

bench_directives() {
    local number turn path all='' edits
    local -A port_of=() nginx_of=() process_of=() address_of=() times=() rates=() used=()
    path=$(hit_path 7)
    load_demo_data
    start_worker directives "{ sqlite: { path: \"$work/audit.db\" } }"
    for edits in "${directive_edits[@]}"; do all+="$edits;"; done
    start_variant whole ''
    for number in "${!directive_names[@]}"; do start_variant "$number" "${directive_edits[$number]:-$all}"; done
    take_port "port_of[bare]"
    plain_nginx directives-bare "${port_of[bare]}" "$work/directives.sock"
    nginx_of[bare]=$! address_of[bare]=http://127.0.0.1:${port_of[bare]}
    ask_hit "${address_of[bare]}$path" "${hit_records[7]}"

    say "nginx's processor time for a hit of $(wc -c <"$work/body") bytes, 32 clients, $seconds s each, one thing taken away at a time"
    for ((turn = 0; turn < turns; turn++)); do
        for number in whole "${!directive_names[@]}" bare; do
            measure_nginx "$number" "$path"
            times[$number]+=" ${used[$number]}"
            [[ $number == whole ]] || times[$number-saved]+=" $(compute "${used[whole]} - ${used[$number]}" 1)"
        done
        printf 'whole %s us   bare %s us\n' "${used[whole]}" "${used[bare]}"
    done
    # shellcheck disable=SC2086 # lists of numbers
    {
        row "nginx's processor time of a hit of 7 KB, as deployed" us - ${times[whole]}
        for number in "${!directive_names[@]}"; do row "  of it ${directive_names[$number]}" us - ${times[$number-saved]}; done
        row '  a bare nginx, stock parameters' us - ${times[bare]}
    }
}

# A whole nginx without something, and where it is asked.
start_variant() {
    local scheme=https
    [[ $2 != *' ssl http2'* ]] || scheme=http
    take_port "port_of[$1]"
    [[ -z $2 ]] || nginx_edits=(-e "$2")
    whole_nginx "directives-$1" "${port_of[$1]}" "$work/directives.sock"
    nginx_edits=()
    nginx_of[$1]=$! address_of[$1]=$scheme://127.0.0.1:${port_of[$1]}
    wait_for ask "${address_of[$1]}$path"
}

# Sets used: what the scheduler says that nginx's processes ran, to the nanosecond, in microseconds a hit.
measure_nginx() {
    local before
    before=$(nanoseconds_run "${nginx_of[$1]}")
    load same 32 "${address_of[$1]}" get "$2"
    used[$1]=$(compute "($(nanoseconds_run "${nginx_of[$1]}") - $before) / 1000 / $done_requests" 1)
}

# Of processes with one thread each, as nginx's are.
nanoseconds_run() {
    local process sum=0 time
    for process in "$1" $(pgrep --parent "$1"); do
        read -r time _ <"/proc/$process/schedstat"
        sum=$((sum + time))
    done
    printf '%d' "$sum"
}
