# shellcheck shell=bash
# Misses per second beside a worker in Go, with the same store and behind the same nginx.
# shellcheck disable=SC2154 # scripts/bench and setting.sh set what is used here

bench_go() {
    local turn go_worker rate processor ratios=() processor_ratios=()
    prepare_misses
    # Debian's Go packages are sources in one GOPATH.
    GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS='' GOCACHE=$work/go-cache run_step go build -o "$work/fcgi-query" \
        "$root/Benchmarks/peers/fcgi-query.go"
    background "$work/fcgi-query" "$work/go.sock" "http://127.0.0.1:$miss_store" "$key"
    go_worker=$!
    wait_for test -S "$work/go.sock"
    chmod 0666 "$work/go.sock"
    wait_for ask "http://127.0.0.1:$go_port$miss_path&startDate=2000-01-01T00:00:00Z"
    (($(grep -o '"auditId"' "$work/body" | wc -l) == 100)) || fail 70 "Go's answer does not have the store's 100 records"

    say "Misses per second, $connections connections: worker and Go ($(go version | cut -d ' ' -f 3), aws-sdk-go)"
    for ((turn = 0; turn < turns; turn++)); do
        load_misses "$connections" "http://127.0.0.1:$miss_port" "$miss_worker"
        rate=$done_rate processor=$done_processor
        load_misses "$connections" "http://127.0.0.1:$go_port" "$go_worker"
        ratios+=("$(compute "$rate / $done_rate" 2)")
        processor_ratios+=("$(compute "$done_processor / $processor" 2)")
        printf 'misses       worker %6d/s, %5d µs of processor each   Go %6d/s, %5d µs   ratio %s\n' \
            "$rate" "$processor" "$done_rate" "$done_processor" "${ratios[-1]}"
    done
    row 'misses per second: worker / Go' '' - "${ratios[@]}"
    row "  processor time of a miss: Go's / worker's" '' - "${processor_ratios[@]}"
}
