import Foundation
import Glibc
import TestSupport
import Testing

/// A disk is full for a while, beneath a loader or a forwarder, both of which are started again whenever they end, as systemd does, and
/// killed while it is: then there is room, and all that was written meanwhile is delivered, in the order in which it came.
///
/// Once for each of what may lie on it, and again for a tenth of AUDIT_QUERY_KILLS_SECONDS: `scripts/soak --forward`.
@Suite(
    .live, .logsOnFailure,
    .enabled(if: MountNamespace.isPermitted, "mount namespaces are not permitted"))
struct FullDiskTests {
    private static let seconds =
        ProcessInfo.processInfo.environment["AUDIT_QUERY_KILLS_SECONDS"].flatMap(Int.init) ?? 0

    @Test(arguments: FullDisk.Part.allCases)
    private func `what was written while a disk was full is delivered when it has room again`(
        _ full: FullDisk.Part
    ) throws {
        try withWorkplace { place in
            let disk = try FullDisk(place, full)
            defer { disk.end() }
            let end = ContinuousClock.now + .seconds(Self.seconds) / 10 / FullDisk.Part.allCases.count
            // So many that all of it has room.
            for turn in 0..<50 where turn == 0 || ContinuousClock.now < end { try disk.turn() }
            try disk.check()
        }
    }
}

/// A loader that follows a log, and a forwarder to a file, one of whose files lies on a small disk.
private final class FullDisk {
    /// What lies on it.
    enum Part: String, CaseIterable {
        case store = "audit.db"
        case loaded, forwarded, delivered
    }

    /// A program that is started again whenever it ends.
    private final class Service {
        let name: String
        let arguments: [String]
        var process: ChildProcess?
        var starts = 0

        init(_ name: String, _ arguments: [String]) { (self.name, self.arguments) = (name, arguments) }
    }

    private let place: Workplace
    private let full: Part
    private let disk: MountNamespace
    private let log: FileHandle
    private var services: [Service] = []
    private var written = 0

    init(_ place: Workplace, _ full: Part) throws {
        (self.place, self.full) = (place, full)
        disk = try MountNamespace(place: place, folder: "disk", size: "32m")
        try place.folder.write("", to: "log")
        log = try #require(FileHandle(forWritingAtPath: place.folder.file("log")))
        let configuration = ["--config", place.folder.file("audit-query.yaml")]
        let store = ["env", "AUDIT_QUERY_STORE_SQLITE_PATH=\(path(.store))", Place.program]
        // There is a store before the forwarder looks for its end.
        let first = try place.run(disk.prefix + store + ["load", place.folder.file("log")] + configuration)
        try require(first.status == 0, "load: \(first)")
        services = [
            Service(
                "loader",
                store + ["load", place.folder.file("log"), "--follow", "--checkpoint", path(.loaded)]
                    + configuration),
            Service(
                "forwarder",
                store + [
                    "forward", "--to", "file:\(path(.delivered))", "--checkpoint", path(.forwarded),
                    "--begin", "start",
                ] + configuration),
        ]
    }

    func end() {
        for service in services { service.process?.destroy() }
        disk.end()
    }

    /// All goes well, the disk is full, and it has room again.
    func turn() throws {
        write(300)
        try supervise("all of it is delivered before the disk is full") { Set(delivered).count >= written }
        let filler = place.folder.file("disk/filler")
        let filled = try place.run(disk.prefix + ["sh", "-c", "cat /dev/zero >\"$1\"", "sh", filler])
        try require(filled.status != 0, "the disk takes whatever is written: \(filled)")
        let before = complaints
        try supervise("somebody is told that the disk is full") {
            if written - Set(delivered).count < 500 { write(50) }
            return complaints > before
        }
        try kill()
        write(100)
        // Who was killed tries again: what it writes down too early is so when it says that there is no room.
        let told = complaints
        try supervise("somebody is told so again") { complaints > told }
        try kill()
        try require(place.run(disk.prefix + ["rm", filler]).status == 0, "the disk has room again")
        try supervise("all of it is delivered when the disk has room again") {
            Set(delivered).count >= written
        }
    }

    /// Whether the far end has all, each after what came before it in the store.
    func check() throws {
        for service in services {
            service.process?.signal(SIGTERM)
            _ = try service.process?.wait()
        }
        var seen = Set<Int>()
        let order = delivered.filter { seen.insert($0).inserted }
        try require(seen == Set(0..<written), "\(written) were written, and \(seen.count) delivered")
        let command = [
            "env", "AUDIT_QUERY_STORE_SQLITE_PATH=\(path(.store))", Place.program, "follow", "--after",
            "start",
            "--until-now", "--json", "--config", place.folder.file("audit-query.yaml"),
        ]
        let stored = try place.run(disk.prefix + command)
        try require(stored.status == 0, "follow: \(stored.error)")
        try require(
            NumberedLines.numbers(stored.output) == order,
            "they are delivered in another order than they came in")
        let starts = services.map { "\($0.name) \($0.starts)" }.joined(separator: ", ")
        print("\(full): \(written) records; started: \(starts)")
    }

    /// Kills both, and has them started again, whatever they do then.
    private func kill() throws {
        let starts = services.map(\.starts)
        for service in services { service.process?.signal(SIGKILL) }
        try supervise("both run again") { zip(services, starts).allSatisfy { $0.starts > $1 } }
    }

    /// Waits for something, and starts meanwhile what has ended.
    private func supervise(_ what: String, _ holds: () throws -> Bool) throws {
        try eventually("\(full): \(what)") {
            for service in services where service.process.map({ $0.status != nil }) ?? true {
                service.starts += 1
                service.process = try place.start(
                    disk.prefix + service.arguments, log: "\(service.name)-\(service.starts)")
            }
            return try holds()
        }
    }

    /// Where something lies.
    private func path(_ what: Part) -> String {
        place.folder.file(what == full ? "disk/\(what.rawValue)" : what.rawValue)
    }

    /// The numbers of the records that are at the far end, in order.
    private var delivered: [Int] { NumberedLines.numbers(disk.text(of: path(.delivered))) }

    /// How often somebody was told that there is no room.
    private var complaints: Int {
        services.flatMap { service in
            (1...max(1, service.starts)).map { place.folder.text("\(service.name)-\($0).err") }
        }.reduce(0) { $0 + $1.matches(of: /o space left on device|disk is full/).count }
    }

    private func write(_ count: Int) {
        log.write(Data((written..<written + count).map { NumberedLines.line($0) + "\n" }.joined().utf8))
        written += count
    }
}
