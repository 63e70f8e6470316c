# shellcheck shell=bash
# A DynamoDB page of real records to an answer, beside Foundation's JSONDecoder.
# shellcheck disable=SC2154 # scripts/bench and setting.sh set what is used here

bench_transcoding() {
    local turn data=$work/page.ndjson real=$root/../shared/data/cloudtrail.ndjson.gz read=() written=() ratios=()
    if [[ -e $real ]]; then
        gzip --decompress --stdout "$real" >"$data"
        say "Transcoding a page of real records"
    else
        "$binary" demo-data --records 4000 >"$data"
        say "Transcoding a page of demo-data: ../shared/data is not here"
    fi
    for ((turn = 0; turn < turns; turn++)); do
        "$transcoding_bench" "$data" >"$work/transcoding"
        read+=("$(awk '/^QueryAnswer  / { print $2 }' "$work/transcoding")")
        written+=("$(awk '/^QueryAnswer, / { print $6 }' "$work/transcoding")")
        ratios+=("$(awk '/^JSONDecoder.s time/ { print $NF }' "$work/transcoding")")
    done
    cat "$work/transcoding"
    row 'transcoding a 1 MB page, a core' MB/s 'at least 300' "${read[@]}"
    row '  and writing the answer' MB/s - "${written[@]}"
    row "  JSONDecoder's time over it" '' 'at least 20' "${ratios[@]}"
}
