# shellcheck shell=bash
# What nginx and a worker add to the time of the store, when an answer is not in the cache.
# shellcheck disable=SC2154 # scripts/bench and setting.sh set what is used here

miss_path='/v1/records?userId=user-1%40example.com&limit=100'

# A canned store, a worker that reads it, and a bare responder with the bytes of its answer; plain nginx before both.
prepare_misses() {
    [[ -z ${miss_port:-} ]] || return 0
    local first="$miss_path&startDate=2000-01-01T00:00:00Z"
    take_port miss_port && take_port miss_bare_port && take_port go_port
    start_store 0
    miss_store=$store_port
    start_worker miss "{ kind: dynamodb, dynamodb: { regions: [eu-west-1], endpoints: [\"http://127.0.0.1:$miss_store\"] } }"
    miss_worker=$worker_process
    plain_nginx miss-nginx "$miss_port" "$work/miss.sock" "$miss_bare_port" "$work/miss-bare.sock" "$go_port" "$work/go.sock"
    wait_for ask "http://127.0.0.1:$miss_port$first"
    start_bare_responder miss-bare
    (($(grep -o '"auditId"' "$work/body" | wc -l) == 100)) || fail 70 "the answer does not have the store's 100 records"
}

# Misses for some seconds. Sets done_… as load does, and done_processor: the worker's microseconds a miss.
load_misses() {
    local connections=$1 address=$2 worker=$3 before answered now
    round=$((round + 1))
    answered=$(store_counts "$miss_store")
    before=$(processor_time "$worker")
    load fresh "$connections" "$address" "$miss_path" "$round"
    done_processor=$(compute "($(processor_time "$worker") - $before) / $done_requests" 0)
    now=$(store_counts "$miss_store")
    ((${now%% *} - ${answered%% *} >= done_requests)) || fail 70 "some of the queries were not misses"
}

# The median of what the worker itself says that it took from the look into the cache to the finished answer, in
# microseconds: Server-Timing's store.
stated_store_time() {
    local number
    round=$((round + 1))
    for ((number = 0; number < 300; number++)); do
        printf 'url = "http://127.0.0.1:%d%s&startDate=20%02d-02-01T00:00:00.%09dZ"\noutput = /dev/null\n' "$miss_port" \
            "$miss_path" $((round % 24)) "$number"
    done >"$work/questions"
    curl --silent --fail -H "X-Api-Key: $key" --write-out '%header{server-timing}\n' --config "$work/questions" |
        sed 's/.*store;dur=\([0-9.]*\).*/\1/' | sort -g | awk '{ time[NR] = $1 } END { print time[int((NR + 1) / 2)] * 1000 }'
}

# One request at a time, so that a time is what a request takes and not how long it queues. What nginx and libfcgi take
# for the same bytes is measured with a bare responder; a cache hit takes that too (see hit).
bench_miss() {
    local turn store bare stated whole=() own=() inside=() processor=()
    prepare_misses
    say "A miss: an answer of $(wc -c <"$work/body") bytes from 100 records, the store's has $(wc -c <"$work/hundred.json")"
    for ((turn = 0; turn < turns; turn++)); do
        load same 1 "http://127.0.0.1:$miss_store" post
        store=$done_median
        load same 1 "http://127.0.0.1:$miss_bare_port" get "$miss_path"
        bare=$done_median
        load_misses 1 "http://127.0.0.1:$miss_port" "$miss_worker"
        whole+=("$(compute "($done_median - $store) / 1000")")
        own+=("$(compute "($done_median - $store - $bare) / 1000")")
        processor+=("$(compute "$done_processor / 1000")")
        stated=$(stated_store_time)
        inside+=("$(compute "($stated - $store) / 1000")")
        printf 'miss %5d µs   store alone %4d µs   bare C behind nginx %4d µs   worker: processor %4d µs, Server-Timing %4d µs\n' \
            "$done_median" "$store" "$bare" "$done_processor" "$stated"
    done
    row "a miss: worker over store and bare C responder" ms 'under 0.2' "${own[@]}"
    row "  worker and nginx over the store's own time" ms - "${whole[@]}"
    row "  Server-Timing's store over the store's own time" ms - "${inside[@]}"
    row "  worker's processor time" ms - "${processor[@]}"
}
