# shellcheck shell=bash
# How soon a forwarder has what was committed.
# shellcheck disable=SC2034,SC2154 # scripts/bench and setting.sh set what is used here, and use what is set here

delivery_rate=2000

deliver() {
    rm -rf "$work/delivery"
    mkdir "$work/delivery"
    python3 "$root/Benchmarks/follow/delivery.py" "$binary" "$work/keys.yaml" "$work/audit.db" "$work/delivery" "$delivery_rate" "$1" \
        2>>"$work/log"
}

bench_follow() {
    local turn median high longest rate
    local medians=() highs=() longests=()
    load_demo_data
    say "$turns turns of $delivery_rate records a second for $((seconds * 2)) s through a loader and a forwarder, $(nproc) cores"
    for ((turn = 0; turn < turns; turn++)); do
        deliver $((seconds * 2)) >"$work/delivered" || fail 70 "not all was delivered: $(tail -n 1 "$work/log")"
        read -r median high longest rate <"$work/delivered"
        medians+=("$median") highs+=("$high") longests+=("$longest")
        printf 'follow       from commit to delivery %s ms, p99 %s, at most %s, at %s records a second\n' "$median" "$high" "$longest" "$rate"
    done
    row 'from commit to delivery, median' ms - "${medians[@]}"
    row '  p99' ms - "${highs[@]}"
    row '  the longest' ms 'under 1000' "${longests[@]}"
}
