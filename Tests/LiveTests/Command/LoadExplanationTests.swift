import Foundation
import TestSupport
import Testing

/// `audit-query load --explain`: what is shown, of samples and of a mapping, without a store.
@Suite(.live, .logsOnFailure)
struct LoadExplanationTests {
    private static let samples = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "formats/samples").path()

    /// What is shown of a file in the workplace's folder, or of a sample; nothing is stored, and no configuration needed.
    private func shown(_ place: Workplace, _ words: [String], status: Int32 = 0) throws -> String {
        let outcome = try place.run([Place.program, "load", "--explain"] + words)
        #expect(outcome.status == status, "\(outcome)")
        #expect(!FileManager.default.fileExists(atPath: place.folder.file("audit.db")))
        return (outcome.output + outcome.error).replacing(place.folder.path + "/", with: "")
            .replacing(Self.samples + "/", with: "")
    }

    @Test func `A sample says which members its fields are from, and what the rules made`() throws {
        try withWorkplace { place in
            let trail = "cloudtrail/111122223333_CloudTrail_us-east-1_20240802T0900Z_p3Xk0aQm7VbT1cRd.json.gz"
            let file = "\(Self.samples)/\(trail)"
            let text = try shown(place, ["2", file])
            #expect(
                text == """
                    \(trail):1: a record of cloudtrail
                      auditId     2a5178c8-b4c7-44ba-b066-1ecc79b7087c  <-  eventID
                      timestamp   2024-08-02T08:23:24.000Z  <-  eventTime
                      systemId    ssm.amazonaws.com  <-  eventSource
                      userId      arn:aws:iam::017622104382:user/casey  <-  userIdentity.arn
                      resourceId  AWS-RunShellScript  <-  requestParameters.documentName, responseElements.command.documentName
                      action      SendCommand  <-  eventName
                      outcome     success  <-  by the rules of cloudtrail
                      sourceIp    203.0.113.2  <-  sourceIPAddress
                    \(trail):84: a record of cloudtrail
                      auditId     1d6a4901-4b35-4e4c-8569-a15fde667507  <-  eventID
                      timestamp   2024-08-02T08:23:01.000Z  <-  eventTime
                      systemId    ssm.amazonaws.com  <-  eventSource
                      userId      arn:aws:iam::017622104382:user/casey  <-  userIdentity.arn
                      resourceId  -  <-  nothing says it
                      action      DescribeInstanceInformation  <-  eventName
                      outcome     success  <-  by the rules of cloudtrail
                      sourceIp    203.0.113.2  <-  sourceIPAddress
                    2 records shown, none stored

                    """)
        }
    }

    /// Of auditd's an event may end in a file that comes: the last of them are shown when none comes.
    @Test func `Events that only the end of all files ends are shown`() throws {
        try withWorkplace { place in
            let text = try shown(place, ["1", "\(Self.samples)/auditd/enriched.log"])
            #expect(
                text == """
                    auditd/enriched.log:1: a record of auditd
                      auditId     1783414573.076:399  <-  by the rules of auditd
                      timestamp   2026-07-07T08:56:13.076Z  <-  by the rules of auditd
                      systemId    auditd  <-  by the rules of auditd
                      userId      root  <-  by the rules of auditd
                      resourceId  specimenuser  <-  by the rules of auditd
                      action      DEL_USER:deleting-user-not-found  <-  by the rules of auditd
                      outcome     failure  <-  by the rules of auditd
                    1 record shown, none stored

                    """)
            let all = try shown(place, ["999", "\(Self.samples)/auditd/enriched.log"])
            #expect(all.hasSuffix("12 records shown, none stored\n"), "\(all.suffix(100))")
        }
    }

    @Test func `A mapping says what it makes of each event, also of those that are no records`() throws {
        try withWorkplace { place in
            try place.folder.write(
                """
                name: nginx
                time: { path: time }
                id: id
                user: user
                resource: uri
                action: method
                address: address
                outcome: { path: status, denied: ["401", "403"] }
                skip: [{ path: uri, is: ["/health"] }]
                """, to: "nginx.yaml")
            try place.folder.write(
                """
                {"time":"2024-01-31T10:00:00+01:00","id":"a1","user":"ann","uri":"/health"}
                {"time":"2024-01-31T10:00:01+01:00","id":"a2","user":"","address":"-","method":"GET","uri":"/x","status":"403"}
                {"id":"a3"}
                """, to: "audit.json")
            let words = ["3", "--map", place.folder.file("nginx.yaml"), place.folder.file("audit.json")]
            let text = try shown(place, words)
            #expect(
                text == """
                    audit.json:1: skipped: uri is /health
                    audit.json:2: a record of nginx
                      auditId     a2  <-  id
                      timestamp   2024-01-31T09:00:01.000Z  <-  time
                      systemId    nginx  <-  by the rules of nginx
                      userId      -  <-  nothing says it
                      resourceId  /x  <-  uri
                      action      GET  <-  method
                      outcome     denied  <-  by the rules of nginx
                    audit.json:3: refused: time is missing
                    1 record shown, none stored

                    """)
        }
    }

    @Test func `Lines of audit-query's own, none at all, and what cannot be read are told as well`() throws {
        try withWorkplace { place in
            let line = #"{"auditId":"a","timestamp":"2024-01-31T10:00:00Z","systemId":"s","userId":"u","#
            let whole = "\(line)\"resourceId\":\"r\",\"action\":\"x\"}"
            try place.folder.write("\(whole)\n\(line)\"x\":1}\n", to: "own")
            let text = try shown(place, ["3", place.folder.file("own")])
            #expect(
                text == """
                    own:1: a record of audit-query
                      auditId     a  <-  auditId
                      timestamp   2024-01-31T10:00:00.000Z  <-  timestamp
                      systemId    s  <-  systemId
                      userId      u  <-  userId
                      resourceId  r  <-  resourceId
                      action      x  <-  action
                    own:2: refused: resourceId is missing
                    1 record shown, none stored

                    """)
            try place.folder.write("", to: "none")
            #expect(try shown(place, ["3", place.folder.file("none")]) == "0 records shown, none stored\n")
            try place.folder.write("{\"x\":1}\n", to: "unclear")
            let unclear = try shown(place, ["3", place.folder.file("unclear")], status: 65)
            #expect(
                unclear.contains(
                    "unclear: the format is not clear (none fits): give --format, or --map for another producer's"
                ))
            let follow = try shown(place, ["3", "--follow", "--checkpoint", "x", "file"], status: 64)
            #expect(follow.contains("--explain stores nothing: leave out --follow"))
        }
    }
}
