# shellcheck shell=bash
# What a miss takes over libpq's own time for the same rows, and a load beside single inserts, with a private PostgreSQL.
# shellcheck disable=SC2154 # scripts/bench and setting.sh set what is used here

# In front of a program that refuses to be root's.
as_somebody=()
((EUID != 0)) || as_somebody=(unshare --user --map-user=1000 --map-group=1000 --)

# Starts a server with its default settings, but for its socket and room for what is measured; sets programs.
start_database() {
    programs=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin | sort -V | tail -n 1)
    "${as_somebody[@]}" "$programs/initdb" --pgdata="$work/pg" --username=owner --auth=trust --encoding=UTF8 --locale=C.UTF-8 >>"$work/log" 2>&1
    background "${as_somebody[@]}" "$programs/postgres" -D "$work/pg" -c listen_addresses= -c "unix_socket_directories=$work" \
        -c shared_buffers=512MB -c max_wal_size=4GB
    wait_for "$programs/pg_isready" --quiet --host "$work" --username owner --dbname postgres
    export PGHOST=$work PGUSER=owner
}

# A database with the schema, and nothing in it.
make_database() {
    "$programs/psql" --quiet --dbname postgres --command "DROP DATABASE IF EXISTS $1" --command "CREATE DATABASE $1" 2>>"$work/log"
    "$binary" table create --sql | "$programs/psql" --quiet --dbname "$1" >>"$work/log" 2>&1
    printf 'store: { kind: postgresql, postgresql: { connection: "host=%s dbname=%s user=owner" } }\n' "$work" "$1" >"$work/$1.yaml"
}

bench_postgresql() {
    start_database
    measure_inserts
    measure_postgresql_misses
    measure_postgresql_flight
}

# Records as INSERTs: each a transaction of its own, and all of them one.
as_inserts() {
    jq -r '[.systemId, .timestamp, .auditId, .userId, .resourceId, (del(.auditId, .timestamp, .systemId, .userId, .resourceId) | tojson)]
        | map("\u0027" + gsub("\u0027"; "\u0027\u0027") + "\u0027")
        | "INSERT INTO audit_query.records VALUES (\(.[0]), \(.[1]), 0, \(.[2]), \(.[3]), \(.[4]), \(.[5]), 1);"' "$1"
}

# Sets took: the seconds that a command takes.
take_time() {
    local start
    start=$(date +%s%N)
    "$@" >>"$work/log" 2>&1 || fail 70 "$*: $(tail -n 1 "$work/log")"
    took=$(compute "($(date +%s%N) - $start) / 1e9")
}

measure_inserts() {
    local turn copied=() single=() together=() ratios=() rate few=2000
    "$binary" demo-data --seed 3 --records "$load_records" >"$work/loaded.jsonl"
    head -n "$few" "$work/loaded.jsonl" >"$work/few.jsonl"
    as_inserts "$work/few.jsonl" >"$work/few.sql"
    say "$turns turns of a load of $load_records records, and of $few INSERTs"
    for ((turn = 0; turn < turns; turn++)); do
        make_database copied
        take_time "$binary" load --quiet --config "$work/copied.yaml" "$work/loaded.jsonl"
        rate=$(compute "$load_records / $took" 0)
        copied+=("$rate")
        for kind in single together; do
            make_database inserted
            # The months are there.
            "$binary" load --quiet --config "$work/inserted.yaml" "$work/few.jsonl"
            "$programs/psql" --quiet --dbname inserted --command 'TRUNCATE audit_query.records'
            if [[ $kind == single ]]; then
                take_time "$programs/psql" --no-psqlrc --quiet --set ON_ERROR_STOP=1 --dbname inserted --file "$work/few.sql"
                single+=("$(compute "$few / $took" 0)")
                ratios+=("$(compute "$rate * $took / $few" 2)")
            else
                take_time "$programs/psql" --no-psqlrc --quiet --set ON_ERROR_STOP=1 --single-transaction --dbname inserted --file "$work/few.sql"
                together+=("$(compute "$few / $took" 0)")
            fi
        done
        printf 'load %d/s   single INSERTs %d/s   in one transaction %d/s\n' "$rate" "${single[-1]}" "${together[-1]}"
    done
    row "records loaded into PostgreSQL, $load_records of them" /s - "${copied[@]}"
    row '  single INSERTs of them, a transaction each' /s - "${single[@]}"
    row '  the same in one transaction' /s - "${together[@]}"
    row "a load's rate to that of single INSERTs" '' 'at least 5' "${ratios[@]}"
}

