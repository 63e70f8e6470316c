# shellcheck shell=bash
# How fast days are sealed, and a store and an export verified against their seals, beside sha256sum over the same records as lines.
# shellcheck disable=SC2034,SC2154 # scripts/bench and setting.sh set what is used here, and use what is set here

bench_seal() {
    local turn name
    local -A rates=([seal]='' [store]='' [export]='' [sha256sum]='')
    fill_exported
    printf 'seal: { enabled: true, origin: bench, key-file: "%s", folder: "%s" }\n' "$work/bench.key" "$work/seals" >"$work/seal.part"
    cat "$work/exported.yaml" "$work/seal.part" >"$work/seal.yaml"
    "$binary" seal key --config "$work/seal.yaml" >/dev/null
    say "$turns turns of seals of $load_records records, of verifying them and an export of them, and of sha256sum over it, in processor time"
    for ((turn = 0; turn < turns; turn++)); do
        rm -rf "$work/seals" "$work/sealed"
        note_rate seal "$binary" seal --config "$work/seal.yaml"
        note_rate store "$binary" verify --config "$work/seal.yaml"
        "$binary" export --config "$work/seal.yaml" --from 2023-12 --to 2024-01 --output "$work/sealed/records.ndjson" >/dev/null 2>>"$work/log"
        note_rate export "$binary" verify --export "$work/sealed" --public-key "$work/bench.key.pub"
        note_rate sha256sum sha256sum "$work/sealed/records.ndjson"
    done
    for name in seal store export; do
        # shellcheck disable=SC2086 # numbers
        row "records of a core: ${name/#seal/sealed}" /s 'at least 300000' ${rates[$name]}
    done
    # shellcheck disable=SC2086 # numbers
    row '  sha256sum over them as NDJSON' /s - ${rates[sha256sum]}
}

note_rate() {
    local name=$1
    shift
    measure - "$@"
    rates[$name]+=" $(compute "$load_records / $used_seconds" 0)"
}
