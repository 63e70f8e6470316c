# shellcheck shell=bash
# How fast the embedded store goes through records for a filter that no index helps, beside sqlite3 with json_extract on the same
# attributes as text; a user is a column of its own there, and no JSON is read for it.
# shellcheck disable=SC2034,SC2154 # scripts/bench and setting.sh set what is used here, and use what is set here

# Runs a program; sets taken_seconds, of a processor from its start to its end, and leaves what it prints in filter.NAME.
take_processor_time() {
    local name=$1 user system
    shift
    TIMEFORMAT='%U %S'
    { time "$@" >"$work/filter.$name" 2>>"$work/log"; } 2>"$work/filter.time"
    read -r user system <"$work/filter.time"
    taken_seconds=$(compute "$user + $system")
}

# Records in the embedded store, and their attributes alone in a table of another file.
fill_filtered() {
    printf 'store: { sqlite: { path: "%s" } }\n' "$work/filter.db" >"$work/filter.yaml"
    "$binary" demo-data --seed 3 --records "$load_records" >"$work/filtered.jsonl"
    "$binary" load --quiet --config "$work/filter.yaml" "$work/filtered.jsonl" 2>>"$work/log"
    sqlite3 "$work/filter-text.db" <<END_OF_SQL
CREATE TABLE lines (line TEXT);
.mode ascii
.separator "\001" "\n"
.import $work/filtered.jsonl lines
CREATE TABLE records AS SELECT json_extract(line, '\$.userId') AS user,
    json_remove(line, '\$.auditId', '\$.timestamp', '\$.systemId', '\$.userId', '\$.resourceId') AS attributes FROM lines;
DROP TABLE lines;
VACUUM;
END_OF_SQL
    rm -f "$work/filtered.jsonl"
}

bench_filter() {
    local turn name ours theirs ratios start options=(--from 2024-01-02 --to 2024-01-31)
    local names=(denied either none prefix user)
    local -A filters=([denied]='outcome eq "denied"' [either]='action co "Policy" or details.durationMs gt 1990' [none]='none pr'
        [prefix]='details.requestId sw "dead"' [user]='userId eq "nobody@example.com"')
    local -A conditions=([denied]="json_extract(attributes, '\$.outcome') = 'denied'"
        [either]="instr(json_extract(attributes, '\$.action'), 'Policy') OR json_extract(attributes, '\$.details.durationMs') > 1990"
        [none]="json_extract(attributes, '\$.none') IS NOT NULL"
        [prefix]="substr(json_extract(attributes, '\$.details.requestId'), 1, 4) = 'dead'" [user]="user = 'nobody@example.com'")
    local -A peers=([user]='sqlite3, a column of its own')
    install_to_build sqlite3
    fill_filtered
    say "$turns turns of ${#names[@]} filters over $load_records records, here and in sqlite3, in processor time"
    for name in "${names[@]}"; do
        ours=() theirs=() ratios=()
        for ((turn = 0; turn < turns; turn++)); do
            take_processor_time ours "$binary" count --config "$work/filter.yaml" "${options[@]}" --filter "${filters[$name]}"
            start=$taken_seconds
            ours+=("$(compute "$load_records / $start" 0)")
            take_processor_time theirs sqlite3 "$work/filter-text.db" "SELECT count(*) FROM records WHERE ${conditions[$name]}"
            theirs+=("$(compute "$load_records / $taken_seconds" 0)")
            ratios+=("$(compute "$taken_seconds / $start")")
            cmp --silent "$work/filter.ours" "$work/filter.theirs" ||
                fail 70 "${filters[$name]} counts $(<"$work/filter.ours"), sqlite3 $(<"$work/filter.theirs")"
        done
        row "of $(with_commas "$load_records") records looked at, ${filters[$name]}" /s 'at least 2000000' "${ours[@]}"
        row "  ${peers[$name]:-sqlite3 with json_extract}" /s - "${theirs[@]}"
        row "  its time to this one's" '' 'at least 1' "${ratios[@]}"
    done
    bench_filter_index
    bench_filter_walks
}

