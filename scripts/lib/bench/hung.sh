# shellcheck shell=bash
# Hits while the store hangs and all the misses that may wait on it do.
# shellcheck disable=SC2154 # scripts/bench and setting.sh set what is used here

# As many misses as may wait (worker.store-limit), and some that are to be refused.
hung_misses=340

bench_hung() {
    local front turn normal shed median high longest
    local normals=() hungs=() ratios=() medians=() highs=() longests=()
    local miss='/v1/records?userId=user-1%40example.com&limit=100'
    local path="$miss&startDate=2000-01-01"
    take_port front
    start_store 0
    hung_store=$!
    start_worker hung "{ kind: dynamodb, dynamodb: { regions: [eu-west-1], endpoints: [\"http://127.0.0.1:$store_port\"] } }"
    whole_nginx hung-nginx "$front" "$work/hung.sock"
    ask_hit "https://127.0.0.1:$front$path" 100

    say "Hits of $(wc -c <"$work/body") bytes, $connections connections, while the store hangs and $hung_misses misses wait or are refused"
    for ((turn = 0; turn < turns; turn++)); do
        load same "$connections" "https://127.0.0.1:$front" get "$path"
        normal=$done_high
        hang_store
        load same "$connections" "https://127.0.0.1:$front" get "$path"
        release_store
        normals+=("$(compute "$normal / 1000" 2)")
        hungs+=("$(compute "$done_high / 1000" 2)")
        ratios+=("$(compute "$done_high / $normal" 2)")
        medians+=("$median") highs+=("$high") longests+=("$longest")
        printf 'hung         p99 of hits %s ms, normally %s ms   %d misses refused in %s ms (p99 %s)   longest %s s\n' \
            "${hungs[-1]}" "${normals[-1]}" "$shed" "$median" "$high" "$longest"
    done
    row 'p99 of hits, the store hung / normal' '' 'under 2' "${ratios[@]}"
    row '  normal' ms - "${normals[@]}"
    row '  the store hung' ms - "${hungs[@]}"
    row 'a miss beyond store-limit is refused in, median' ms 'under 50' "${medians[@]}"
    row '  p99' ms 'under 50' "${highs[@]}"
    row '  the longest that a miss waited' s 'under 30' "${longests[@]}"
}

# Stops the store's process: connections to it are taken by the kernel, and nobody answers. Returns when all the misses
# that may wait do.
hang_store() {
    round=$((round + 1))
    kill -STOP "$hung_store"
    setsid python3 "$root/Benchmarks/load/hang.py" "$front" "$work/tls/ca.pem" "$key" "$miss" "$hung_misses" "$round" \
        "$((seconds + 1))" >"$work/hang" 2>>"$work/log" </dev/null &
    hung_load=$!
    wait_for grep -q asked "$work/hang"
    wait_for are_waiting 320
}

# The threads of the worker that are at the store.
are_waiting() {
    (($(curl --silent --fail --unix-socket "$work/hung.status" http://worker/status | grep -o '"store"' | wc -l) >= $1))
}

# Waits for the misses to end, has the store answer again, and waits until it is asked again.
release_store() {
    wait "$hung_load" || fail 70 "the misses of a hung store broke off: $(tail -n 1 "$work/log")"
    kill -CONT "$hung_store"
    read -r shed median high longest < <(tail -n 1 "$work/hang")
    local deadline=$((SECONDS + 60))
    until round=$((round + 1)) && ask "https://127.0.0.1:$front$miss&startDate=20$(printf %02d $((round % 100)))-03-01"; do
        ((SECONDS < deadline)) || fail 70 "the worker does not ask the store again, a minute after it came back"
        sleep 0.2
    done
}
