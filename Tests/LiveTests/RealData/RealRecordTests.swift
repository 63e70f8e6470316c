import Foundation
import TestSupport
import Testing

/// The real data's records, each by itself.
@Suite(.live(RealData.installation), .logsOnFailure, .realData)
struct RealRecordTests {
    let model: Model
    let live: LiveInstallation
    let client: Client

    init() throws {
        model = try RealData.model.get()
        live = try LiveInstallation.shared
        client = live.client()
    }

    @Test func `the data set is the one that the tests were written for`() {
        #expect(model.records.count == 2900)
        #expect(model.values(of: \.userId).count == 21)
        #expect(model.values(of: \.systemId).count == 29)
        #expect(model.values(of: \.resourceId).count == 309)
    }

    @Test func `every attribute of every record is as JSON what the file has`() throws {
        var checked = 0
        for user in model.values(of: \.userId) {
            var parameters: KeyValuePairs = ["userId": user, "limit": "1000", "order": "asc"]
            var rest = model.matching(user: user, ascending: true)[...]
            while true {
                let answer = try client.records(parameters)
                let page = try Page(answer)
                for record in try answer.json()["records"].elements {
                    let next = rest.popFirst()
                    let expected = try #require(next)
                    #expect(record["attributes"] == expected.attributes, "\(expected.auditId)")
                    checked += 1
                }
                guard let cursor = page.nextCursor else { break }
                parameters = ["cursor": cursor]
            }
        }
        #expect(checked == 2900)
    }

    @Test func `a record by its id is the record of the page`() throws {
        for resource in model.values(of: \.resourceId).prefix(40) {
            let page = try client.records(["resourceId": resource, "limit": "3"]).json()
            for record in page["records"].elements {
                let answer = try client.get("/v1/records/\(try #require(record["id"].string))")
                #expect(answer.status == 200)
                #expect(try answer.json() == record)
            }
        }
    }

    @Test func `a batch of 100 answers in the order asked, repeats and gaps included`() throws {
        let page = try client.records(["resourceId": "none", "limit": "1000"]).json()
        let records = page["records"].elements
        var wanted = (0..<97).map { records[$0 * 7 % records.count] }
        wanted += [wanted[0], .null, wanted[5]]
        let ids = wanted.map { $0["id"].string ?? "bm8tc3VjaC1yZWNvcmQ" }
        let answer = try client.batch(ids)
        #expect(answer.status == 200)
        #expect(try answer.json()["records"].elements == wanted)
    }

    @Test func `two filters at once find what both match`() throws {
        for (user, system) in zip(model.values(of: \.userId), model.values(of: \.systemId)) {
            let resource = model.matching(user: user)[0].resourceId
            let pages = try client.pages(["userId": user, "systemId": system, "limit": "100"])
            #expect(
                pages.flatMap(\.records).map(\.fields)
                    == model.matching(user: user, system: system).map(\.fields))
            let all = try client.pages(["userId": user, "resourceId": resource, "limit": "1000"])
            #expect(
                all.flatMap(\.records).map(\.fields)
                    == model.matching(user: user, resource: resource).map(\.fields))
        }
    }

    @Test func `dates cut exactly, the end inclusive at its precision`() throws {
        let user = model.values(of: \.userId)[0]
        for minute in ["11:43", "12:00", "12:29"] {
            let pages = try client.pages([
                "userId": user, "startDate": "2023-07-10T11:42:36Z", "endDate": "2023-07-10T\(minute):23Z",
                "limit": "1000", "order": "asc",
            ])
            let expected = model.matching(
                user: user, from: "2023-07-10T11:42:36.000000000Z", to: "2023-07-10T\(minute):24.000000000Z",
                ascending: true)
            #expect(pages.flatMap(\.records).map(\.fields) == expected.map(\.fields))
        }
    }
}
