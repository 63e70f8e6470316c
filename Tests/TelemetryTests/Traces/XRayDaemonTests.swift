import Logging
import Telemetry
import TestSupport
import Testing
import Tracing

@Suite struct XRayDaemonTests {
    private let log = RecordingLog()

    @Test func `documents come to the daemon`() throws {
        let listener = try DatagramListener()
        let daemon = try XRayDaemon(address: listener.address, log: log.logger)
        daemon.send([1, 2, 3])
        #expect(try listener.receive() == [1, 2, 3])
        daemon.send([UInt8](repeating: 7, count: 64_000))
        #expect(try listener.receive().count == 64_000)
        #expect(daemon.lost == 0 && log.lines.isEmpty)
    }

    @Test func `without a daemon documents are lost, with one line, until there is one`() throws {
        let port = try DatagramListener().port
        let daemon = try XRayDaemon(address: "127.0.0.1:\(port)", log: log.logger)
        for _ in 0..<100 { daemon.send([1]) }
        // The kernel tells of a loss with the next document.
        #expect(daemon.lost == 99)
        #expect(log.events.map(\.level) == [.warning])
        let listener = try DatagramListener(port: port)
        for number in 2...UInt8(4) {
            daemon.send([number])
            #expect(try listener.receive() == [number])
        }
        #expect(daemon.lost == 100)
        #expect(log.events.map(\.level) == [.warning, .notice])
    }

    @Test func `a full daemon costs no time`() throws {
        let listener = try DatagramListener()
        let daemon = try XRayDaemon(address: listener.address, log: log.logger)
        let document = [UInt8](repeating: 1, count: 60_000)
        for _ in 0..<1000 { daemon.send(document) }
        #expect(!listener.isQuiet)
    }

    @Test func `a document that no datagram holds is counted`() throws {
        let listener = try DatagramListener()
        let daemon = try XRayDaemon(address: listener.address, log: log.logger)
        daemon.send([UInt8](repeating: 1, count: 70_000))
        #expect(daemon.lost == 1 && listener.isQuiet)
    }

    @Test func `an address of IPv6 stands in brackets`() throws {
        _ = try XRayDaemon(address: "[::1]:2000", log: log.logger)
    }

    @Test(arguments: [
        "", "127.0.0.1", "127.0.0.1:", ":2000", "localhost:2000", "127.0.0.1:0", "127.0.0.1:65536",
        "::1:2000",
        "[::1]", "[::1]2000", "[127.0.0.1:2000", "127.0.0.1:2000 ", "127.0.0.1:+2000", "xray.example:2000",
    ]) func `what is no address in digits is refused`(text: String) throws {
        let error = #expect(throws: TraceAddressError.self) { try XRayDaemon(address: text, log: log.logger) }
        #expect(error?.description.contains("127.0.0.1:2000 or [::1]:2000") == true)
    }
}
