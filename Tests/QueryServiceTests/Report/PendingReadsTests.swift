import TestSupport
import Testing

@testable import QueryService
@testable import AuditStores
@testable import AuditRecords
@testable import StoreConformance

@Suite struct PendingReadsTests {
    private static let question = Question.records(RecordQuery(userId: Identifier("u")))

    private static func event(_ id: String, key: String = "k") -> ReadEvent {
        let now = Timestamp(seconds: 0, nanoseconds: 0)
        return ReadEvent(
            keyID: key, client: "::1", route: "records", question: question, status: 200, cache: "hit",
            records: 1,
            storeTime: .zero, region: nil, first: now, last: now, requestIDs: RequestIDs([id]), traceIDs: [])
    }

    @Test func `each read is in exactly one event, with its id, up to the capacity`() {
        forAll(cases: 50) { random in
            var pending = PendingReads()
            var noted: [String] = []
            var ofKey: [String: [String]] = [:]
            let keys = (0..<Int.random(in: 1...5, using: &random)).map { "key-\($0)" }
            for index in 0..<Int.random(in: 1...3000, using: &random) {
                let id = "id-\(index)"
                let key = keys.randomElement(using: &random) ?? ""
                noted.append(id)
                ofKey[key, default: []].append(id)
                if Int.random(in: 0..<10, using: &random) == 0 {
                    pending.append(Self.event(id, key: key))
                    continue
                }
                let identity = PendingReads.Identity(
                    keyID: key, client: "::1", answer: 1)
                let instant = Timestamp(seconds: Int64(index), nanoseconds: 0)
                if !pending.merge(identity, requestID: id, traceID: id, at: instant) {
                    pending.append(Self.event(id, key: key), identity: identity)
                }
            }
            let written = pending.events.flatMap(\.requestIDs.texts)
            try require(written.sorted() == noted.sorted(), "reads are missing, or are there twice")
            for event in pending.events {
                let isOwn = event.requestIDs.texts.allSatisfy { ofKey[event.keyID]?.contains($0) == true }
                try require(isOwn, "a read is in the event of another key")
                try require(event.requestIDs.count <= PendingReads.readsOfOneEvent, "an event is too large")
            }
        }
    }

    @Test func `what finds no room is counted`() {
        var pending = PendingReads()
        for index in 0..<PendingReads.capacity + 7 { pending.append(Self.event("\(index)")) }
        #expect(pending.events.count == PendingReads.capacity)
        #expect(pending.lost == 7)
    }
}
