import Foundation
import TestSupport
import Testing

/// The real data set, when it is there.
enum RealData {
    static let isPresent: Bool = {
        let isPresent = FileManager.default.fileExists(atPath: Place.realData)
        if !isPresent { print("LiveTests: \(Place.realData) is absent: the tests on real data are SKIPPED") }
        return isPresent
    }()

    static let installation = LiveInstallation.Options(files: [Place.realData], adminKeys: 6)

    /// The file as a walk over its lines sees it.
    static let model = Result { () throws -> Model in
        try Model(try withWorkplace { try $0.run(["gzip", "-dc", Place.realData]).lines })
    }

    /// One way of reading pages.
    struct Reading: CustomTestStringConvertible, Sendable {
        let limit: Int
        let order: String
        /// Which of the installation's keys reads.
        let key: Int

        var testDescription: String { "limit \(limit), \(order)" }

        static let all = [1, 7, 1000].enumerated().flatMap { index, limit in
            [
                Reading(limit: limit, order: "asc", key: index),
                Reading(limit: limit, order: "desc", key: index + 3),
            ]
        }
    }

    /// Reads all pages for each value of a field, and compares them with the model's.
    static func check(
        _ name: String, _ field: KeyPath<ModelRecord, String>, _ reading: Reading,
        expected: (Model, String, Bool) -> [ModelRecord]
    ) throws {
        let live = try LiveInstallation.shared
        let client = live.client(.secret(live.adminKeys[reading.key]))
        let model = try model.get()
        for value in model.values(of: field) {
            let pages = try client.pages([
                name: value, "startDate": "2023-07-10", "endDate": "2023-07-10", "order": reading.order,
                "limit": "\(reading.limit)",
            ])
            let found = pages.flatMap(\.records).map(\.fields)
            #expect(found == expected(model, value, reading.order == "asc").map(\.fields), "\(name) \(value)")
            #expect(pages.allSatisfy { $0.count == $0.records.count })
            #expect(pages.dropLast().allSatisfy { $0.count == reading.limit && $0.stopReason == "limit" })
            #expect(pages.last?.hasMore == false && pages.last?.stopReason == "end")
            #expect(Set(pages.map(\.range.start)) == ["2023-07-10T00:00:00.000Z"])
        }
    }
}

extension Trait where Self == ConditionTrait {
    /// The data set lies beside the package and is no part of it. Its absence is said aloud.
    static var realData: ConditionTrait { .enabled(if: RealData.isPresent, "the real data set is absent") }
}
