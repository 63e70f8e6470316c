# shellcheck shell=bash
# How fast the embedded store counts, beside DuckDB on the same records.
# shellcheck disable=SC2154 # scripts/bench and setting.sh set what is used here

# DuckDB as Benchmarks/count/requirements.txt has it; sets duckdb_python.
install_duckdb() {
    local place=$root/.build/bench-python wanted=$root/Benchmarks/count/requirements.txt
    duckdb_python=$place/bin/python
    cmp --silent "$wanted" "$place/installed.txt" && return
    say "Installing DuckDB into .build/bench-python"
    rm -rf "$place"
    python3 -m venv "$place"
    run_step "$place/bin/pip" install --quiet --disable-pip-version-check --requirement "$wanted"
    cp "$wanted" "$place/installed.txt"
}

# Asks the store by the command; sets counted_seconds, from the command's start to its end, and leaves the groups in count.ours.
count_here() {
    local start end
    start=$(date +%s%N)
    "$binary" count --config "$work/count.yaml" "$@" >"$work/count.ours" 2>>"$work/log"
    end=$(date +%s%N)
    counted_seconds=$(compute "($end - $start) / 1e9")
}

# Asks DuckDB; sets counted_seconds, of the query alone, and leaves the groups in count.theirs.
count_there() {
    "$duckdb_python" "$root/Benchmarks/count/duckdb_counts.py" count "$work/count.duckdb" "$1" >"$work/count.theirs" 2>>"$work/log"
    counted_seconds=$(head -n 1 "$work/count.theirs")
}

# Both answer the same, or nothing is measured. A user's days without records are rows of the command, and none of DuckDB.
check_same() {
    diff <(tail -n +2 "$work/count.ours" | grep -vP '\t0$') <(tail -n +2 "$work/count.theirs") >>"$work/log" ||
        fail 70 "counts by $1 differ from DuckDB's: see the end of $work/log"
}

bench_count() {
    local turn question records ours=() theirs=() shown
    local -A options=([day]='--from 2024-01-02 --to 2024-01-31 --by day' [user]='--from 2024-01-02 --to 2024-01-31 --by userId --top 1000'
        [year]='--from 2023-02 --to 2024-01 --user user-1@example.com --by day')
    local -A names=([day]='count by day' [user]='count by user' [year]="count of a user's year by day")
    local -A promises=([day]='under 1.5' [user]='under 1.5' [year]='under 0.1')
    install_duckdb
    printf 'store: { sqlite: { path: "%s" } }\n' "$work/count.db" >"$work/count.yaml"
    "$binary" demo-data --seed 3 --records "$load_records" >"$work/counted.jsonl"
    "$binary" load --quiet --config "$work/count.yaml" "$work/counted.jsonl" 2>>"$work/log"
    "$duckdb_python" "$root/Benchmarks/count/duckdb_counts.py" load "$work/counted.jsonl" "$work/count.duckdb" 2>>"$work/log"
    rm -f "$work/counted.jsonl"
    shown=$(with_commas "$load_records")
    say "$turns turns of three counts of $load_records records here and in DuckDB"
    for question in day user year; do
        ours=() theirs=()
        for ((turn = 0; turn < turns; turn++)); do
            # shellcheck disable=SC2086 # words
            count_here ${options[$question]}
            ours+=("$counted_seconds")
            count_there "$question"
            theirs+=("$counted_seconds")
            check_same "$question"
        done
        row "${names[$question]}, $shown records" s "${promises[$question]}" "${ours[@]}"
        row '  DuckDB, the query alone' s - "${theirs[@]}"
    done
    # Of a day, each record of which is looked into.
    ours=()
    for ((turn = 0; turn < turns; turn++)); do
        count_here --from 2024-01-31 --to 2024-01-31
        records=$(<"$work/count.ours")
        count_here --from 2024-01-31 --to 2024-01-31 --by action
        ours+=("$(compute "$records / $counted_seconds" 0)")
    done
    row 'records that a count by an attribute looks into' /s - "${ours[@]}"
}
