import Foundation
import Glibc
import TestSupport
import Testing

/// `audit-query keys` as a user sees it.
@Suite(.live, .logsOnFailure)
struct KeysCommandTests {
    @Test func `create prints the key alone on standard output, and keeps only its digest`() throws {
        try withWorkplace { place in
            let outcome = try place.command(
                "keys", "create", "--name", "billing team", "--system", "billing", "--system", "crm-*",
                "--hide",
                "sourceIp", "--expires", "2999-12-31")
            #expect(outcome.status == 0)
            let key = try #require(outcome.lines.first)
            #expect(outcome.output == key + "\n" && key.hasPrefix("aq_") && key.utf8.count == 46)
            #expect(outcome.error.contains("key_") && !outcome.error.contains(key))
            let file = place.folder.text("keys.json")
            #expect(!file.contains(key) && !file.contains(key.dropFirst(3)))
            var status = stat()
            stat(place.folder.file("keys.json"), &status)
            #expect(status.st_mode & 0o777 == 0o640)
        }
    }

    @Test func `list --json tells everything but keys and digests`() throws {
        try withWorkplace { place in
            _ = try place.key("wide")
            _ = try place.key("narrow", systems: ["billing", "a*"], hidden: ["sourceIp"])
            let list = try keys(place)
            #expect(list.map(\.["name"].string) == ["wide", "narrow"])
            #expect(list[0]["systems"] == .array([.string("*")]) && list[0]["state"].string == "valid")
            #expect(Set(list[1]["systems"].elements) == [.string("a*"), .string("billing")])
            #expect(list[1]["hiddenAttributes"] == .array([.string("sourceIp")]))
            #expect(list[0]["digest"] == .null && list[0]["created"].string?.hasSuffix("Z") == true)
            let table = try place.command("keys", "list")
            #expect(table.lines.count == 3 && table.lines[0].hasPrefix("ID\tNAME\tSTATE"))
        }
    }

    @Test func `revoke and rotate change the state, and say so when they cannot`() throws {
        try withWorkplace { place in
            _ = try place.key("old")
            let id = try #require(try keys(place)[0]["id"].string)
            let rotated = try place.command("keys", "rotate", id, "--grace", "60")
            #expect(rotated.status == 0 && rotated.output.hasPrefix("aq_"))
            #expect(try keys(place).map(\.["state"].string) == ["valid", "valid"])
            #expect(try keys(place).map { $0["graceEnds"].string != nil } == [true, false])
            #expect(try place.command("keys", "list").lines[1].contains("valid, replaced, until 2"))
            #expect(try place.command("keys", "rotate", id, "--grace", "-1").status == 64)
            let second = try #require(try keys(place)[1]["id"].string)
            let revoked = try place.command("keys", "revoke", second)
            #expect(
                revoked.status == 0
                    && revoked.error.contains("still accepted: \(id) (which was replaced, until"))
            #expect(try keys(place).map(\.["state"].string) == ["valid", "revoked"])
            let both = try place.command("keys", "revoke", id)
            #expect(both.status == 0 && both.error.isEmpty)
            #expect(try keys(place).map(\.["state"].string) == ["revoked", "revoked"])
            let nobody = try place.command("keys", "revoke", "key_nobody")
            #expect(nobody.status == 65 && nobody.error.contains("key_nobody"))
            #expect(try place.command("keys", "rotate", second).status == 65)
        }
    }

    @Test func `keys made at the same time are all kept`() throws {
        try withWorkplace { place in
            let made = try concurrently(8) { number in try place.key("key-\(number)") }
            #expect(Set(made).count == 8)
            #expect(try keys(place).count == 8)
        }
    }

    @Test func `a key may end with the last day that there is`() throws {
        try withWorkplace { place in
            let made = try place.command("keys", "create", "--name", "x", "--expires", "9999-12-31")
            #expect(made.status == 0)
            #expect(try keys(place)[0]["expires"].string == "9999-12-31T23:59:59Z")
        }
    }

    @Test func `what hides or shows nothing is warned of, as far as records tell`() throws {
        try withWorkplace { place in
            let now = Date(timeIntervalSinceNow: -60).ISO8601Format()
            try place.load([
                #"{"auditId":"a","timestamp":"\#(now)","systemId":"crm","userId":"u","resourceId":"r","#
                    + #""sourceIp":"10.0.0.1","source.ip":"10.0.0.1"}"#
            ])
            let wrong = try place.command(
                "keys", "create", "--name", "x", "--system", "crm", "--system", "cmr", "--system", "a*",
                "--hide",
                "sourceIP", "--hide", "source.ip")
            #expect(wrong.status == 0 && wrong.lines.count == 1)
            #expect(
                wrong.error.contains("--hide sourceIP is in none of the newest records, which have sourceIp"))
            #expect(
                wrong.error.contains(
                    "--hide source.ip is in none of the newest records, which have \"source.ip\""))
            #expect(wrong.error.contains("--system cmr has no records of the last 30 days"))
            #expect(!wrong.error.contains("--system crm has") && !wrong.error.contains("--system a"))
            let right = try place.command(
                "keys", "create", "--name", "x", "--system", "crm", "--hide", "sourceIp", "--hide", "action")
            #expect(right.status == 0 && !right.error.contains("warning"))
        }
    }

    @Test(arguments: [
        ["--name", ""], [], ["--name", "x", "--hide", "userId"], ["--name", "x", "--expires", "soon"],
        ["--name", "x", "--expires", "2020-01-01"], ["--name", "x", "--expires", "9999-12-32"],
        ["--name", "x", "--hide", "source ip"], ["--name", "x", "--hide", "a..b"],
        ["--name", "x", "--system", "a*b"],
        ["--name", "a\nb"],
    ])
    func `wrong options are 64 and make no key`(_ options: [String]) throws {
        try withWorkplace { place in
            let outcome = try place.run(
                [Place.program, "keys", "create"] + options + [
                    "--config", place.folder.file("audit-query.yaml"),
                ])
            #expect(outcome.status == 64, "\(outcome)")
            #expect(access(place.folder.file("keys.json"), F_OK) != 0)
        }
    }

    private func keys(_ place: Workplace) throws -> [JSONValue] {
        let outcome = try place.command("keys", "list", "--json")
        guard outcome.status == 0 else { throw Failure("keys list: \(outcome)") }
        return try JSONValue(Data(outcome.output.utf8)).elements
    }
}
