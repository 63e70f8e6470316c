# shellcheck shell=bash
# Whether a hit costs the same however much is in the cache, and however many keys there are.
# shellcheck disable=SC2154 # scripts/bench and setting.sh set what is used here

# Answers of one record, so that 100,000 fit; nobody's reads are noted down, which with as many keys would be measured.
flat_path='/v1/records?userId=user-1%40example.com&limit=1'
flat_settings='cache: { bytes: 1000000000, ttl-seconds: 86400 }
telemetry: { log-level: error, audit-reads: false }'

bench_flat() {
    local count ports=() store="{ sqlite: { path: \"$work/audit.db\" } }"
    local -A port_of=() process_of=()
    load_demo_data
    for count in 10 1000 100000; do
        start_worker "answers$count" "$store" "$flat_settings"
        process_of[answers$count]=$worker_process
        take_port "port_of[answers$count]"
        ports+=("${port_of[answers$count]}" "$work/answers$count.sock")
    done
    for count in 1 1000 100000; do
        make_keys "$count"
        AUDIT_QUERY_KEYS_FILE=$work/keys$count.json start_worker "keys$count" "$store" "$flat_settings"
        process_of[keys$count]=$worker_process
        take_port "port_of[keys$count]"
        ports+=("${port_of[keys$count]}" "$work/keys$count.sock")
    done
    plain_nginx flat-nginx "${ports[@]}"

    say 'A hit among 10, 1,000 and 100,000 cached answers, then with one of 1, 1,000 and 100,000 keys'
    for count in 10 1000 100000; do fill_cache "$count"; done
    compare_costs ten 'cached answers, the same 10 asked' 10 1000 100000
    compare_costs any 'cached answers, any asked' 10 1000 100000
    compare_costs keys keys 1 1000 100000
}

# So many keys, their digests in keysCOUNT.json and themselves in keysCOUNT.
make_keys() {
    python3 - "$1" "$work/keys$1" <<'PYTHON'
import hashlib, json, sys
keys = [f"benchmark-key-{number:06}" for number in range(int(sys.argv[1]))]
stored = [
    {"id": f"key_{number}", "name": "bench", "digest": hashlib.sha256(key.encode()).hexdigest(), "systems": ["*"],
     "hiddenAttributes": [], "created": "2024-01-01T00:00:00Z"}
    for number, key in enumerate(keys)
]
with open(sys.argv[2], "w") as file:
    file.write("\n".join(keys) + "\n")
with open(sys.argv[2] + ".json", "w") as file:
    json.dump({"version": 1, "keys": stored}, file)
PYTHON
}

# Asks all the queries of among.lua once.
fill_cache() {
    local address=http://127.0.0.1:${port_of[answers$1]}
    wait_for ask "$address/healthz"
    awk -v count="$1" -v address="$address$flat_path" 'BEGIN {
        for (number = 1; number <= count; number++) {
            printf "url = \"%s&startDate=2000-01-01T00:00:00.%09dZ\"\noutput = /dev/null\n", address, number
        }
    }' >"$work/questions"
    # It shows its progress on standard error, silent or not.
    run_step curl --silent --fail --parallel --parallel-max 8 -H "X-Api-Key: $key" --config "$work/questions" 2>>"$work/log" ||
        fail 70 "not all of $1 queries were answered"
}

# The worker's processor time of a hit with three numbers of something, and the ratios to the first.
compare_costs() {
    local kind=$1 name=$2 turn count first costs ratios=() far_ratios=()
    shift 2
    for ((turn = 1; turn <= turns; turn++)); do
        costs=()
        for count; do measure_cost "$kind" "$count" "$turn"; done
        ratios+=("$(compute "${costs[1]} / ${costs[0]}")")
        far_ratios+=("$(compute "${costs[2]} / ${costs[0]}")")
        first+=" ${costs[0]}"
        printf '%-12s %s µs   %s µs   %s µs\n' "$kind" "${costs[@]}"
    done
    # shellcheck disable=SC2086 # a list of numbers
    row "processor time of a hit: $1 $name" us - $first
    row "  1,000 $name / $1" '' 'under 1.2' "${ratios[@]}"
    row "  100,000 $name / $1" '' 'under 1.2' "${far_ratios[@]}"
}

measure_cost() {
    local kind=$1 count=$2 seed=$3 worker before arguments
    case $kind in
        ten) worker=answers$count arguments=("$flat_path" 10 0 "$seed") ;;
        any) worker=answers$count arguments=("$flat_path" "$count" 0 "$seed") ;;
        keys) worker=keys$count arguments=("$flat_path" 1 0 "$seed" "$work/keys$count") ;;
    esac
    before=$(processor_time "${process_of[$worker]}")
    load among "$connections" "http://127.0.0.1:${port_of[$worker]}" "${arguments[@]}"
    costs+=("$(compute "($(processor_time "${process_of[$worker]}") - $before) / $done_requests" 2)")
    ((done_requests - done_hits <= connections)) ||
        fail 70 "$((done_requests - done_hits)) of $done_requests requests to the worker $worker were no cache hits"
}
