import Foundation
import TestSupport

/// A machine in a folder, for `pool` and `setup`: real files on a disk of its own, the real nginx to judge its site, the real
/// systemctl for what is enabled. What runs is written down by a stand-in, for systemd itself cannot be started here.
final class PoolMachine {
    let place: Workplace
    private let disk: MountNamespace
    var root: String { place.folder.file("root") }

    /// A machine on which nothing is set up yet.
    init() throws {
        place = try Workplace()
        for folder in ["bin", "state/units", "run/systemd/system", "temporary"] {
            try FileManager.default.createDirectory(
                atPath: place.folder.file(folder), withIntermediateDirectories: true)
        }
        try place.folder.write(Self.systemctl, to: "bin/systemctl", mode: 0o700)
        try place.folder.write(Self.tree, to: "tree", mode: 0o700)
        let certificate = try place.run(["\(Place.package)/nginx/certificate", place.folder.file("tls")])
        guard certificate.status == 0 else { throw Failure("nginx/certificate: \(certificate)") }
        disk = try MountNamespace(place: place, folder: "root", size: "16m")
        let made = try inside(["bash", place.folder.file("tree"), root, Place.package, place.folder.path])
        guard made.status == 0 else { throw Failure("the machine's tree: \(made)") }
    }

    func remove() {
        disk.end()
        place.remove()
    }

    /// Runs a program that sees the machine's disk.
    private func inside(_ words: [String]) throws -> Workplace.Outcome {
        try place.run(disk.prefix + words)
    }

    /// The words that run `audit-query` on the machine.
    func words(_ arguments: [String], _ variables: [String: String]) -> [String] {
        let own = [
            "PATH": "\(place.folder.file("bin")):\(Place.searchPath)", "MACHINE": root,
            "STATE": place.folder.file("state"),
            "AUDIT_QUERY_STORE_SQLITE_PATH": "\(root)/var/lib/audit-query/audit.db",
            "AUDIT_QUERY_KEYS_FILE": "\(root)/etc/audit-query/keys.json",
            "AUDIT_QUERY_CURSOR_SECRET_FILE": place.folder.file("cursor.secret"),
        ].merging(variables) { $1 }
        return disk.prefix + ["env"] + own.map { "\($0.key)=\($0.value)" } + [Place.program] + arguments
            + ["--root", root]
    }

    /// Runs `audit-query` on the machine. `FAIL_AT=3` has the third change of systemd's fail half done, `FAIL_FROM=3` that one
    /// and all after it. Its output goes where a shell's redirection says.
    func command(
        _ arguments: [String], _ variables: [String: String] = [:], redirecting: String = ""
    ) throws -> Workplace.Outcome {
        try? FileManager.default.removeItem(atPath: place.folder.file("state/calls"))
        return try place.run(["sh", "-c", "exec \"$@\" \(redirecting)", "sh"] + words(arguments, variables))
    }

    /// The same, when nothing else than success will do.
    @discardableResult
    func must(_ arguments: String...) throws -> Workplace.Outcome {
        let outcome = try command(arguments)
        guard outcome.status == 0 else { throw Failure("\(arguments): \(outcome)") }
        return outcome
    }

    /// How many changes of systemd's the last command asked for.
    var callCount: Int { place.folder.text("state/calls").split(separator: "\n").count }

    /// Everything that `pool` and `setup` may change: files with their modes and contents, links, units that run, and what
    /// systemd and nginx have read. Not the bytes of a store: opening it moves its log into it; and no folder without
    /// links, which systemctl leaves where there is room for nothing more.
    func snapshot() throws -> String {
        let look = """
            cd "$1" && find . ! -name '*.lock' ! \\( -name '*.wants' -empty \\) -printf '%p %y %m %l\\n' | sort
            find . -type f ! -name '*.lock' ! -name 'audit.db*' -exec sha256sum {} + | sort -k 2
            cd "$2" && ls units && find . -name 'loaded-*' -exec sha256sum {} + | sort -k 2
            """
        return try inside(["bash", "-c", look, "look", root, place.folder.file("state")]).output
    }

    /// A file of the machine's; nil when it is not there.
    func file(_ path: String) throws -> String? {
        let outcome = try inside(["cat", "\(root)\(path)"])
        return outcome.status == 0 ? outcome.output : nil
    }

    func write(_ text: String, to path: String) throws {
        let outcome = try inside(["sh", "-c", "printf %s \"$1\" >\"$2\"", "sh", text, "\(root)\(path)"])
        guard outcome.status == 0 else { throw Failure("\(path): \(outcome)") }
    }

    /// The numbers of the workers that run.
    var running: [Int] {
        let names =
            (try? FileManager.default.contentsOfDirectory(atPath: place.folder.file("state/units"))) ?? []
        return names.compactMap { name in
            name.hasPrefix("audit-query@") && name.hasSuffix(".service")
                ? Int(name.dropFirst("audit-query@".count).dropLast(".service".count)) : nil
        }.sorted()
    }

