# shellcheck shell=bash
# What the parts of scripts/bench measure in: workers, stores and what they are asked, all on loopback.
# shellcheck disable=SC2034,SC2154 # scripts/bench sets what is used here, and the parts use what is set here

# In a session of its own, as end_jobs wants it; in this one where `new_session` is empty.
background() {
    ${new_session-setsid} "$@" </dev/null >>"$work/log" 2>&1 &
}

# Ends what a part has started, so that the next one has the machine to itself.
end_part() {
    end_jobs 5
    # Forgets them: their process ids are soon others'.
    wait
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

# Asks once, and leaves the answer in head and body.
ask() {
    curl --silent --fail --insecure --output "$work/body" --dump-header "$work/head" -H "X-Api-Key: $key" "$1"
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

# A bare responder that sends what a worker has just sent, with as many threads as a worker unless it is said.
start_bare_responder() {
    local name=$1
    [[ -x $work/bare-responder ]] || compile_peer bare-responder -lfcgi -lpthread
    keep_answer "$name"
    background "$work/bare-responder" "$work/$name.sock" "$work/$name.answer" "${2:-384}"
    bare_process=$!
    wait_for test -S "$work/$name.sock"
}

# 100 records of one user, 500 bytes each as an answer has them, in the order of time. With an argument they have texts that gzip does
# not make short.
hundred_records() {
    awk -v isVaried="${1:+1}" 'BEGIN {
        srand(1)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"
        for (number = 99; number >= 0; number--) {
            line = sprintf("{\"auditId\":\"c34d0bff-9015-4280-a099-%012d\",\"timestamp\":\"2024-01-10T11:%02d:%02d.801Z\"," \
                "\"systemId\":\"deployments\",\"userId\":\"user-1@example.com\",\"resourceId\":\"deployments/bucket/%d\"," \
                "\"action\":\"ReadBucket\",\"outcome\":\"AccessDenied\",\"sourceIp\":\"10.2.97.254\"," \
                "\"details\":{\"durationMs\":784,\"requestId\":\"87b341d690d7a28a\"},\"userAgent\":\"",
                number, number / 60, number % 60, number)
            while (length(line) < 498) line = line (isVaried ? substr(digits, 1 + int(36 * rand()), 1) : "audit ")
            print substr(line, 1, 498) "\"}"
        }
    }'
}

# Starts a DynamoDB that answers every Query with those (of varied texts, if `varied` is said), after so many milliseconds, and sets
# store_port.
start_store() {
    local page=$work/hundred${2:+-$2}
    [[ -x $work/canned-dynamodb ]] || compile_peer canned-dynamodb -lpthread -lz
    if [[ ! -f $page.json ]]; then
        hundred_records "${2:-}" >"$page.ndjson"
        "$transcoding_bench" --page "$page.ndjson" >"$page.json"
    fi
    take_port store_port
    background "$work/canned-dynamodb" "$store_port" "$page.json" "$1"
    wait_for curl --silent --fail "http://127.0.0.1:$store_port/"
}

# How many requests a canned store has answered, and the most at once: "N requests, N at once".
store_counts() {
    curl --silent --fail "http://127.0.0.1:$1/"
}
