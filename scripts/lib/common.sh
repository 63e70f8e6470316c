# shellcheck shell=bash
# What scripts/run and scripts/test share: messages, long steps, and the end of everything started.

# The script's name in its messages, e.g. scripts/run.
program="scripts/$(basename "$0")"

# Starts the script again if it could not be stopped with Ctrl-C or kill. Some programs start others with signals blocked
# (Swift's Process does), a script starts what it puts in the background with INT ignored, and then no trap would ever
# run. bash cannot change either; perl, which every Debian has, can. HUP may be ignored on purpose (nohup).
take_signals() {
    local name value unwanted
    while read -r name value; do
        # Bits of HUP (1), INT (2) and TERM (15).
        case $name in
            SigBlk:) unwanted=4003 ;;
            SigIgn:) unwanted=4002 ;;
            *) continue ;;
        esac
        if ((16#${value: -4} & 16#$unwanted)) && command -v perl >/dev/null; then
            # shellcheck disable=SC2016
            exec perl -MPOSIX -e 'sigprocmask(SIG_SETMASK, POSIX::SigSet->new); @SIG{"INT", "TERM"} = ("DEFAULT") x 2;
                exec @ARGV' "$BASH" "$0" "$@"
        fi
    done </proc/self/status
}

# Says what happens now. A reader that has gone is no reason to end.
say() {
    printf '%s\n' "$*" 2>/dev/null || true
}

# Says on one line what is wrong and what to do about it, and ends with a status.
fail() {
    local status=$1
    shift
    printf '%s: %s\n' "$program" "$*" >&2
    exit "$status"
}

# Makes a folder for what this run needs, named for the script, in work. It goes when the script ends, with all that was started.
work=''
make_work() {
    work=$(mktemp -d "${TMPDIR:-/tmp}/audit-query-$(basename "$0").XXXXXX")
    trap 'trap "" INT TERM HUP; end_jobs 5; rm -rf -- "$work"' EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

# Runs a command that takes long. In the background, because bash acts on a signal only once a command in
# the foreground has ended; in a session of its own, so that end_jobs finds all of its processes; without
# the lock (descriptor 9), which would outlive this script with it.
run_step() {
    setsid "$@" 9>&- &
    wait $!
}

# Ends all background jobs and the sessions that they lead, as well as the sessions of processes that have
# ended already, if any are named: in order if they do so within some seconds. Returns when they are gone.
end_jobs() {
    local deadline=$((SECONDS + $1)) leaders processes
    shift
    mapfile -t leaders < <(jobs -p)
    leaders+=("$@")
    mapfile -t processes < <(living "${leaders[@]}")
    kill -TERM "${processes[@]}" 2>/dev/null || true
    while ((${#processes[@]} > 0 && SECONDS < deadline)); do
        sleep 0.05
        mapfile -t processes < <(living "${leaders[@]}")
    done
    kill -KILL "${processes[@]}" 2>/dev/null || true
}

# Those of these processes that are alive, and all others of the sessions that they lead, one a line.
living() {
    local wanted=" $* " file text fields
    for file in /proc/[0-9]*/stat; do
        # It may be gone by now, or go while it is read: after $(<FILE), that ends the whole function, and with it the list.
        # The name in parentheses may hold anything.
        text=''
        { read -r -d '' text <"$file" || [[ -n $text ]]; } 2>/dev/null || continue
        read -ra fields <<<"${text##*) }"
        [[ ${fields[0]} != Z ]] || continue
        if [[ $wanted == *" ${text%% *} "* || $wanted == *" ${fields[3]} "* ]]; then
            printf '%s\n' "${text%% *}"
        fi
    done
}
