# shellcheck shell=bash
# The figures of scripts/bench: a row for each, its median and range, beside what is promised of it.

# One row a line, its fields separated by tabs: what, median, least, most, count, unit, promise, verdict, part, day.
rows=()

# Notes what was measured, in all turns. A promise is "at least 0.95" or "under 0.3"; none is "-".
row() {
    local what=$1 unit=$2 promise=$3
    shift 3
    rows+=("$(printf '%s\n' "$@" | sort -g | awk -v what="$what" -v unit="$unit" -v promise="$promise" \
        -v part="$part" -v day="$(date -u +%F)" '
        { value[NR] = $1 }
        END {
            median = value[int((NR + 1) / 2)]
            split(promise, words, " ")
            bound = words[length(words)]
            kept = promise ~ /^at least/ ? median >= bound : median < bound
            verdict = promise == "-" ? "-" : kept ? "kept" : "NOT KEPT"
            printf "%s\t%s\t%s\t%s\t%d\t%s\t%s\t%s\t", what, median, value[1], value[NR], NR, unit, promise, verdict
            printf "%s\t%s\n", part, day
        }')")
}

print_table() {
    printf '%s\n' "${rows[@]}" | awk -F '\t' '
        BEGIN { printf "\n%-58s %10s  %-20s %-6s %-15s %s\n", "what", "median", "range", "unit", "promised", "" }
        { printf "%-58s %10s  %-20s %-6s %-15s %s\n", $1, $2, ($5 > 1 ? $3 " to " $4 : ""), $6, $7, $8 }' |
        sed 's/ *$//'
}

# The rows as a JSON array. No field has a quotation mark.
print_json() {
    printf '%s\n' "${rows[@]}" | awk -F '\t' '
        BEGIN { printf "[" }
        {
            printf "%s\n  {\"what\": \"%s\", \"median\": %s, \"least\": %s, \"most\": %s, \"turns\": %d, ", (NR > 1 ? "," : ""),
                $1, $2, $3, $4, $5
            printf "\"unit\": \"%s\", \"promised\": \"%s\", \"verdict\": \"%s\"}", $6, $7, $8
        }
        END { print "\n]" }'
}

# What awk makes of an expression of numbers.
compute() {
    awk "BEGIN { printf \"%.${2:-3}f\", $1 }"
}
