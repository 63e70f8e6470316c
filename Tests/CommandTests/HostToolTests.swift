import ArgumentParser
import Testing

@testable import audit_query

@Suite struct HostToolTests {
    @Test func `Setup and pool take all words as they are`() throws {
        let words = ["4", "--memory", "1G", "--help", "--no-such-option"]
        let pool = try AuditQueryCommand.parseAsRoot(["pool"] + words) as? PoolCommand
        #expect(pool?.arguments == words)
        let setup = try AuditQueryCommand.parseAsRoot(["setup"] + words) as? SetupCommand
        #expect(setup?.arguments == words)
    }
}
