# shellcheck shell=bash
# A cache hit with everything that reports turned on, beside one with all of it turned off.
# shellcheck disable=SC2154 # scripts/bench and setting.sh set what is used here

bench_telemetry() {
    local path="/v1/records?userId=user-1%40example.com&limit=$records" told silent journal turn rate ratios=() rates=()
    local told_worker silent_worker before costs=() silent_costs=()
    local store="{ sqlite: { path: \"$work/audit.db\" } }" daemon
    take_port told && take_port silent && take_port daemon
    load_demo_data
    start_store 0
    background python3 -c "
import socket
daemon = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); daemon.bind(('127.0.0.1', $daemon))
while True: daemon.recv(65536)"
    start_journal
    AWS_ENDPOINT_URL_CLOUDWATCH="http://127.0.0.1:$store_port" start_worker told "$store" "
aws: { region: eu-west-1 }
telemetry:
  cloudwatch: { enabled: true, interval-seconds: 1 }
  xray: { enabled: true, address: '127.0.0.1:$daemon', sample-rate: 0.05 }" "${in_journal[@]}"
    told_worker=$worker_process
    start_worker silent "$store" 'telemetry: { log-level: error, audit-reads: false }'
    silent_worker=$worker_process
    plain_nginx telemetry-nginx "$told" "$work/told.sock" "$silent" "$work/silent.sock"
    ask_hit "http://127.0.0.1:$told$path"
    ask_hit "http://127.0.0.1:$silent$path"

    say "A cache hit, reported (journal, CloudWatch each second, 5 % traced) or not, $connections connections"
    for ((turn = 0; turn < turns; turn++)); do
        before=$(processor_time "$told_worker")
        load same "$connections" "http://127.0.0.1:$told" get "$path"
        costs+=("$(compute "($(processor_time "$told_worker") - $before) / $done_requests" 2)")
        rate=$done_rate
        before=$(processor_time "$silent_worker")
        load same "$connections" "http://127.0.0.1:$silent" get "$path"
        silent_costs+=("$(compute "($(processor_time "$silent_worker") - $before) / $done_requests" 2)")
        rates+=("$rate")
        ratios+=("$(compute "$rate / $done_rate")")
        printf '%-12s reported %9.0f/s   not %9.0f/s   ratio %s\n' telemetry "$rate" "$done_rate" "${ratios[-1]}"
    done
    row "cache hit: everything reported / nothing" '' 'at least 0.95' "${ratios[@]}"
    row "a hit's processor time in the worker, reported" us - "${costs[@]}"
    row "the same, not reported" us - "${silent_costs[@]}"
    row "hits that one reporting worker answers" /s - "${rates[@]}"
    journal=$(journalctl --directory "$work/journal" --output cat --output-fields READS --identifier audit-query-reads |
        awk '{ sum += $1 } END { print sum + 0 }')
    say "The journal has $journal reads."
    ((journal > 0)) || fail 70 "the reporting worker wrote nothing to the journal"
}

# Starts a journald in a mount namespace of its own, and sets in_journal, which starts a program there.
start_journal() {
    ((EUID == 0)) || fail 77 "the part telemetry needs root: its journald has a mount namespace of its own"
    mkdir -p "$work/journal"
    background unshare --mount --propagation private sh -c "
        mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/journal /run/log/journal &&
        mount --bind '$work/journal' /run/log/journal && exec /lib/systemd/systemd-journald"
    local journald=$!
    wait_for test -S "/proc/$journald/root/run/systemd/journal/socket"
    # shellcheck disable=SC2016 # for the inner shell
    in_journal=(nsenter --mount --target "$journald" sh -c
        'JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2) exec "$@"' sh)
}
