import AWS
import Foundation
import HTTPClient
import TestSupport
import Testing

@Suite struct LeakTests {
    /// How many sockets and their kind are open: not the files and pipes over which the testing library talks
    /// to the process that started this one.
    private static func openDescriptors() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
            .compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)") }
            .filter { $0.hasPrefix("socket:") || $0.hasPrefix("anon_inode:") }
            .count
    }

    /// Calls of a pair of regions that meet every fault.
    private static func callsOfEveryKind() throws {
        let hangs = HangTests.hangs.map(\.reply)
        let first = try FaultyService(ServerFaultTests.faults.map(\.reply), region: "eu-west-1")
        let second = try FaultyService(
            ServerFaultTests.faults.map(\.reply) + [.error("SlowDown")], region: "eu-central-1")
        try withServices([first, second]) { caller in
            try untilDone("each region has met all faults", turns: 1000) {
                _ = caller.call()
                caller.time.pass(.seconds(60))
                return first.requests.count + second.requests.count
                    >= 2 * ServerFaultTests.faults.count + 2
            }
            for hang in hangs {
                first.turn([hang], then: .ok)
                _ = caller.call(within: .milliseconds(40))
            }
            first.turn(then: .ok)
            caller.time.pass(.seconds(60))
            try #require(caller.call().region == "eu-west-1")
            try #require(caller.http.idleHandles <= 2)
        }
    }

    @Test func `no descriptor is left by any fault`() async {
        // In a process of its own, where no other test opens descriptors.
        await #expect(processExitsWith: .success) {
            // What the first use opens for good is not a leak.
            try LeakTests.callsOfEveryKind()
            let before = try LeakTests.openDescriptors()
            for _ in 0..<5 { try LeakTests.callsOfEveryKind() }
            let after = try LeakTests.openDescriptors()
            try #require(after == before, "\(after - before) descriptors leaked")
        }
    }
}
