# shellcheck shell=bash
# What a page of many days takes from a store that answers each Query after 20 ms, and what days cost that are spread over shards.
# shellcheck disable=SC2154 # scripts/bench and setting.sh set what is used here

# A store with so many records over so many days, each spread over so many shards, a worker that reads it, and its socket.
start_days() {
    local name=$1
    take_port store_port
    python3 "$root/Benchmarks/load/days.py" "${@:2}" >"$work/$name.tsv"
    background "$work/canned-dynamodb" "$store_port" "@$work/$name.tsv" 20
    wait_for curl --silent --fail "http://127.0.0.1:$store_port/"
    start_worker "$name" "{ kind: dynamodb, dynamodb: { regions: [eu-west-1], endpoints: [\"http://127.0.0.1:$store_port\"] } }"
}

# Sets took: the median of ten misses in milliseconds, one after the other, of the days up to one.
time_days() {
    local front=$1 end=$2 number path
    round=$((round + 1))
    for ((number = 0; number < 10; number++)); do
        path=$(printf '/v1/records?systemId=deployments&startDate=2024-01-01T00:00:00.%09dZ&endDate=%s&limit=100' $((round * 10 + number)) "$end")
        printf 'url = "http://127.0.0.1:%d%s"\noutput = "%s"\n' "$front" "$path" "$work/body"
    done >"$work/questions"
    took=$(curl --silent --fail -H "X-Api-Key: $key" --write-out '%{time_total}\n' --config "$work/questions" |
        sort -g | awk '{ time[NR] = $1 } END { print time[int((NR + 1) / 2)] * 1000 }')
    check_records 100
}

bench_days() {
    local turn one spread fronts=() year=() years=() ratios=() day=() days=() day_ratios=() name stores=()
    # It may be there for another part.
    [[ -x $work/canned-dynamodb ]] || compile_peer canned-dynamodb -lpthread -lz
    for name in year-of-1 year-of-8 day-of-1 day-of-8; do
        case $name in
            year-*) start_days "$name" "${name##*-}" 365 100 ;;
            day-*) start_days "$name" "${name##*-}" 1 100 ;;
        esac
        take_port front
        fronts+=("$front")
        stores+=("$front" "$work/$name.sock")
    done
    plain_nginx days-nginx "${stores[@]}"
    for front in "${fronts[@]}"; do
        wait_for ask "http://127.0.0.1:$front/v1/records?systemId=deployments&startDate=2024-01-01&endDate=2024-01-02"
    done
    say 'A page of 100 records, of a year of days and of one day, from a store that answers after 20 ms'
    for ((turn = 0; turn < turns; turn++)); do
        time_days "${fronts[0]}" 2024-12-30 && one=$took
        time_days "${fronts[1]}" 2024-12-30 && spread=$took
        year+=("$(compute "$one / 1000")") years+=("$(compute "$spread / 1000")") ratios+=("$(compute "$spread / $one" 2)")
        printf 'days         a year %s ms, of 8 shards a day %s ms' "$one" "$spread"
        time_days "${fronts[2]}" 2024-01-01 && one=$took
        time_days "${fronts[3]}" 2024-01-01 && spread=$took
        day+=("$one") days+=("$spread") day_ratios+=("$(compute "$spread / $one" 2)")
        printf '   a day %s ms, of 8 shards %s ms\n' "$one" "$spread"
    done
    row 'a year of days with 100 records, 20 ms a Query' s 'under 1' "${year[@]}"
    row '  of 8 shards a day' s - "${years[@]}"
    row '    over one partition a day' '' - "${ratios[@]}"
    row 'a day of 8 shards / of one partition, 100 records, 20 ms a Query' '' 'under 1.3' "${day_ratios[@]}"
    row '  one partition' ms - "${day[@]}"
    row '  8 shards' ms - "${days[@]}"
}
