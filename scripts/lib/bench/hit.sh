# shellcheck shell=bash
# A cache hit beside a bare C FastCGI responder that sends the same bytes.
# shellcheck disable=SC2154 # scripts/bench and setting.sh set what is used here

bench_hit() {
    local path="/v1/records?userId=user-1%40example.com&limit=$records" plain plain_bare whole whole_bare
    take_port plain && take_port plain_bare && take_port whole && take_port whole_bare
    load_demo_data
    start_worker hit "{ sqlite: { path: \"$work/audit.db\" } }"
    plain_nginx hit-nginx "$plain" "$work/hit.sock" "$plain_bare" "$work/bare.sock"
    ask_hit "http://127.0.0.1:$plain$path"
    start_bare_responder bare
    whole_nginx hit-whole "$whole" "$work/hit.sock"
    whole_nginx bare-whole "$whole_bare" "$work/bare.sock"
    wait_for ask "https://127.0.0.1:$whole$path"
    wait_for ask "https://127.0.0.1:$whole_bare$path"

    say "A cache hit of $(wc -c <"$work/body") bytes, $connections connections, $seconds s a turn, $(nproc) cores"
    compare_hits plain 'at least 0.95' "http://127.0.0.1:$plain" "http://127.0.0.1:$plain_bare"
    compare_hits whole 'at least 0.90' "https://127.0.0.1:$whole" "https://127.0.0.1:$whole_bare"
}

# Asks until a cache hit with so many records, those that are wanted unless it is said, is in head and body.
ask_hit() {
    wait_for ask "$1"
    ask "$1"
    grep -qi 'Cache-Status: audit-query; hit' "$work/head" || fail 70 "the second request was no cache hit"
    check_records "${2:-$records}"
}

compare_hits() {
    local name=$1 promise=$2 worker=$3 bare=$4 turn rate ratio ratios=()
    for ((turn = 0; turn < turns; turn++)); do
        load same "$connections" "$worker" get "$path"
        rate=$done_rate
        load same "$connections" "$bare" get "$path"
        ratio=$(compute "$rate / $done_rate")
        ratios+=("$ratio")
        printf '%-12s worker %9.0f/s   bare C %9.0f/s   ratio %s\n' "$name" "$rate" "$done_rate" "$ratio"
    done
    row "cache hit, $name nginx: worker / bare C" '' "$promise" "${ratios[@]}"
    IFS=$'\t' read -r _ median least most count _ <<<"${rows[-1]}"
    printf '%-12s median ratio %s (%s to %s, %d turns)\n' "$name" "$median" "$least" "$most" "$count"
}
