# shellcheck shell=bash
# What the parts of scripts/bench measure in: workers, stores, peers and nginx, all on loopback.
# shellcheck disable=SC2034,SC2154 # scripts/bench sets what is used here, and the parts use what is set here

# In a process group of its own, as end_jobs wants it.
background() {
    setsid "$@" </dev/null >>"$work/log" 2>&1 &
}

# Ends what a part has started, so that the next one has the machine to itself.
end_part() {
    end_jobs 5
    rm -f "$work"/*.sock
    miss_port=''
}

wait_for() {
    local deadline=$((SECONDS + 10))
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < deadline)) || fail 69 "not ready in 10 s: $*: $(tail -n 1 "$work/log")"
        sleep 0.05
    done
}

# A port of its own for each server, in the variable of this name.
port=$((20000 + RANDOM % 20000))
take_port() {
    port=$((port + 1))
    printf -v "$1" %d "$port"
}

# Starts a worker with a store, perhaps more configuration, and perhaps through another program; sets worker_process.
start_worker() {
    local name=$1 store=$2 more=${3:-} through=("${@:4}")
    cat >"$work/$name.yaml" <<YAML
store: $store
keys: { file: "$work/keys.json" }
cursor: { secret-file: "$work/secret" }
$more
YAML
    background "${through[@]}" "$binary" serve --config "$work/$name.yaml" --socket "$work/$name.sock"
    worker_process=$!
    wait_for test -S "$work/$name.sock"
}

# Fills the embedded store, once, for all parts.
load_demo_data() {
    [[ ! -e $work/demo-data ]] || return 0
    "$binary" demo-data --records 10000 >"$work/demo-data"
    "$binary" load --quiet --config "$work/keys.yaml" "$work/demo-data"
}

# What is measured is an answer with records, not the few bytes of one that found none.
check_records() {
    local found
    found=$(grep -o '"auditId"' "$work/body" | wc -l)
    ((found == $1)) || fail 70 "the answer that is to be measured has $found records, not $1 (user-1 of demo-data has 642)"
}

compile_peer() {
    cc -O2 -Wall -Werror -D_GNU_SOURCE -o "$work/$1" "$root/Benchmarks/peers/$1.c" "${@:2}"
}

# Keeps what a worker has just sent as a FastCGI responder sends it, in NAME.answer.
keep_answer() {
    {
        printf 'Status: 200 OK\r\n'
        grep -viE '^(HTTP/|Server:|Date:|Connection:|'$'\r'')' "$work/head"
        printf '\r\n'
        cat "$work/body"
    } >"$work/$1.answer"
}

# A bare responder that sends what a worker has just sent.
start_bare_responder() {
    local name=$1
    [[ -x $work/bare-responder ]] || compile_peer bare-responder -lfcgi -lpthread
    keep_answer "$name"
    background "$work/bare-responder" "$work/$name.sock" "$work/$name.answer" 384
    bare_process=$!
    wait_for test -S "$work/$name.sock"
}

# 100 records of one user, 500 bytes each as an answer has them, in the order of time.
hundred_records() {
    awk 'BEGIN {
        for (number = 0; number < 100; number++) {
            line = sprintf("{\"auditId\":\"c34d0bff-9015-4280-a099-%012d\",\"timestamp\":\"2024-01-10T11:%02d:%02d.801Z\"," \
                "\"systemId\":\"deployments\",\"userId\":\"user-1@example.com\",\"resourceId\":\"deployments/bucket/%d\"," \
                "\"action\":\"ReadBucket\",\"outcome\":\"AccessDenied\",\"sourceIp\":\"10.2.97.254\"," \
                "\"details\":{\"durationMs\":784,\"requestId\":\"87b341d690d7a28a\"},\"userAgent\":\"",
                number, number / 60, number % 60, number)
            while (length(line) < 498) line = line "audit "
            print substr(line, 1, 498) "\"}"
        }
    }'
}

# Starts a DynamoDB that answers every Query with those, after so many milliseconds, and sets store_port.
start_store() {
    if [[ ! -x $work/canned-dynamodb ]]; then
        compile_peer canned-dynamodb -lpthread -lz
        hundred_records >"$work/hundred.ndjson"
        "$transcoding_bench" --page "$work/hundred.ndjson" >"$work/hundred.json"
    fi
    take_port store_port
    background "$work/canned-dynamodb" "$store_port" "$work/hundred.json" "$1"
    wait_for curl --silent --fail "http://127.0.0.1:$store_port/"
}

# How many requests a canned store has answered, and the most at once: "N requests, N at once".
store_counts() {
    curl --silent --fail "http://127.0.0.1:$1/"
}

# Starts an nginx with nothing in it but the way from ports to sockets: pairs of them. In place of a socket, a directory
# whose files nginx sends itself; a socket named php.sock is php-fpm's, which has to be told the script.
plain_nginx() {
    local name=$1 number=0
    shift
    {
        cat <<CONF
user $(id -un); daemon off; worker_processes 1; pid $work/$name.pid; error_log $work/log error;
events { worker_connections 4096; }
http {
    access_log off; keepalive_requests 10000000;
    client_body_temp_path $work/t1; fastcgi_temp_path $work/t2; proxy_temp_path $work/t3;
    uwsgi_temp_path $work/t4; scgi_temp_path $work/t5;
    fastcgi_buffer_size 16k; fastcgi_buffers 64 32k; fastcgi_busy_buffers_size 256k;
    include /etc/nginx/fastcgi_params; fastcgi_keep_conn on;
CONF
        while (($# > 0)); do
            number=$((number + 1))
            cat <<CONF
    upstream socket$number { server unix:$2; keepalive 64; keepalive_requests 10000000; }
    server { listen 127.0.0.1:$1; location / { $(plain_location "$2" $number) } }
CONF
            shift 2
        done
        printf '}\n'
    } >"$work/$name.conf"
    background nginx -e "$work/log" -c "$work/$name.conf"
}

plain_location() {
    case $1 in
        */php.sock)
            printf 'include /etc/nginx/fastcgi_params; fastcgi_param SCRIPT_FILENAME "%s"; ' "$root/Benchmarks/peers/hit.php"
            printf 'fastcgi_pass socket%d;' "$2"
            ;;
        *.sock) printf 'fastcgi_pass socket%d;' "$2" ;;
        *) printf 'root "%s"; sendfile on; open_file_cache max=10; default_type application/json;' "$1" ;;
    esac
}

