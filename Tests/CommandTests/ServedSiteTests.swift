import Foundation
import Testing

@testable import audit_query

/// What nginx serves, as `check` and `setup` ask for it.
@Suite struct ServedSiteTests {
    @Test(arguments: [
        ("443", "127.0.0.1:443"), ("[::]:443", "[::1]:443"), ("127.0.0.1:8443", "127.0.0.1:8443"),
        ("*:9443", "127.0.0.1:9443"), ("0.0.0.0:443", "127.0.0.1:443"), ("10.1.2.3", "10.1.2.3:443"),
        ("[::1]", "[::1]:443"), ("audit.internal:8443", "audit.internal:8443"),
    ])
    func `where nginx listens it is asked`(_ listen: String, _ address: String) {
        #expect(ServedSite(audit_query.Host(), listen: listen).address == address)
    }

    @Test func `a certificate's end is told in days, and acted on in time`() throws {
        let end = try #require(CertificateEnd("serial=0A\nnotAfter=2027-02-24 12:00:00Z\n"))
        let states = [(-1, "wrong"), (3, "wrong"), (10, "warning"), (40, "ok")].map { days, state in
            let now = end.end.addingTimeInterval(-Double(days) * 86_400)
            let finding = end.finding(name: "443", now: now)
            #expect(finding.subject == .certificate && finding.text.contains("2027-02-24"))
            #expect(days < 0 || finding.text.contains("ends in \(days) days"))
            return finding.state.rawValue == state
        }
        #expect(states == [true, true, true, true])
        #expect(CertificateEnd("notAfter=soon") == nil && CertificateEnd("") == nil)
    }
}
