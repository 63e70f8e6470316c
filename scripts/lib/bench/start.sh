# shellcheck shell=bash
# How long a worker takes to be READY, and its memory then.
# shellcheck disable=SC2154 # scripts/bench and setting.sh set what is used here

bench_start() {
    local number times=() share=() resident=() own=() milliseconds pss rss anonymous
    load_demo_data
    # Three besides: a page of the program counts in equal parts for those that have it.
    for number in 1 2 3; do start_worker "start$number" "{ sqlite: { path: \"$work/audit.db\" } }"; done
    say "20 starts of a worker, beside three that run"
    while read -r milliseconds pss rss anonymous; do
        times+=("$milliseconds") share+=("$pss") resident+=("$rss") own+=("$anonymous")
    done < <(python3 "$root/Benchmarks/load/start.py" 20 "$binary" serve --config "$work/keys.yaml" \
        --socket "$work/start.sock" 2>>"$work/log")
    ((${#times[@]} == 20)) || fail 70 "not all starts came to READY: $(tail -n 1 "$work/log")"
    printf 'start        %s ms\n' "${times[*]}"
    row 'start to READY' ms 'under 100' "${times[@]}"
    row "  a worker's share of memory then, one of four" MB 'under 30' "${share[@]}"
    row '  its memory that is of no file' MB - "${own[@]}"
    row '  all that is resident, the shared program whole' MB - "${resident[@]}"
}