# Starts nginx as deployed, with the rates out of the way, in front of sockets.
whole_nginx() {
    local name=$1 listen=$2 socket sockets=()
    shift 2
    for socket; do sockets+=(--socket "$socket"); done
    "$root/nginx/certificate" "$work/tls"
    "$root/nginx/render" --output "$work/$name" --listen "127.0.0.1:$listen" "${sockets[@]}" \
        --certificate "$work/tls/server.pem" --certificate-key "$work/tls/server-key.pem" --error-log "$work/log"
    sed -i -e 's/rate=[0-9]*r\/s/rate=1000000r\/s/' -e 's/burst=[0-9]*/burst=100000/' "$work/$name/audit-query.conf"
    background nginx -e "$work/log" -p "$work/$name" -c "$work/$name/nginx.conf"
}

# Asks once, and leaves the answer in head and body.
ask() {
    curl --silent --fail --insecure --output "$work/body" --dump-header "$work/head" -H "X-Api-Key: $key" "$1"
}

# -- Load ----------------------------------------------------------------------------------------------------

# Every round of queries that are not to be in a cache has a number of its own.
round=0

# Sends load for some seconds, same or fresh requests, on so many connections, as Benchmarks/load has it. Sets
# done_requests, done_rate, done_median and done_high, the 99th percentile (microseconds), done_hits (same and among only).
load() {
    local kind=$1 connections=$2 address=$3 failures duration
    shift 3
    wrk --threads 1 --connections "$connections" --duration "${seconds}s" -H "X-Api-Key: $key" \
        --script "$root/Benchmarks/load/$kind.lua" "$address" -- "$@" >"$work/wrk"
    read -r _ done_requests failures duration done_median done_high done_hits < <(grep '^measured ' "$work/wrk")
    ((failures == 0)) || fail 70 "$failures errors under load at $address"
    done_rate=$(compute "$done_requests * 1e6 / $duration" 0)
}

# The microseconds of processor time that a process has taken so far.
processor_time() {
    local fields
    read -ra fields <"/proc/$1/stat"
    printf '%d' $(((fields[13] + fields[14]) * 1000000 / $(getconf CLK_TCK)))
}

# The microseconds of processor time that a process and its children have taken so far.
family_time() {
    local process sum
    sum=$(processor_time "$1")
    for process in $(pgrep --parent "$1"); do
        sum=$((sum + $(processor_time "$process")))
    done
    printf '%d' "$sum"
}
