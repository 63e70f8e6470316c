# shellcheck shell=bash
# A private PostgreSQL for scripts/run --store postgresql: in the state directory, on a socket there, without a network. The machine's own
# clusters are left alone. Its database `demo` has demo data, `data` what was loaded with --data.
# shellcheck disable=SC2154 # scripts/run sets binary, data, root and state

postgresql=''

# Sets programs: the folder of the latest PostgreSQL that Debian's packages have installed.
find_postgresql() {
    programs=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
    [[ -x $programs/initdb ]] || fail 69 "there is no /usr/lib/postgresql/VERSION/bin/initdb: install Debian's package postgresql"
}

# In front of a program that refuses to be root's: it is somebody else then, who has root's files and nothing besides.
unprivileged=()
((EUID != 0)) || unprivileged=(unshare --user --map-user=1000 --map-group=1000 --)

# Asks the database of a name.
psql_query() {
    "$programs/psql" --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --host "$state" --username owner \
        --dbname "$1" "${@:2}" 2>"$state/log/psql.log"
}

# Runs a statement that says nothing.
psql_do() { psql_query "$1" --command "$2" >/dev/null || fail 69 "PostgreSQL refuses $2: $(last_line psql)"; }

# Waits for a server that ends: that of a scripts/run that was killed.
wait_for_the_last() {
    local file=$1/postmaster.pid deadline=$((SECONDS + 30)) process
    # The file may be of a server that was killed, and the number somebody else's by now.
    while process=$(head -n 1 "$file" 2>/dev/null) && [[ $process =~ ^[0-9]+$ ]] &&
        [[ $(tr '\0' ' ' <"/proc/$process/cmdline" 2>/dev/null) == *" -D $1 "* ]]; do
        ((SECONDS < deadline)) || fail 75 "the PostgreSQL of an earlier scripts/run still runs: end process $process, or choose another --state"
        sleep 0.1
    done
}

start_postgresql() {
    local folder=$state/postgresql
    find_postgresql
    if [[ ! -s $folder/PG_VERSION ]]; then
        # Whole or not at all, wherever it is stopped.
        rm -rf -- "$folder" "$folder.new"
        run_step "${unprivileged[@]}" "$programs/initdb" --pgdata="$folder.new" --username=owner --auth=trust --encoding=UTF8 \
            --locale=C.UTF-8 >"$state/log/initdb.log" 2>&1 || fail 69 "initdb failed: $(last_line initdb)"
        mv -- "$folder.new" "$folder"
    fi
    [[ $programs == */$(<"$folder/PG_VERSION")/bin ]] ||
        fail 69 "$folder is of PostgreSQL $(<"$folder/PG_VERSION"), and $programs is not: choose another --state, or move its records"
    wait_for_the_last "$folder"
    # It lives no longer than this script, however that ends; INT ends it without waiting for whoever is connected. A shell has what
    # it starts in the background ignore INT: so would a server do that is just starting, and live on.
    "${unprivileged[@]}" env --default-signal=INT setsid setpriv --pdeathsig INT -- "$programs/postgres" -D "$folder" -c listen_addresses= \
        -c "unix_socket_directories=$state" -c unix_socket_permissions=0700 -c logging_collector=off \
        </dev/null >"$state/log/postgresql.log" 2>&1 9>&- &
    postgresql=$!
    # Not among the jobs that end first: who still reads is answered.
    disown "$postgresql"
    wait_until "PostgreSQL did not answer" "$programs/pg_isready" --quiet --host "$state" --dbname postgres --username owner
}

# Ends it in order, or after 20 s as a lost power supply does.
stop_postgresql() {
    local deadline=$((SECONDS + 20))
    [[ -n $postgresql ]] || return 0
    kill -s INT "$postgresql" 2>/dev/null || true
    while kill -0 "$postgresql" 2>/dev/null; do
        ((SECONDS < deadline)) || kill -s QUIT "$postgresql" 2>/dev/null || true
        sleep 0.05
    done
}

# How a role reaches a database, as libpq reads it: the path in quotes, for it may have blanks and quotes itself.
database_of() { printf %s "host='${state//\'/\\\'}' dbname=$1 user=$2"; }

has_database() { [[ -n $(psql_query postgres --command "SELECT 1 FROM pg_database WHERE datname = '$1'") ]]; }

# Makes a database with schema and roles; what there is of them stays.
make_database() {
    local role
    has_database "$1" || psql_do postgres "CREATE DATABASE $1"
    "$binary" table create --sql | psql_query "$1" >/dev/null || fail 69 "the schema could not be made: $(last_line psql)"
    for role in reader writer; do
        psql_do "$1" "DO \$\$ BEGIN CREATE ROLE $role LOGIN IN ROLE audit_query_$role; EXCEPTION WHEN duplicate_object THEN END \$\$"
    done
}

# Loads what was asked for; or demo data, where there is none. What is only demo data of another week is made anew.
fill_postgresql() {
    local week demo=$state/demo.ndjson
    if ((${#data[@]} > 0)); then
        make_database data
        load_postgresql data "${data[@]}"
        return
    fi
    week=$(date -u +%G-%V)
    if has_database demo; then
        make_database demo
        holds_other_weeks_demo_data "$week" || return 0
    fi
    # Under another name until it is whole: what is there is demo data, all of it, or nothing, wherever this is stopped.
    psql_do postgres 'DROP DATABASE IF EXISTS demo_unfinished'
    make_database demo_unfinished
    "$binary" demo-data --records 20000 --seed 1 --until "$(date -u -d yesterday +%F)" >"$demo"
    load_postgresql demo_unfinished "$demo"
    rm -f -- "$demo"
    psql_do postgres "COMMENT ON DATABASE demo_unfinished IS 'demo data of $week: $(arrived demo_unfinished)'"
    psql_do postgres 'DROP DATABASE IF EXISTS demo'
    psql_do postgres 'ALTER DATABASE demo_unfinished RENAME TO demo'
}

load_postgresql() { AUDIT_QUERY_STORE_POSTGRESQL_CONNECTION=$(database_of "$1" writer) load_files "${@:2}"; }

# How many records were ever written to a database.
arrived() { psql_query "$1" --command 'SELECT last FROM audit_query.arrival'; }

# Whether nothing was written since this script put demo data there, in another week.
holds_other_weeks_demo_data() {
    local comment
    comment=$(psql_query postgres --command "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = 'demo'")
    [[ $comment == "demo data of "*": $(arrived demo)" && $comment != *" $1: "* ]]
}