    /// Leaves the disk only so much room: `nr_blocks` of 4096 bytes, or `nr_inodes`.
    func leave(_ count: Int, _ what: String) throws {
        let look = what == "nr_blocks" ? "%b %f" : "%c %d"
        let figures = try inside(["stat", "--file-system", "--format=\(look)", root]).output
            .split { $0.isWhitespace }.compactMap { Int($0) }
        guard figures.count == 2 else { throw Failure("no figures of the disk: \(figures)") }
        try size(figures[0] - figures[1] + count, what)
    }

    /// Gives the disk its room again.
    func leaveEnough() throws {
        try size(4096, "nr_blocks")
        try size(100_000, "nr_inodes")
    }

    private func size(_ count: Int, _ what: String) throws {
        let outcome = try inside(["mount", "-o", "remount,\(what)=\(count)", root])
        guard outcome.status == 0 else { throw Failure("remount: \(outcome)") }
    }

    /// The machine's files: its root, the sources, the workplace.
    private static let tree = #"""
        set -e
        cd "$1"
        mkdir -p etc/audit-query etc/nginx/sites-available etc/nginx/sites-enabled etc/nginx/conf.d \
            etc/systemd/system usr/lib/audit-query usr/lib/systemd/system var/lib/audit-query
        # Neither sockets nor scratch files count.
        ln -s "$3/run" run
        ln -s "$2/nginx" usr/lib/audit-query/nginx
        cp "$2/debian/audit-query.yaml" usr/lib/audit-query/
        cp "$2"/systemd/audit-query* usr/lib/systemd/system/
        cp "$2"/nginx/allowed-origins.map "$2"/nginx/console.map "$2"/nginx/trace-sources.geo etc/audit-query/
        cat >etc/nginx/nginx.conf <<END
        pid $3/temporary/nginx.pid;
        events { }
        http {
            client_body_temp_path $3/temporary/body; proxy_temp_path $3/temporary/proxy;
            fastcgi_temp_path $3/temporary/fastcgi; uwsgi_temp_path $3/temporary/uwsgi; scgi_temp_path $3/temporary/scgi;
            access_log off;
            include $1/etc/nginx/sites-enabled/*;
        }
        END
        """#

    /// Takes systemctl's place: FAIL_AT, FAIL_FROM and HOLD_AT count the calls that change something.
    private static let systemctl = #"""
        #!/usr/bin/env bash
        verb=$1 now=no words=()
        shift
        for word; do
            case $word in
                --now) now=yes ;;
                --*) ;;
                *) words+=("$word") ;;
            esac
        done
        real() { PATH=${PATH#*:} systemctl --root="$MACHINE" --quiet "$@"; }
        case $verb in
            is-active)
                status=0
                for unit in "${words[@]}"; do
                    if [[ -e $STATE/units/$unit ]]; then echo active; else echo inactive && status=3; fi
                done
                exit "$status"
                ;;
            is-enabled) real is-enabled "${words[@]}"; exit ;;
            show) [[ $* != *MainPID* ]] || echo 0; exit ;;
            reset-failed | list-units) exit 0 ;;
        esac
        echo "$verb ${words[*]}" >>"$STATE/calls"
        count=$(wc -l <"$STATE/calls") fails=no
        if ((count == ${FAIL_AT:-0} || count >= ${FAIL_FROM:-1000})); then
            fails=yes words=("${words[@]:0:1}")
        fi
        if ((count == ${HOLD_AT:-0})); then
            touch "$STATE/held"
            for ((tries = 0; tries < 3000; tries++)); do
                [[ ! -e $STATE/go ]] || break
                sleep 0.01
            done
        fi
        loaded() { if [[ -e $1 ]]; then cp "$1" "$STATE/loaded-$2"; else rm -f "$STATE/loaded-$2"; fi; }
        status=0
        case $verb in
            start | restart) for unit in "${words[@]}"; do touch "$STATE/units/$unit"; done ;;
            stop) for unit in "${words[@]}"; do rm -f "$STATE/units/$unit"; done ;;
            enable | disable)
                real "$verb" "${words[@]}" || status=1
                [[ $now == no ]] || for unit in "${words[@]}"; do rm -f "$STATE/units/$unit"; done
                ;;
            daemon-reload) loaded "$MACHINE/etc/systemd/system/audit-query@.service.d/memory.conf" memory ;;
            reload-or-restart) loaded "$MACHINE/etc/nginx/sites-enabled/audit-query" site ;;
            *) echo "stand-in: there is no $verb" >&2; exit 64 ;;
        esac
        [[ $fails == no ]] || { echo "stand-in: told to fail" >&2; exit 1; }
        exit "$status"
        """#
}

/// Runs `body` with a new machine, which is gone afterwards.
func withPoolMachine(_ body: (PoolMachine) throws -> Void) throws {
    let machine = try PoolMachine()
    defer { machine.remove() }
    try body(machine)
}
