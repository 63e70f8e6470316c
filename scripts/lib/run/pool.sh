# shellcheck shell=bash
# The pool that scripts/run serves with: workers, each kept by a process of its own, and nginx in front of them.
# shellcheck disable=SC2154 # scripts/run sets root, binary, config, state, port, url, workers and api_key

sockets=() keepers=() nginx=''

check_port() {
    # Nobody listens where a connection is refused.
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
        fail 75 "port $port on 127.0.0.1 is taken: stop what listens there, or choose another with --port"
    fi
}

# Starts a process that lives no longer than this script, however that ends. Sets process.
launch() {
    setsid setpriv --pdeathsig TERM -- "$@" </dev/null 9>&- &
    process=$!
}

last_line() {
    grep -v '^[[:space:]]*$' "$state/log/$1.log" 2>/dev/null | tail -n 1 | grep . || echo "it said nothing"
}

# Ends this script if nginx, PostgreSQL, or what keeps a worker, has ended, which they never should. Each is looked at: bash's wait -n
# forgets one that ends while it tells of another.
check_processes() {
    local number
    [[ -z $nginx ]] || kill -0 "$nginx" 2>/dev/null ||
        fail 69 "nginx ended: $(last_line nginx) (all of it: $state/log/nginx.log)"
    [[ -z $postgresql ]] || kill -0 "$postgresql" 2>/dev/null ||
        fail 69 "PostgreSQL ended: $(last_line postgresql) (all of it: $state/log/postgresql.log)"
    for number in "${!keepers[@]}"; do
        kill -0 "${keepers[number]}" 2>/dev/null ||
            fail 69 "worker $number ended: $(last_line "worker-$number") (all of it: $state/log/worker-$number.log)"
    done
}

# Waits until a command succeeds.
wait_until() {
    local deadline=$((SECONDS + 30))
    until "${@:2}"; do
        check_processes
        ((SECONDS < deadline)) || fail 69 "$1 within 30 seconds: $(last_line curl) (logs are in $state/log)"
        sleep 0.05
    done
}

all_listen() {
    local socket
    for socket in "${sockets[@]}"; do
        [[ -S $socket ]] || return 1
    done
}

# Asks through nginx; the answer is in log/curl.log. The key is in no list of processes.
ask() {
    curl --silent --show-error --fail-with-body --max-time 5 --noproxy '*' --cacert "$state/tls/ca.pem" --header @- "$@" \
        <<<"X-Api-Key: $api_key" >"$state/log/curl.log" 2>&1
}

start_pool() {
    local number options=()
    for ((number = 1; number <= workers; number++)); do
        sockets[number]=$state/worker-$number.sock
        options+=(--socket "${sockets[number]}")
        launch "$root/scripts/lib/run/keep-worker" "$number" "$state" \
            "$binary" serve --config "$config" --socket "${sockets[number]}"
        keepers[number]=$process
    done
    wait_until "the workers do not listen" all_listen
    "$root/nginx/render" --output "$state/nginx" --listen "127.0.0.1:$port" \
        --certificate "$state/tls/server.pem" --certificate-key "$state/tls/server-key.pem" \
        --access-log "$state/log/access.log" --error-log "$state/log/nginx.log" "${options[@]}"
    # shellcheck disable=SC2094 # both append
    launch nginx -e "$state/log/nginx.log" -p "$state/nginx" -c "$state/nginx/nginx.conf" >>"$state/log/nginx.log" 2>&1
    nginx=$process
    wait_until "the service is not ready" ask "$url/readyz"
}

watch_over() {
    while true; do
        check_processes
        run_step sleep 1 || true
    done
}

# Takes down everything within 10 s: nginx first, so that what is in flight is answered.
stop_pool() {
    local deadline=$((SECONDS + 4))
    if [[ -n $nginx ]]; then
        kill -QUIT "$nginx" 2>/dev/null || true
        while kill -0 "$nginx" 2>/dev/null && ((SECONDS < deadline)); do
            sleep 0.05
        done
    fi
    # nginx's own processes outlive it if it was killed.
    end_jobs 4 ${nginx:+"$nginx"}
    rm -f -- "${sockets[@]}"
}
