# shellcheck shell=bash
# What scripts/run puts into the store, and what it leaves alone
# ([decision 48](docs/decisions/0048-scripts-run-takes-no-record-away.md)).
# shellcheck disable=SC2154 # scripts/run sets binary, config, data, environment, state and store

half_filled=''

# Loads what was asked for; or demo data, into a store that does not exist and is not prod's.
fill_store() {
    local week demo=$state/demo.ndjson
    week=$(date -u +%G-%V)
    if ((${#data[@]} > 0)); then
        load_files "${data[@]}"
        return
    fi
    if [[ $environment != prod ]] && holds_demo_data && [[ $(<"$state/demo") != "$week "* ]]; then
        rm -f -- "$store"{,-wal,-shm}
    fi
    if [[ -z $store || -e $store ]]; then
        holds_demo_data || say "Serving what is in ${store:-the configured table}. For demo data: scripts/run --state OTHER"
    elif [[ $environment == prod ]]; then
        fail 78 "$store does not exist, and demo data is not for environment prod: load records with --data"
    else
        # Of the 30 days until yesterday: none is from the future, and a query without dates finds them.
        "$binary" demo-data --records 20000 --seed 1 --until "$(date -u -d yesterday +%F)" >"$demo"
        load_files "$demo"
        rm -f -- "$demo"
        printf '%s %s\n' "$week" "$(fingerprint)" >"$state/demo"
    fi
}

# Whether the store is as this script left it when it had put demo data there.
holds_demo_data() { [[ -n $store && -e $store && -f $state/demo && $(<"$state/demo") == *" $(fingerprint)" ]]; }

# What changes when anything is written to the store.
fingerprint() { stat --format='%n %i %s %y' -- "$store" "$store-wal" 2>/dev/null | tr '\n' ' '; }

# Loads files. A store that is made by this is taken away again unless it gets all of them, and a record.
load_files() {
    local status=0
    say "Loading $*"
    [[ -z $store || -e $store ]] || half_filled=$store
    run_step "$binary" load --config "$config" -- "$@" >"$state/log/load.log" || status=$?
    # 1: some lines were no records. They are listed, and the rest is loaded.
    ((status <= 1)) || fail "$status" "loading failed: see above"
    [[ $(<"$state/log/load.log") != 0\ * ]] || fail 65 "there is no record in $*: README.md shows the shape of a line"
    say "$(<"$state/log/load.log")"
    half_filled=''
    # Somebody to ask about in the example: of the first file, where that is NDJSON or CloudTrail's.
    gzip -dcf -- "$(first_file "$1")" 2>/dev/null | head -n 200 |
        jq -rR 'fromjson? | objects | .userId, .Records[]?.userIdentity.arn | strings' 2>/dev/null |
        sort -u >"$state/example-users" || true
}

# A file itself, or the first of those in a folder.
first_file() { find "$1" -name .\* -prune -o -name CloudTrail-Digest -prune -o -type f -print 2>/dev/null | LC_ALL=C sort | head -n 1; }

remove_half_filled() {
    [[ -z $half_filled ]] || rm -f -- "$half_filled"{,-wal,-shm}
}
