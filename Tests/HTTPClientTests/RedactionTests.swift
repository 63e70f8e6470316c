import Testing

@testable import HTTPClient

@Suite struct RedactionTests {
    @Test func `secrets go, the longest first, and short values stay`() {
        let text = "bad header secret-long, secret, a and secret again"
        #expect(
            Redaction.cleared(text, of: ["secret", "secret-long", "a", ""])
                == "bad header …, …, a and … again")
    }
}