# One request at a time, as in miss; the same rows by libpq alone, and the same bytes by a bare responder, in turns.
measure_postgresql_misses() {
    local turn libpq bare before whole=() own=() inside=() alone=() processor=()
    prepare_postgresql_misses
    say "A miss: 100 records from PostgreSQL, an answer of $(wc -c <"$work/body") bytes"
    for ((turn = 0; turn < turns; turn++)); do
        libpq=$("$work/postgresql-rows" copied user-1@example.com 100 "$seconds")
        load same 1 "http://127.0.0.1:$miss_bare_port" get "$miss_path"
        bare=$done_median
        before=$(processor_time "$worker_process")
        load fresh 1 "http://127.0.0.1:$miss_port" "$miss_path" "$((round += 1))"
        processor+=("$(compute "($(processor_time "$worker_process") - $before) / $done_requests / 1000")")
        whole+=("$(compute "($done_median - $libpq) / 1000")")
        own+=("$(compute "($done_median - $libpq - $bare) / 1000")")
        inside+=("$(compute "($(stated_store_time) - $libpq) / 1000")")
        alone+=("$(compute "$libpq / 1000")")
        printf 'miss %5d µs   libpq alone %4d µs   bare C behind nginx %4d µs\n' "$done_median" "$libpq" "$bare"
    done
    row "a miss from PostgreSQL: nginx and worker over libpq's time for the rows" ms 'under 0.5' "${whole[@]}"
    row "  worker over libpq and bare C responder" ms - "${own[@]}"
    row "  Server-Timing's store over libpq's time" ms - "${inside[@]}"
    row "  libpq's own time" ms - "${alone[@]}"
    row "  worker's processor time" ms - "${processor[@]}"
}

prepare_postgresql_misses() {
    compile_peer postgresql-rows -I"$(pg_config --includedir)" -lpq
    take_port miss_port && take_port miss_bare_port
    start_worker postgresql "{ kind: postgresql, postgresql: { connection: \"host=$work dbname=copied user=owner\" } }"
    plain_nginx postgresql-nginx "$miss_port" "$work/postgresql.sock" "$miss_bare_port" "$work/postgresql-bare.sock"
    # All of it is in memory, and planned as it is.
    "$programs/psql" --quiet --dbname copied --command 'VACUUM ANALYZE audit_query.records'
    wait_for ask "http://127.0.0.1:$miss_port$miss_path&startDate=2000-01-01T00:00:00Z"
    (($(grep -o '"auditId"' "$work/body" | wc -l) == 100)) || fail 70 "the answer does not have 100 records"
    start_bare_responder postgresql-bare
}

# Many misses at once, over four workers with eight connections each, behind nginx as deployed.
measure_postgresql_flight() {
    local name whole sockets=() times=() seconds good bad lost=0
    take_port whole
    for name in postgresql-flight1 postgresql-flight2 postgresql-flight3 postgresql-flight4; do
        start_worker "$name" "{ kind: postgresql, postgresql: { connection: \"host=$work dbname=copied user=owner\", connections: 8 } }"
        sockets+=("$work/$name.sock")
    done
    whole_nginx postgresql-flight-nginx "$whole" "${sockets[@]}"
    wait_for ask "https://127.0.0.1:$whole/healthz"
    say "$in_flight misses at once from PostgreSQL, over 4 workers with 8 connections each"
    while read -r seconds good bad; do
        times+=("$seconds")
        lost=$((lost + bad))
        printf 'volley %s s   %d answered   %d refused or lost\n' "$seconds" "$good" "$bad"
    done < <(python3 "$root/Benchmarks/load/volley.py" "$whole" "$work/tls/ca.pem" "$key" "$miss_path" "$in_flight" "$turns")
    ((${#times[@]} == turns)) || fail 70 "the volleys broke off: see above"
    row "$in_flight misses at once from PostgreSQL, 4 workers of 8 connections: refused or lost" '' 'under 1' "$lost"
    row '  until the last answer' s - "${times[@]}"
}
