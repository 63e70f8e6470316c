# shellcheck shell=bash
# What a request takes of a host's processors, the worker's part and nginx's: the inputs of docs/sizing.md.
# shellcheck disable=SC2034,SC2154 # scripts/bench and setting.sh set what is used here, and use what is set here

bench_host() {
    local hits misses hit_worker nginx_of_hits nginx_of_misses
    local path='/v1/records?systemId=billing&limit=100'
    prepare_misses
    start_worker host "{ sqlite: { path: \"$work/audit.db\" } }"
    hit_worker=$worker_process
    "$binary" demo-data --records 10000 --until "$(date -u -d yesterday +%F)" | "$binary" load --quiet --config "$work/host.yaml" -
    take_port hits && take_port misses
    whole_nginx host-nginx "$hits" "$work/host.sock"
    nginx_of_hits=$!
    whole_nginx miss-whole "$misses" "$work/miss.sock"
    nginx_of_misses=$!
    wait_for ask "https://127.0.0.1:$misses$miss_path"
    wait_for ask "https://127.0.0.1:$hits$path"
    say "Processor time of a request, 100 records, $(wc -c <"$work/body") bytes, $connections connections, nginx as deployed"
    host_time 'cache hit' "$hit_worker" "$nginx_of_hits" same "https://127.0.0.1:$hits" get "$path"
    # Not the canned store's: its 100 records differ in a number only, which gzip is too fast with.
    load_headers=(-H 'Accept-Encoding: gzip')
    host_time 'cache hit, sent with gzip' "$hit_worker" "$nginx_of_hits" same "https://127.0.0.1:$hits" get "$path"
    load_headers=()
    host_time 'miss' "$miss_worker" "$nginx_of_misses" fresh "https://127.0.0.1:$misses" "$miss_path"
}

# The rows of one kind of request. Of fresh ones each round asks others.
host_time() {
    local name=$1 worker=$2 nginx=$3 kind=$4 address=$5 turn before own=() front=() arguments
    shift 5
    for ((turn = 0; turn < turns; turn++)); do
        round=$((round + 1)) arguments=("$@")
        [[ $kind != fresh ]] || arguments+=("$round")
        before=("$(processor_time "$worker")" "$(family_time "$nginx")")
        load "$kind" "$connections" "$address" "${arguments[@]}"
        own+=("$(compute "($(processor_time "$worker") - ${before[0]}) / $done_requests / 1000")")
        front+=("$(compute "($(family_time "$nginx") - ${before[1]}) / $done_requests / 1000")")
        printf '%-26s %6d/s   worker %s ms   nginx %s ms\n' "$name" "$done_rate" "${own[-1]}" "${front[-1]}"
    done
    row "$name: worker's processor time" ms - "${own[@]}"
    row "  nginx's" ms - "${front[@]}"
}
