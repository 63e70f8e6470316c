@testable import AWS
import Foundation
import Glibc
import TestSupport
import Testing

@Suite struct ChildProcessTests {
    private func run(
        _ script: String, environment: [String: String] = [:], limit: Int = 1000,
        deadline: ContinuousClock.Instant = .soon
    ) throws(AWS.ChildProcess.Failure) -> String {
        let output = try AWS.ChildProcess.output(
            of: ["/bin/sh", "-c", script], environment: environment, limit: limit, deadline: deadline)
        return String(decoding: output, as: UTF8.self)
    }

    private func reason(_ body: () throws(AWS.ChildProcess.Failure) -> String) -> String {
        do throws(AWS.ChildProcess.Failure) {
            return "no failure: \(try body())"
        } catch {
            return error.reason
        }
    }

    @Test func `what a program prints, in the environment given, with nothing to read`() throws {
        #expect(try run("cat; echo $X; echo SECRET >&2", environment: ["X": "y z"]) == "y z\n")
    }

    @Test(arguments: [
        ("echo SECRET >&2; exit 3", "it ended with status 3"), ("kill -9 $$", "it died of signal 9"),
        ("yes", "it printed more than 1000 bytes"),
    ])
    func `a failure says how it ended, not what it printed`(script: String, expected: String) {
        #expect(reason { () throws(AWS.ChildProcess.Failure) in try run(script) } == expected)
    }

    @Test func `a program that is not there`() {
        let missing = reason { () throws(AWS.ChildProcess.Failure) in
            _ = try AWS.ChildProcess.output(of: ["/no/such"], environment: [:], limit: 1, deadline: .soon)
            return ""
        }
        #expect(missing == "/no/such: No such file or directory")
    }

    @Test(arguments: [
        "echo $$ > $FILE; tail -f /dev/null", "tail -f /dev/null & echo $! > $FILE; wait",
        "echo $$ > $FILE; exec tail -f /dev/null >/dev/null",
    ])
    func `a program that takes too long is killed, with what it started`(script: String) throws {
        try withFolder { folder in
            // It has to have begun by then.
            let deadline = ContinuousClock.now + .seconds(2)
            let file = folder.appending(path: "id").path
            let environment = ["FILE": file, "PATH": "/usr/bin:/bin"]
            let text = reason { () throws(AWS.ChildProcess.Failure) in
                try run(script, environment: environment, deadline: deadline)
            }
            #expect(text == "it did not end in time")
            let id = try #require(Int32(String(contentsOfFile: file, encoding: .utf8).dropLast()))
            #expect(eventually { kill(id, 0) != 0 || isZombie(id) })
        }
    }

    /// An orphan stays one where nobody collects it.
    private func isZombie(_ id: Int32) -> Bool {
        let status = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)
        return status?.split(separator: ")").last?.hasPrefix(" Z") ?? true
    }

    @Test func `it starts without our descriptors and with no signal blocked or ignored`() throws {
        let descriptor = open("/dev/null", O_RDONLY)
        defer { close(descriptor) }
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        defer { pthread_sigmask(SIG_UNBLOCK, &signals, nil) }
        let path = ["PATH": "/usr/bin:/bin"]
        #expect(try run("[ -e /proc/$$/fd/\(descriptor) ] && echo open || echo closed") == "closed\n")
        let status = try run("grep -E 'SigBlk|SigIgn' /proc/self/status", environment: path)
        let masks = status.split(separator: "\n").compactMap { line in
            line.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) }
        }
        // But signals 32 and 33, which are glibc's own.
        #expect(masks.count == 2)
        #expect(masks.allSatisfy { $0 & 0x7FFF_FFFF == 0 }, "\(status)")
    }
}
