# shellcheck shell=bash
# A store that hangs: hits keep their latency, and misses beyond the limit are refused at once.
# shellcheck disable=SC2154 # scripts/bench and setting.sh set what is used here

bench_hung() {
    local turn number normal hung store slowest ratios=() refused=() path=$miss_path waiting=()
    take_port hung_port
    start_store 0
    store=$!
    start_worker hung "{ kind: dynamodb, dynamodb: { regions: [eu-west-1], endpoints: [\"http://127.0.0.1:$store_port\"] } }" \
        'worker: { store-limit: 8 }'
    plain_nginx hung-nginx "$hung_port" "$work/hung.sock"
    wait_for ask "http://127.0.0.1:$hung_port$path"

    say "Hits, and refused misses, while the store hangs: $connections connections"
    for ((turn = 0; turn < turns; turn++)); do
        load same "$connections" "http://127.0.0.1:$hung_port" get "$path"
        normal=$done_p99
        kill -STOP "$store"
        waiting=()
        for ((number = 0; number < 8; number++)); do
            round=$((round + 1))
            curl --silent --output /dev/null -H "X-Api-Key: $key" --max-time 40 \
                "http://127.0.0.1:$hung_port$path&startDate=2001-01-01T00:00:00.$(printf %09d "$round")Z" &
            waiting+=($!)
        done
        # All places are taken once another miss is refused.
        wait_for refused_misses 1
        load same "$connections" "http://127.0.0.1:$hung_port" get "$path"
        hung=$done_p99
        slowest=$(refused_misses 100) || fail 70 "a miss was not refused while the store hung"
        refused+=("$slowest")
        kill -CONT "$store"
        wait "${waiting[@]}"
        ratios+=("$(compute "$hung / $normal" 2)")
        printf 'hung         p99 of a hit %d µs, normally %d µs   slowest of 100 refused misses %s ms\n' "$hung" "$normal" \
            "${refused[-1]}"
    done
    row "store hung: a hit's p99 over its normal one" '' 'under 2' "${ratios[@]}"
    row 'store hung: the slowest of 100 refused misses' ms 'under 50' "${refused[@]}"
}

# The slowest of so many misses, in milliseconds, all of which must be refused.
refused_misses() {
    local number
    for ((number = 0; number < $1; number++)); do
        printf 'url = "http://127.0.0.1:%d%s&startDate=2002-%02d-01T00:00:00.%09dZ"\noutput = /dev/null\n' "$hung_port" \
            "$miss_path" $((turn % 12 + 1)) "$number"
    done >"$work/questions"
    curl --silent --max-time 2 -H "X-Api-Key: $key" --write-out '%{http_code} %{time_total}\n' --config "$work/questions" |
        awk '$1 != 503 { exit 1 } $2 > most { most = $2 } END { if (NR == 0) exit 1; printf "%.1f", most * 1000 }'
}