# A worker's hits, alone and while four counts at once walk through all records, again and again. All in one session: the kernel makes a
# group of each (sched(7), autogroup), and heeds policies within it only, but where the package has turned that off.
bench_filter_walks() {
    local new_session='' turn front walks number path="/v1/records?userId=user-1%40example.com&limit=$records" highs=() alone=()
    take_port front
    start_worker filter "{ sqlite: { path: \"$work/filter.db\" } }"
    whole_nginx filter-nginx "$front" "$work/filter.sock"
    ask_hit "https://127.0.0.1:$front$path"
    for ((turn = 0; turn < turns; turn++)); do
        load same "$connections" "https://127.0.0.1:$front" get "$path"
        alone+=("$(compute "$done_high / 1000" 2)")
        walks=()
        for number in 1 2 3 4; do
            walk_again "$number" &
            walks+=("$!")
        done
        load same "$connections" "https://127.0.0.1:$front" get "$path"
        touch "$work/enough"
        wait "${walks[@]}"
        rm -f "$work/enough"
        highs+=("$(compute "$done_high / 1000 / ${alone[-1]}" 2)")
        printf 'filter       p99 of hits %s ms, alone %s ms\n' "$(compute "$done_high / 1000" 2)" "${alone[-1]}"
    done
    row 'p99 of hits beside four walks / alone' '' 'under 2' "${highs[@]}"
    row '  alone' ms - "${alone[@]}"
}

# Counts what passes a filter of its own, which no index helps and no cache has, until it is enough.
walk_again() {
    local walk=0
    until [[ -e $work/enough ]]; do
        walk=$((walk + 1))
        curl --silent --fail --insecure --output "$work/walk$1" -H "X-Api-Key: $key" -H 'Cache-Control: no-cache' \
            "https://127.0.0.1:$front/v1/records/count?startDate=2024-01-02&endDate=2024-01-31&filter=none$1x$walk%20pr" || fail 70 "a walk failed"
    done
}

# The first page of an attribute with an index, and of a search with its own: from the command's start to its end, and of a worker that
# has both from the store, from when the request was sent.
bench_filter_index() {
    local turn front attribute=() words=() nothing=() pages=() searches=()
    local range='startDate=2024-01-02&endDate=2024-01-31&limit=100'
    local store="{ sqlite: { path: \"$work/filter.db\" }, index: { attributes: [action], text: true } }"
    printf 'store: %s\n' "$store" >"$work/filter.yaml"
    "$binary" load --quiet --config "$work/filter.yaml" /dev/null 2>>"$work/log"
    take_port front
    start_worker indexed "$store"
    whole_nginx indexed-nginx "$front" "$work/indexed.sock"
    wait_for ask "https://127.0.0.1:$front/v1/records?userId=nobody"
    for ((turn = 0; turn < turns; turn++)); do
        timed_page --user nobody
        nothing+=("$taken_milliseconds")
        timed_page --from 2024-01-02 --to 2024-01-31 --filter 'action eq "DeleteBucket"'
        attribute+=("$taken_milliseconds")
        timed_page --from 2024-01-02 --to 2024-01-31 --search 9104406de515922c
        words+=("$taken_milliseconds")
        timed_answer "$range&filter=action%20eq%20%22DeleteBucket%22"
        pages+=("$taken_milliseconds")
        timed_answer "$range&search=9104406de515922c"
        searches+=("$taken_milliseconds")
    done
    row 'the command that finds nothing' ms - "${nothing[@]}"
    row '  the first page of action eq "DeleteBucket", with its index' ms - "${attribute[@]}"
    row '  of a search for what one record has, with its index' ms - "${words[@]}"
    row 'a worker asked for the former page' ms 'under 20' "${pages[@]}"
    row '  for the latter' ms 'under 20' "${searches[@]}"
}

# Sets taken_milliseconds, of the clock.
timed_page() {
    local start end
    start=$(date +%s%N)
    "$binary" query --config "$work/filter.yaml" "$@" >"$work/filter.page" 2>>"$work/log"
    end=$(date +%s%N)
    taken_milliseconds=$(compute "($end - $start) / 1e6" 1)
}

# The same of a request whose answer no cache has, behind nginx, from when it is sent.
timed_answer() {
    local sent ended
    read -r sent ended < <(curl --silent --fail --insecure --output "$work/filter.page" -H "X-Api-Key: $key" -H 'Cache-Control: no-cache' \
        --write-out '%{time_pretransfer} %{time_total}\n' "https://127.0.0.1:$front/v1/records?$1")
    taken_milliseconds=$(compute "($ended - $sent) * 1000" 1)
}
