# shellcheck shell=bash
# How soon a forwarder has what was committed, and how fast it catches up.
# shellcheck disable=SC2034,SC2154 # scripts/bench and setting.sh set what is used here, and use what is set here

delivery_rate=2000

# Loader and forwarder as nice as their units are.
deliver() {
    rm -rf "$work/delivery"
    mkdir "$work/delivery"
    nice -n 5 python3 "$root/Benchmarks/follow/delivery.py" "$binary" "$work/keys.yaml" "$work/audit.db" "$work/delivery" "$delivery_rate" "$1" \
        2>>"$work/log"
}

bench_follow() {
    local turn median high longest rate
    local medians=() highs=() longests=() rates=() shares=() peaks=()
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

    fill_exported
    say "$turns turns of a forwarder that catches up with $load_records records"
    for ((turn = 0; turn < turns; turn++)); do
        rm -f "$work/caught.ndjson" "$work/caught.place"*
        measure - "$binary" forward --config "$work/exported.yaml" --to "file:$work/caught.ndjson" --checkpoint "$work/caught.place" \
            --begin start --once
        [[ $(wc -l <"$work/caught.ndjson") == "$load_records" ]] || fail 70 "not all of $load_records records were forwarded"
        rates+=("$(compute "$load_records / $taken_seconds" 0)")
        shares+=("$(compute "$load_records / $used_seconds" 0)")
        peaks+=("$((peak_memory / 1024))")
    done
    row 'catching up to a file, records a second' /s - "${rates[@]}"
    row '  of a processor' /s 'at least 50000' "${shares[@]}"
    row '  peak memory' MiB - "${peaks[@]}"
}
