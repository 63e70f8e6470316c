@testable import AWS
import Foundation
import TestSupport
import Testing

@Suite struct ProcessCredentialsTests {
    private func process(_ script: String, in folder: URL) throws -> ProcessCredentials {
        let file = try folder.file("my command", "#!/bin/sh\n" + script)
        return ProcessCredentials(
            command: "/bin/sh '\(file)' \"an argument\" SECRET", profile: "p", environment: ["X": "inherited"]
        )
    }

    private static func printing(_ text: String) -> String { "cat <<'END'\n\(text)\nEND\n" }

    @Test func `temporary credentials of a command with quoted words, in the environment of the process`()
        throws
    {
        try withFolder { folder in
            let json = Secret.json(tokenName: "SessionToken", more: #""Version": 1, "#)
            let script =
                "[ \"$1$X\" = 'an argumentinherited' ] || exit 9\necho SECRET >&2\n" + Self.printing(json)
            let found = try process(script, in: folder).credentials(deadline: .soon)
            #expect(found == Secret.credentials())
        }
    }

    @Test(arguments: [
        "2027-01-15T09:00:00Z", "2027-01-15T10:00:00+01:00", "2027-01-15T09:00:00.000Z",
        "2027-01-15T09:00:00+00:00", "20270115T090000Z", "20270115T090000.000Z", "20270115T040000-0500",
        "2027-01-15T14:30:00+05:30", "2027-01-15T10:00:00+01", "2027-01-15T09:00:00,000000000Z",
        "2027-01-16T08:59:00+23:59", "2027-01-15T08:59:60Z",
    ])
    func `the end in any form of ISO 8601`(end: String) {
        #expect(ExpirationText.date(end) == ManualTime.start + 3600)
    }

    @Test(arguments: [
        "", "2027-01-15", "1800003600", "2027-01-15T09:00:00", "tomorrow", "2027-01-15T09:00:00Zjunk",
        "2027-01-15T09:00:00Z ", " 2027-01-15T09:00:00Z", "2027-01-15T09:00:00ZZ", "20270115T090000",
        "2027-01-15T09:00:00+00:00Z", "2027-0115T09:00:00Z", "20270115T09:00:00Z", "2027-01-15T090000Z",
        "2027-02-29T09:00:00Z", "2027-13-01T09:00:00Z", "2027-00-01T09:00:00Z", "2027-01-00T09:00:00Z",
        "2027-01-15T24:00:00Z", "2027-01-15T09:60:00Z", "2027-01-15T09:00:61Z", "2027-01-15T09:00:00.Z",
        "2027-01-15T09:00:00+24:00", "2027-01-15T09:00:00+1", "2027-01-15T09:00:00+01:0",
        "0000-01-01T00:00:00Z",
        "2027-01-15 09:00:00Z", "+027-01-15T09:00:00Z", "２027-01-15T09:00:00Z",
    ])
    func `what is no time is none`(text: String) {
        #expect(ExpirationText.date(text) == nil)
    }

    @Test func `the end of any day as Foundation has it`() {
        let style = Date.ISO8601FormatStyle()
        forAll(cases: 2000) { random in
            // From 1583, before which Foundation counts by Julius Caesar's calendar, to 9999.
            let seconds = Int.random(in: -12_212_553_600...253_402_300_799, using: &random)
            let date = Date(timeIntervalSince1970: Double(seconds))
            let text = date.formatted(style)
            try require(ExpirationText.date(text) == date, text)
            let basic = text.replacing("-", with: "").replacing(":", with: "")
            try require(ExpirationText.date(basic) == date, basic)
        }
    }

    @Test func `credentials that do not end`() throws {
        try withFolder { folder in
            let json = #"{"Version": 1, "AccessKeyId": "ID", "SecretAccessKey": "SECRET"}"#
            let found = try process(Self.printing(json), in: folder).credentials(deadline: .soon)
            #expect(found == Credentials(accessKeyID: "ID", secretAccessKey: "SECRET"))
        }
    }

    @Test(arguments: [
        (
            "echo SECRET; echo SECRET >&2; exit 4",
            "it ended with status 4: run it by hand to see what it says"
        ),
        ("echo SECRET", #"it does not print a JSON object of "Version": 1"#),
        (
            printing(#"{"Version": 2, "AccessKeyId": "ID", "SecretAccessKey": "SECRET"}"#),
            #"it does not print a JSON object of "Version": 1"#
        ),
        (
            printing(#"{"AccessKeyId": "ID", "SecretAccessKey": "SECRET"}"#),
            #"it does not print a JSON object of "Version": 1"#
        ),
        (
            printing(#"{"Version": 1, "SecretAccessKey": "SECRET"}"#),
            "it prints no AccessKeyId and SecretAccessKey"
        ),
        (
            printing(
                #"{"Version": 1, "AccessKeyId": "ID", "SecretAccessKey": "SECRET", "Expiration": "SECRET"}"#),
            "it prints no AccessKeyId"
        ),
        (
            "while :; do echo SECRETSECRETSECRETSECRETSECRETSECRETSECRET; done",
            "it printed more than 65536 bytes"
        ),
    ])
    func `a command that does otherwise is an error, which repeats neither its words nor its output`(
        script: String, expected: String
    ) throws {
        try withFolder { folder in
            let process = try process(script, in: folder)
            let text = error { () throws(CredentialError) in try process.credentials(deadline: .soon) }
            #expect(text.hasPrefix("credential_process of the profile p: \(expected)"))
        }
    }

    @Test(arguments: ["", "run 'SECRET", "/no/such/program SECRET"])
    func `a command line that cannot be run`(command: String) {
        let process = ProcessCredentials(command: command, profile: "p", environment: [:])
        let text = error { () throws(CredentialError) in try process.credentials(deadline: .soon) }
        #expect(text.hasPrefix("credential_process of the profile p: "))
    }

    @Test func `a command that hangs is ended by the deadline`() throws {
        try withFolder { folder in
            let process = try process("exec tail -f /dev/null", in: folder)
            let text = error { () throws(CredentialError) in
                try process.credentials(deadline: .now + .milliseconds(50))
            }
            #expect(text.contains("it did not end in time"))
        }
    }
}
