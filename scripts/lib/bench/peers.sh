# shellcheck shell=bash
# Cache hits per second beside others that send the same bytes: a bare C responder, Go, PHP, and nginx itself.
# shellcheck disable=SC2154 # scripts/bench and setting.sh set what is used here

peer_names=(worker c go php file)
declare -A peer_titles=(
    [worker]='audit-query, one worker' [c]='bare C, libfcgi' [go]="Go's net/http/fcgi" [php]='php-fpm with APCu'
    [file]='nginx, a file'
)

bench_peers() {
    local path="/v1/records?userId=user-1%40example.com&limit=$records" name turn
    local -A port_of=() process_of=() rates=() ratios=() costs=() cost_ratios=()
    for name in "${peer_names[@]}"; do take_port "port_of[$name]"; done
    load_demo_data
    start_worker peers-worker "{ sqlite: { path: \"$work/audit.db\" } }"
    process_of[worker]=$worker_process
    plain_nginx peers-nginx "${port_of[worker]}" "$work/peers-worker.sock" "${port_of[c]}" "$work/peers-bare.sock" \
        "${port_of[go]}" "$work/bytes.sock" "${port_of[php]}" "$work/php.sock" "${port_of[file]}" "$work/files"
    ask_hit "http://127.0.0.1:${port_of[worker]}$path"
    start_peers
    check_peers

    say "A cache hit of $(wc -c <"$work/peer-worker") bytes, $connections connections, $seconds s a turn, $(nproc) cores;" \
        "$(go version | cut -d ' ' -f 3), PHP $(php -r 'echo PHP_VERSION;') with $php_children children"
    for ((turn = 0; turn < turns; turn++)); do
        for name in "${peer_names[@]}"; do measure_peer "$name"; done
        printf '\n'
    done
    peer_rows
}

start_peers() {
    start_bare_responder peers-bare
    process_of[c]=$bare_process
    mkdir -p "$work/files/v1"
    cp "$work/body" "$work/files/v1/records"
    chmod -R a+rX "$work/files"

    GO111MODULE=off GOFLAGS='' GOCACHE=$work/go-cache run_step go build -o "$work/fcgi-bytes" \
        "$root/Benchmarks/peers/fcgi-bytes.go"
    background "$work/fcgi-bytes" "$work/bytes.sock" "$work/peers-bare.answer"
    process_of[go]=$!

    # A child answers one connection at a time: one for each, and for those that nginx may keep idle.
    php_children=$((connections + 64))
    cat >"$work/php.conf" <<CONF
[global]
error_log = $work/log
[bench]
$( ((EUID != 0)) || printf 'user = root\n')
listen = $work/php.sock
listen.mode = 0666
listen.backlog = 4096
pm = static
pm.max_children = $php_children
env[ANSWER_FILE] = $work/peers-bare.answer
env[KEY_DIGEST] = $(printf %s "$key" | sha256sum | cut -d ' ' -f 1)
CONF
    background "$(php_fpm)" --nodaemonize --allow-to-run-as-root --fpm-config "$work/php.conf" -d opcache.enable=1 \
        -d opcache.validate_timestamps=0 -d apc.enabled=1 -d expose_php=0 -d default_charset=
    process_of[php]=$!
    wait_for test -S "$work/bytes.sock"
    chmod 0666 "$work/bytes.sock"
    wait_for test -S "$work/php.sock"
}

# Debian names the program after its version.
php_fpm() {
    local found=(/usr/sbin/php-fpm*)
    printf %s "${found[-1]}"
}

# All send the same body.
check_peers() {
    local name
    for name in "${peer_names[@]}"; do
        wait_for ask "http://127.0.0.1:${port_of[$name]}$path"
        mv "$work/body" "$work/peer-$name"
        cmp --silent "$work/peer-worker" "$work/peer-$name" || fail 70 "${peer_titles[$name]} sends other bytes than the worker"
    done
}

# The processor time is that of what answers behind nginx; for a file there is nothing behind it.
measure_peer() {
    local name=$1 before=0 cost
    [[ $name == file ]] || before=$(family_time "${process_of[$name]}")
    load same "$connections" "http://127.0.0.1:${port_of[$name]}" get "$path"
    rates[$name]+=" $done_rate"
    printf '%s %6d/s   ' "$name" "$done_rate"
    [[ $name == file ]] || {
        cost=$(compute "($(family_time "${process_of[$name]}") - $before) / $done_requests" 2)
        costs[$name]+=" $cost"
    }
    [[ $name != worker ]] || {
        worker_rate=$done_rate worker_cost=$cost
        return 0
    }
    ratios[$name]+=" $(compute "$worker_rate / $done_rate")"
    [[ $name == file ]] || cost_ratios[$name]+=" $(compute "$cost / $worker_cost" 2)"
}

# shellcheck disable=SC2086 # each is a list of numbers
peer_rows() {
    local name
    row 'hits per second: worker / bare C' '' 'at least 0.95' ${ratios[c]}
    row 'hits per second: worker / Go' '' 'at least 2' ${ratios[go]}
    row "hits per second: worker / php-fpm with APCu" '' - ${ratios[php]}
    row 'hits per second: worker / nginx sending a file' '' - ${ratios[file]}
    row "processor time of a hit: bare C's / worker's" '' - ${cost_ratios[c]}
    row "processor time of a hit: Go's / worker's" '' - ${cost_ratios[go]}
    row "processor time of a hit: php-fpm's / worker's" '' - ${cost_ratios[php]}
    for name in "${peer_names[@]}"; do row "hits per second of ${peer_titles[$name]}" /s - ${rates[$name]}; done
    row "processor time of a hit in the worker" us - ${costs[worker]}
}
