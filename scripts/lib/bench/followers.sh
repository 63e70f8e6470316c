# shellcheck shell=bash
# What followers who wait cost a worker, and what its hits have of them while records come.
# shellcheck disable=SC2034,SC2154 # scripts/bench and setting.sh set what is used here, and use what is set here

followers=200
# What they wait for: a system, and a user, of which nothing comes. The second is told only by each record itself.
follower_questions=(systemId=nowhere userId=nobody)
# The longest pause of each connection between two hits, in milliseconds, where the server is not at its end.
pause=30

# The memory that is a process's own, in KiB, and its threads.
own_memory() {
    awk '/^Private_(Clean|Dirty):/ { sum += $2 } END { print sum }' "/proc/$1/smaps_rollup"
}

own_threads() {
    awk '/^Threads:/ { print $2 }' "/proc/$1/status"
}

# All in one session, in which the loader's niceness counts: as the package has it (see bench_filter_walks).
bench_followers() {
    local new_session='' front turn question
    local path="/v1/records?userId=user-1%40example.com&limit=$records"
    local memories=() later=() helpers=() paced=() full=() longests=()
    load_demo_data
    take_port front
    start_worker followers "{ sqlite: { path: \"$work/audit.db\" } }"
    whole_nginx followers-nginx "$front" "$work/followers.sock"
    ask_hit "https://127.0.0.1:$front$path"
    # What a worker has after its first load is not the followers'.
    load same "$connections" "https://127.0.0.1:$front" get "$path"
    for question in "${follower_questions[@]}"; do
        say "$turns turns of $followers who follow $question, $delivery_rate records a second and a forwarder; hits of $(wc -c <"$work/body") bytes"
        paced=() full=() longests=()
        for ((turn = 0; turn < turns; turn++)); do
            followed_turn "$question"
        done
        row "p99 of hits beside $followers who wait for $question, loads and a forwarder / alone" '' 'under 1.5' "${paced[@]}"
        row '  the same of as many hits as go' '' - "${full[@]}"
        row '  from commit to delivery meanwhile, the longest' ms 'under 1000' "${longests[@]}"
    done
    row "a worker's memory for $followers who wait" MiB 'under 20' "${memories[@]}"
    row "  and when $delivery_rate records a second have come" MiB 'under 20' "${later[@]}"
    row '  its threads for them' '' 'under 10' "${helpers[@]}"
}

# Hits at a rate that leaves cores free, then as many as go; sets paced_high and full_high.
hits_of_both() {
    load paced "$connections" "https://127.0.0.1:$front" "$path" "$pause"
    paced_high=$done_high paced_rate=$done_rate
    load same "$connections" "https://127.0.0.1:$front" get "$path"
    full_high=$done_high
}

# One turn: hits alone, then beside followers, a loader and a forwarder.
followed_turn() {
    local question=$1 normal fullest memory threads process delivering longest paced_high paced_rate full_high
    hits_of_both
    normal=$paced_high fullest=$full_high
    memory=$(own_memory "$worker_process") threads=$(own_threads "$worker_process")
    rm -f "$work/waiting"
    background python3 "$root/Benchmarks/follow/followers.py" "$front" "$work/tls/ca.pem" "$key" "$followers" "$question" "$work/waiting"
    process=$!
    wait_for test -e "$work/waiting"
    memories+=("$(compute "($(own_memory "$worker_process") - $memory) / 1024" 1)")
    helpers+=("$(($(own_threads "$worker_process") - threads))")
    # Before and behind the hits too.
    deliver $((seconds * 2 + 1)) >"$work/delivered" &
    delivering=$!
    wait_for test -e "$work/delivery/place"
    sleep 1
    hits_of_both
    wait "$delivering" || fail 70 "not all was delivered: $(tail -n 1 "$work/log")"
    later+=("$(compute "($(own_memory "$worker_process") - $memory) / 1024" 1)")
    kill -0 "$process" 2>/dev/null || fail 70 "the followers have ended: $(tail -n 1 "$work/log")"
    kill "$process"
    wait "$process" 2>/dev/null || true
    read -r _ _ longest _ <"$work/delivered"
    paced+=("$(compute "$paced_high / $normal" 2)") full+=("$(compute "$full_high / $fullest" 2)") longests+=("$longest")
    printf 'followers    p99 of %s hits a second %s us, alone %s us: %s times; of as many as go %s us, alone %s us: %s times\n' \
        "$paced_rate" "$paced_high" "$normal" "${paced[-1]}" "$full_high" "$fullest" "${full[-1]}"
    printf 'followers    for those who wait %s MiB, then %s MiB, and %s threads; delivered within %s ms\n' \
        "${memories[-1]}" "${later[-1]}" "${helpers[-1]}" "$longest"
}
