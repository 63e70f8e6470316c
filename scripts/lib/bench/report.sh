# shellcheck shell=bash
# What scripts/bench --write leaves: the figures of all parts, each of its last run, the tables and the picture made of them.
# shellcheck disable=SC2154 # scripts/bench and figures.sh set what is used here

figures=$root/Benchmarks/figures.tsv
budgets=$root/Benchmarks/budgets.tsv
document=$root/docs/performance.md

write_report() {
    keep_figures
    replace_between '<!-- scripts/bench --write: budgets -->' < <(budget_table)
    replace_between '<!-- scripts/bench --write: figures -->' < <(figure_table)
    draw_peers >"$root/docs/pictures/hits-per-second.svg"
    say "Written: ${document#"$root/"}, docs/pictures/hits-per-second.svg and ${figures#"$root/"}"
}

# The rows of other parts stay, in the order of the parts.
keep_figures() {
    local kept one
    kept=$(grep -v '^#' "$figures" 2>/dev/null || true)
    {
        printf '# Written by scripts/bench --write: what, median, least, most, turns, unit, promise, verdict, part, day.\n'
        for one in "${all_parts[@]}"; do
            if [[ " ${parts[*]} " == *" $one "* ]]; then
                printf '%s\n' "${rows[@]}"
            else
                printf '%s\n' "$kept"
            fi | awk -F '\t' -v part="$one" '$9 == part'
        done
    } >"$work/figures"
    cp "$work/figures" "$figures"
}

# Puts standard input in place of what stands in the document between a marker and the next end.
replace_between() {
    cat >"$work/insert"
    grep -qF "$1" "$document" || fail 70 "$document does not have the line $1"
    awk -v marker="$1" -v insert="$work/insert" '
        $0 == marker { print; while ((getline line < insert) > 0) print line; skipping = 1 }
        $0 == "<!-- end -->" { skipping = 0 }
        !skipping { print }' "$document" >"$work/document"
    cp "$work/document" "$document"
}

# awk functions for both tables: a row's range, and what became of its promise.
# shellcheck disable=SC2016 # awk's fields
in_words='
    function commas(number) {
        while (match(number, /^[0-9]+[0-9][0-9][0-9]($|[,.])/)) {
            match(number, /^[0-9]+/)
            number = substr(number, 1, RLENGTH - 3) "," substr(number, RLENGTH - 2)
        }
        return number
    }
    function measured() {
        return commas($2) ($6 == "" ? "" : ($6 ~ /^\// ? "" : " ") $6) ($5 > 1 ? " (" commas($3) " to " commas($4) ")" : "")
    }
    function promised() { return $7 == "-" ? "" : $7 ($6 == "" ? "" : " " $6) }
    function trimmed(text) { sub(/^ +/, "", text); return text }'

# A number as the tables have it: 1,000,000.
with_commas() {
    awk -v number="$1" "$in_words"' BEGIN { print commas(number) }'
}

# Each budget beside the row that measures it. The reason stands in the file of budgets, and is told where it is needed.
budget_table() {
    printf '%s cores (%s), Linux %s; each figure has its day in the second table. The last run began with a load average of %s.\n\n' \
        "$(nproc)" "$(awk -F ': ' '/^model name/ { print $2; exit }' /proc/cpuinfo)" "$(uname -r | grep -oE '^[0-9]+\.[0-9]+')" \
        "$load_before"
    awk -F '\t' "$in_words"'
        BEGIN { print "| budget | promised | measured | |\n| --- | --- | --- | --- |" }
        FILENAME != budgets && !/^#/ {
            key = $9 ":" trimmed($1); text[key] = measured(); promise[key] = promised(); verdict[key] = $8
        }
        FILENAME == budgets && !/^#/ && NF {
            key = $2 ":" $3
            if ($2 == "-") printf "| %s | %s | %s | |\n", $1, $3, $4
            else if (!(key in text)) printf "| %s | | not measured yet: `scripts/bench --write %s` | |\n", $1, $2
            else if (verdict[key] != "NOT KEPT") printf "| %s | %s | %s | %s |\n", $1, promise[key], text[key], verdict[key]
            else printf "| %s | %s | %s | **not kept**: %s |\n", $1, promise[key], text[key], $4 != "" ? $4 : "no reason known"
        }' budgets="$budgets" "$figures" "$budgets"
}

figure_table() {
    awk -F '\t' "$in_words"'
        BEGIN { print "| part, day | what | promised | median and range |\n| --- | --- | --- | --- |" }
        /^#/ { next }
        {
            name = $9 != part ? "`" $9 "` " $10 : ""; part = $9
            indent = $1 ~ /^    / ? "&emsp;&emsp;" : $1 ~ /^  / ? "&emsp;" : ""
            printf "| %s | %s%s | %s | %s%s |\n", name, indent, trimmed($1), promised(), measured(),
                $8 == "NOT KEPT" ? ", **not kept**" : ""
        }' "$figures"
}

# A bar for each peer, its median, with a line for its range.
draw_peers() {
    awk -F '\t' "$in_words"'
        $9 == "peers" && sub(/^hits per second of /, "", $1) {
            count++; name[count] = $1; median[count] = $2; least[count] = $3; greatest[count] = $4; day = $10
            if ($4 > most) most = $4
        }
        END {
            print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 760 " 60 + 36 * count "\"" \
                " font-family=\"Helvetica, Arial, sans-serif\" font-size=\"14\">"
            print "  <title>Cache hits per second behind the same nginx</title>"
            print "  <rect width=\"760\" height=\"" 60 + 36 * count "\" fill=\"#ffffff\"/>"
            print "  <text x=\"12\" y=\"26\" font-weight=\"bold\" fill=\"#1f2328\">Cache hits per second behind the same nginx</text>"
            for (number = 1; number <= count; number++) bar(38 + 36 * (number - 1))
            print "  <text x=\"12\" y=\"" 50 + 36 * count "\" font-size=\"12\" fill=\"#57606a\">Medians and ranges of scripts/bench peers, " \
                day "</text>"
            print "</svg>"
        }
        function bar(top,   scale) {
            scale = 400 / most
            printf "  <text x=\"12\" y=\"%d\" fill=\"#1f2328\">%s</text>\n", top + 19, name[number]
            printf "  <rect x=\"210\" y=\"%d\" width=\"%.0f\" height=\"26\" fill=\"%s\"/>\n", top, median[number] * scale,
                number == 1 ? "#0969da" : "#afb8c1"
            printf "  <path d=\"M%.0f %d H%.0f\" stroke=\"#1f2328\" stroke-width=\"2\"/>\n", 210 + least[number] * scale, top + 13,
                210 + greatest[number] * scale
            printf "  <text x=\"%.0f\" y=\"%d\" fill=\"#1f2328\">%s</text>\n", 218 + greatest[number] * scale, top + 18,
                commas(median[number])
        }' "$figures"
}
