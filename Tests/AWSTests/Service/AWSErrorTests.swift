@testable import AWS
import Testing

@Suite struct AWSErrorTests {
    @Test func `one line that says what is known`() {
        var error = AWSError(.throttled, code: "SlowDown", "too much")
        error.operation = "Query"
        #expect(error.description == "Query: SlowDown: too much")
        error.region = "eu-west-1"
        error.attempts = 1
        #expect(error.description == "Query in eu-west-1: SlowDown: too much")
        error.attempts = 3
        error.requestID = "ABC"
        #expect(
            error.description == "Query in eu-west-1: SlowDown: too much, after 3 attempts, request ABC")
        #expect(AWSError(.local, "no memory").description.hasSuffix(": local: no memory"))
    }

    @Test func `what each kind means for the same region, and for the next`() {
        let kinds = AWSError.Kind.allCases
        func all(_ holds: (AWSError) -> Bool) -> [AWSError.Kind] { kinds.filter { holds(AWSError($0, "")) } }
        #expect(all(\.isRetryable) == [.throttled, .transient, .server, .timeout, .connection])
        #expect(all(\.isRegional) == [.server, .timeout, .connection])
        #expect(all { $0.sign == .failed } == [.server, .timeout, .connection, .deadline])
        #expect(all { $0.sign == .none } == [.noCredentials, .local])
        var hasty = AWSError(.timeout, "")
        hasty.wasPatient = false
        #expect(hasty.sign == .none && hasty.isRegional)
    }

    @Test(arguments: [
        ("<Code>A</Code>", "A"), ("x<a><Code></Code></a>", ""), ("<Code>A</Code><Code>B</Code>", "A"),
        ("<Code>&lt;&gt;&quot;&apos;&amp;</Code>", "<>\"'&"), ("<Code>&amp;lt;</Code>", "&lt;"),
        ("<Code>", nil), ("</Code><Code>", nil), ("<Codes>A</Codes>", nil), ("", nil),
    ])
    func `the text of an XML element`(xml: String, text: String?) {
        #expect(XMLText(xml).content(of: "Code") == text)
    }
}
