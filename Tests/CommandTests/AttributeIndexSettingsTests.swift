// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import AuditRecords
import DynamoDBRecords
import TestSupport
import Testing

@testable import audit_query

/// `store.dynamodb.attribute-indexes`
@Suite struct AttributeIndexSettingsTests {
    private let folder = try! TemporaryFolder()

    private static func yaml(_ indexes: String) -> String {
        "store:\n  kind: dynamodb\n  dynamodb:\n    attribute-indexes: \(indexes)\n    regions: [a]\n"
    }

    private func indexes(_ yaml: String, _ environment: [String: String] = [:]) throws -> [String: String] {
        let path = try folder.write(yaml, to: "audit-query.yaml")
        guard
            case .dynamodb(let table, _, _) = try Settings.load(path, environment: environment).store
        else { return [:] }
        return Dictionary(
            uniqueKeysWithValues: table.attributeIndexes.map { ($0.attribute.description, $0.name) })
    }

    @Test func `a mapping names the index of each attribute, in the file and in the environment`() throws {
        let variable = "AUDIT_QUERY_STORE_DYNAMODB_ATTRIBUTE_INDEXES"
        #expect(
            try indexes(Self.yaml("{action: GSI3, '\"source.ip\"': by-ip, '\"a=b\"': GSI5}"))
                == ["action": "GSI3", "source.ip": "by-ip", "a=b": "GSI5"])
        #expect(try indexes(Self.yaml("")).isEmpty)
        #expect(
            try indexes(Self.yaml("{action: GSI3}"), [variable: "outcome=GSI4,action=GSI5"])
                == ["outcome": "GSI4", "action": "GSI5"])
    }

    @Test(
        arguments: [
            (
                "[GSI3]",
                "FILE:4: store.dynamodb.attribute-indexes must be a mapping of names to texts"
            ),
            (
                "{action: }",
                "FILE:4: store.dynamodb.attribute-indexes must be a mapping of names to texts"
            ),
            (
                "{details.kind: GSI3}",
                "FILE:4: store.dynamodb.attribute-indexes details.kind is no attribute of the record itself: DynamoDB's "
                    + "indexes have no others, and none within these"
            ),
            (
                "{SK: GSI3}",
                "FILE:4: store.dynamodb.attribute-indexes SK is no attribute of the record itself: DynamoDB's indexes "
                    + "have no others, and none within these"
            ),
            (
                "{action: GSI2}",
                "FILE:4: store.dynamodb.attribute-indexes names GSI2, which is the index of something else"
            ),
            (
                "{action: G/3}",
                "FILE:4: store.dynamodb.attribute-indexes names G/3, which no index of DynamoDB's is called"
            ),
            (
                "{action: GSI3, '\"action\"': GSI4}",
                "FILE:4: store.dynamodb.attribute-indexes names action twice"
            ),
        ] as [(String, String)])
    func `a wrong one says where it stands and what was expected`(_ value: String, _ expected: String) throws
    {
        let path = try folder.write(Self.yaml(value), to: "audit-query.yaml")
        let error = #expect(throws: SettingsError.self) { try Settings.load(path, environment: [:]) }
        #expect((error?.description ?? "").replacing(path, with: "FILE") == expected)
    }

    @Test func `a variable without an index says so`() throws {
        let error = #expect(throws: SettingsError.self) {
            try indexes(Self.yaml(""), ["AUDIT_QUERY_STORE_DYNAMODB_ATTRIBUTE_INDEXES": "action"])
        }
        #expect(
            error?.description.hasSuffix(
                "must have attribute=index, with commas between several, and has action") == true)
    }
}
