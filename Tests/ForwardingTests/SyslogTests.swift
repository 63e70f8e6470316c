import DemoData
import Foundation
import Sockets
import Synchronization
import RecordForms
import TestSupport
import Testing

@testable import AuditRecords
@testable import Forwarding

/// rsyslog and syslog-ng have every record: once, or more than once where it was stopped in between.
@Suite(
    .enabled(
        if: SyslogServer.Program.available.count == 2,
        "rsyslog, syslog-ng and openssl are needed: scripts/test brings them"))
struct SyslogTests {
    private func end(
        _ server: SyslogServer, _ transport: SyslogServer.Transport, host: String = "localhost",
        authorities: String? = nil
    ) -> any FarEnd {
        let peer = Peer(host: host, port: UInt16(server.port))
        guard transport != .udp else { return SyslogDatagramEnd(peer, longest: 8192, host: "h") }
        let security = transport == .tls ? TLSSettings(authorities: authorities ?? server.authorities) : nil
        return SyslogStreamEnd(peer, security, longest: 8192, host: "h")
    }

    @Test(arguments: SyslogServer.Program.allCases, [SyslogServer.Transport.tls, .tcp])
    func `every record comes once`(
        _ program: SyslogServer.Program, _ transport: SyslogServer.Transport
    ) throws {
        let server = try SyslogServer(program, transport)
        try server.start()
        var place = try Forwarded(3000)
        place.batchSize = 500
        let told = try place.run(to: end(server, transport))
        #expect(told.isEmpty)
        // The far end had read all before the run ended; it writes it soon.
        try eventually("all is written") { Forwarded.ids(server.text).count >= 3000 }
        #expect(Forwarded.ids(server.text) == Array(0..<3000))
    }

    @Test(
        arguments: SyslogServer.Program.allCases,
        [(SyslogServer.Transport.tls, SIGTERM), (.tcp, SIGTERM), (.tls, SIGKILL)])
    func `stopped and started again in the middle it misses none`(
        _ program: SyslogServer.Program, _ way: (transport: SyslogServer.Transport, signal: Int32)
    ) throws {
        let (transport, signal) = way
        let server = try SyslogServer(program, transport)
        try server.start()
        var place = try Forwarded(4000)
        place.batchSize = 100
        let stops = Mutex([700, 1900, 3300])
        place.beforeRead = { start in
            guard
                stops.withLock({ stops in stops.first.map { start >= $0 } == true ? stops.removeFirst() : nil
                }) != nil
            else { return }
            try? server.signal(signal)
            try? server.start()
        }
        try place.run(to: end(server, transport))
        #expect(stops.withLock { $0.isEmpty })
        // What a daemon has read and not yet written is its own to lose when it is killed.
        guard signal == SIGTERM else { return }
        try eventually("all is written") { Set(Forwarded.ids(server.text)).count >= 4000 }
        #expect(Set(Forwarded.ids(server.text)) == Set(0..<4000))
    }

    @Test(arguments: SyslogServer.Program.allCases)
    func `datagrams come, and one that is too long is said`(_ program: SyslogServer.Program) throws {
        let server = try SyslogServer(program, .udp)
        try server.start()
        var place = try Forwarded(20)
        place.records.append(
            try Forwarded(1, attributes: "{\"a\":\"\(String(repeating: "x", count: 9000))\"}").records[0])
        try place.run(to: end(server, .udp, host: "127.0.0.1"))
        try eventually("all came") { Forwarded.ids(server.text).count == 20 }
        #expect(place.folder.text("dead").contains("of 8192 at most"))
    }

    @Test func `a certificate that is not valid for the peer is refused`() throws {
        let server = try SyslogServer(.rsyslog, .tls)
        try server.start()
        let other = try SyslogServer(.rsyslog, .tls)
        let place = try Forwarded(1)
        let batch = try place.batch()
        for (host, authorities, expected) in [
            ("127.0.0.1", server.authorities, "IP address mismatch"),
            ("localhost", other.authorities, "self-signed certificate"),
            ("localhost", "/nowhere", "/nowhere is no PEM file"),
        ] {
            do throws(FarEndError) {
                try end(server, .tls, host: host, authorities: authorities).send(batch, 0..<1)
                Issue.record("\(host) was taken")
            } catch {
                guard case .unavailable(let reason, _) = error else { continue }
                #expect(reason.contains(expected), "\(reason)")
            }
        }
        #expect(server.text.isEmpty)
    }

    @Test func `a peer that is not there, or that never closes, is said`() throws {
        let place = try Forwarded(1)
        let gone = SyslogStreamEnd(Peer(host: "localhost", port: 1), nil, longest: 8192, host: "h")
        #expect(throws: FarEndError.self) { try gone.send(place.batch(), 0..<1) }
        #expect(gone.isSettled)
    }

    @Test func `a message is as RFC 5424 has it`() throws {
        let place = try Forwarded(1)
        var message: [UInt8] = []
        SyslogMessage(host: "a b\u{E9}").append(try place.batch(), 0, to: &message)
        let text = String(decoding: message, as: UTF8.self)
        #expect(
            text.hasPrefix("<110>1 2024-02-29T12:00:00.123456Z ab audit-query - json - {\"id\":"), "\(text)")
        #expect(text.hasSuffix("}"))
    }
}

extension Forwarded {
    /// All records as one batch.
    fileprivate func batch() throws -> ForwardedBatch {
        var batch = ForwardedBatch(.init(form, version: "1"))
        for record in records { try batch.append(record, attributes: record.attributes) }
        return batch
    }
}
