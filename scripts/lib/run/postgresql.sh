# shellcheck shell=bash
# A private PostgreSQL for scripts/run --store postgresql: in the state directory, on a socket there, without a network. The machine's own
# clusters are left alone.
# shellcheck disable=SC2154 # scripts/run sets binary, config, data, environment, root and state

postgresql=''

# Sets programs: the folder of the latest PostgreSQL that Debian's packages have installed.
find_postgresql() {
    programs=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
    [[ -x $programs/initdb ]] || fail 69 "there is no /usr/lib/postgresql/VERSION/bin/initdb: install Debian's package postgresql"
}

# In front of a program that refuses to be root's: it is somebody else then, who has root's files and nothing besides.
unprivileged=()
((EUID != 0)) || unprivileged=(unshare --user --map-user=1000 --map-group=1000 --)

psql_query() { "$programs/psql" --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --host "$state" --username owner "$@"; }

# Starts it, and makes its database, schema and roles. Sets reader and writer: how workers and loads reach it.
start_postgresql() {
    local role folder=$state/postgresql
    find_postgresql
    if [[ ! -s $folder/PG_VERSION ]]; then
        rm -rf -- "$folder"
        "${unprivileged[@]}" "$programs/initdb" --pgdata="$folder" --username=owner --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
            >"$state/log/initdb.log" 2>&1 || fail 69 "initdb failed: $(last_line initdb)"
    fi
    [[ $programs == */$(<"$folder/PG_VERSION")/bin ]] ||
        fail 69 "$folder is of PostgreSQL $(<"$folder/PG_VERSION"), and $programs is not: choose another --state, or move its records"
    # It lives no longer than this script, however that ends; INT ends it without waiting for whoever is connected.
    "${unprivileged[@]}" setsid setpriv --pdeathsig INT -- "$programs/postgres" -D "$folder" -c listen_addresses= \
        -c "unix_socket_directories=$state" -c unix_socket_permissions=0700 -c logging_collector=off \
        </dev/null >"$state/log/postgresql.log" 2>&1 9>&- &
    postgresql=$!
    wait_until "PostgreSQL did not answer" "$programs/pg_isready" --quiet --host "$state" --dbname postgres --username owner
    [[ -n $(psql_query --dbname postgres --command "SELECT 1 FROM pg_database WHERE datname = 'audit'") ]] ||
        psql_query --dbname postgres --command 'CREATE DATABASE audit' 2>"$state/log/psql.log" ||
        fail 69 "the database could not be made: $(last_line psql)"
    "$binary" table create --sql | psql_query --dbname audit >/dev/null 2>"$state/log/psql.log" ||
        fail 69 "the schema could not be made: $(last_line psql)"
    for role in reader writer; do
        [[ -n $(psql_query --dbname audit --command "SELECT 1 FROM pg_roles WHERE rolname = '$role'") ]] ||
            psql_query --dbname audit --command "CREATE ROLE $role LOGIN IN ROLE audit_query_$role" 2>"$state/log/psql.log" ||
            fail 69 "the role $role could not be made: $(last_line psql)"
    done
    # shellcheck disable=SC2034 # scripts/run writes it into the configuration
    reader="host=$state dbname=audit user=reader" writer="host=$state dbname=audit user=writer"
}

stop_postgresql() {
    [[ -n $postgresql ]] || return 0
    kill -s INT "$postgresql" 2>/dev/null || true
    wait "$postgresql" 2>/dev/null || true
}

# Loads what was asked for; or demo data, where there is no record. What is only demo data of another week is made anew.
fill_postgresql() {
    local week last demo=$state/demo.ndjson
    week=$(date -u +%G-%V)
    if ((${#data[@]} == 0)); then
        last=$(psql_query --dbname audit --command 'SELECT last FROM audit_query.arrival')
        if [[ -f $state/demo-postgresql && $(<"$state/demo-postgresql") == *" $last" && $(<"$state/demo-postgresql") != "$week "* ]]; then
            psql_query --dbname audit --command 'TRUNCATE audit_query.records; UPDATE audit_query.arrival SET last = 0'
            last=0
        fi
        ((last == 0)) || return 0
        "$binary" demo-data --records 20000 --seed 1 --until "$(date -u -d yesterday +%F)" >"$demo"
    fi
    AUDIT_QUERY_STORE_POSTGRESQL_CONNECTION=$writer load_files "${data[@]:-$demo}"
    ((${#data[@]} > 0)) || printf '%s %s\n' "$week" "$(psql_query --dbname audit --command 'SELECT last FROM audit_query.arrival')" \
        >"$state/demo-postgresql"
    rm -f -- "$demo"
}
