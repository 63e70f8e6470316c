import AWS
import Foundation
import Testing

@testable import audit_query
@testable import DynamoDBRecords

@Suite struct TableInspectionTests {
    private func findings(_ answer: String, _ environment: Settings.Environment = .prod) throws -> [String] {
        let inspection = TableInspection(
            layout: .auditRecords(table: "audit-records"), region: "eu-west-1",
            regions: ["eu-west-1", "eu-central-1"], environment: environment)
        return inspection.findings(of: try TableAnswer.description(answer)).map {
            $0.line(coloured: false).replacing("table audit-records in eu-west-1: ", with: "")
        }
    }

    private static let right = [
        "ok       status ACTIVE, class STANDARD", "ok       key PK, SK, of type S",
        "ok       index GSI1 of GS1_PK, GS1_SK, of type S, all attributes, status ACTIVE",
        "ok       index GSI2 of GSI2_PK, GSI2_SK, of type S, all attributes, status ACTIVE",
        "ok       billed on demand", "ok       encrypted with the KMS key arn:aws:kms:k",
        "ok       deletion protection is on", "ok       replica in eu-central-1, status ACTIVE",
        "ok       its stream has what is written, for who follows",
    ]

    @Test func `a table that has everything is right, line by line`() throws {
        #expect(try findings(TableAnswer.whole) == Self.right)
    }

    private static let turnOn =
        "aws dynamodb update-table --table-name audit-records --stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES"

    /// What is changed in the answer, and the line that is then another one.
    private static let changes: [(old: String, new: String, line: String)] = [
        (
            "\"StreamEnabled\":true", "\"StreamEnabled\":false",
            "warning  the table audit-records has no stream, so that nobody can follow it: turn it on with \(turnOn)"
        ),
        (
            "NEW_AND_OLD_IMAGES", "KEYS_ONLY",
            "warning  the stream of the table audit-records has KEYS_ONLY, not what is written: turn it off, and on again with \(turnOn)"
        ),
        (
            "\"TableStatus\":\"ACTIVE\"", "\"TableStatus\":\"UPDATING\"",
            "warning  status UPDATING, class STANDARD"
        ),
        (
            "\"TableStatus\":\"ACTIVE\"", "\"TableStatus\":\"ARCHIVED\"",
            "wrong    status ARCHIVED, class STANDARD: it cannot be used"
        ),
        (
            "\"STANDARD\"", "\"STANDARD_INFREQUENT_ACCESS\"",
            "ok       status ACTIVE, class STANDARD_INFREQUENT_ACCESS"
        ),
        (
            "{\"AttributeName\":\"SK\",\"KeyType\":\"RANGE\"}",
            "{\"AttributeName\":\"at\",\"KeyType\":\"RANGE\"}",
            "wrong    its key is PK, at, not PK, SK"
        ),
        (
            ",{\"AttributeName\":\"SK\",\"KeyType\":\"RANGE\"}", "", "wrong    its key is PK, not PK, SK"
        ),
        (
            "\"SK\",\"AttributeType\":\"S\"", "\"SK\",\"AttributeType\":\"N\"",
            "wrong    SK is of type N, not S"
        ),
        (
            "\"GS1_PK\",\"AttributeType\":\"S\"", "\"GS1_PK\",\"AttributeType\":\"B\"",
            "wrong    GS1_PK is of type B, not S"
        ),
        (
            "\"IndexName\":\"GSI2\"", "\"IndexName\":\"resources\"",
            "wrong    there is no index GSI2, but resources has its key"
        ),
        (
            "\"GSI2_SK\",\"KeyType\"", "\"SK\",\"KeyType\"",
            "wrong    the key of GSI2 is GSI2_PK, SK, not GSI2_PK, GSI2_SK"
        ),
        (
            "GSI1\",\"IndexStatus\":\"ACTIVE\",\"Projection\":{\"ProjectionType\":\"ALL\"}",
            "GSI1\",\"IndexStatus\":\"ACTIVE\",\"Projection\":{\"ProjectionType\":\"KEYS_ONLY\"}",
            "wrong    GSI1 projects KEYS_ONLY, not ALL"
        ),
        (
            "GSI1\",\"IndexStatus\":\"ACTIVE\"", "GSI1\",\"IndexStatus\":\"CREATING\"",
            "wrong    index GSI1 of GS1_PK, GS1_SK, of type S, all attributes, status CREATING: it cannot be asked"
        ),
        (
            "GSI1\",\"IndexStatus\":\"ACTIVE\"", "GSI1\",\"IndexStatus\":\"UPDATING\"",
            "warning  index GSI1 of GS1_PK, GS1_SK, of type S, all attributes, status UPDATING"
        ),
        (
            "\"BillingModeSummary\":{\"BillingMode\":\"PAY_PER_REQUEST\"},\n\"ProvisionedThroughput\":"
                + "{\"ReadCapacityUnits\":0,\"WriteCapacityUnits\":0}",
            "\"ProvisionedThroughput\":{\"ReadCapacityUnits\":20,\"WriteCapacityUnits\":5}",
            "ok       billed for provisioned capacity, now 20 read and 5 write units"
        ),
        (
            "\"Status\":\"ENABLED\",\"SSEType\"", "\"Status\":\"UPDATING\",\"SSEType\"",
            "warning  encrypted with the KMS key arn:aws:kms:k, status UPDATING"
        ),
        (
            "\"SSEType\"", "\"InaccessibleEncryptionDateTime\":1.7e9,\"SSEType\"",
            "wrong    encrypted with the KMS key arn:aws:kms:k, which DynamoDB can no longer use: enable the key and "
                + "its grants"
        ),
        (
            "\"Status\":\"ENABLED\",\"SSEType\"", "\"Status\":\"DISABLED\",\"SSEType\"",
            "warning  encrypted with a key that AWS owns, the default: only the use of a KMS key is logged and can be "
                + "revoked"
        ),
        (
            "\"DeletionProtectionEnabled\":true", "\"DeletionProtectionEnabled\":false",
            "wrong    deletion protection is off: turn it on where the table is defined"
        ),
        (
            "\"ReplicaStatus\":\"ACTIVE\"", "\"ReplicaStatus\":\"CREATING\"",
            "wrong    replica in eu-central-1, status CREATING: it is not in use yet"
        ),
        (
            "{\"RegionName\":\"eu-central-1\",\"ReplicaStatus\":\"ACTIVE\"}", "",
            "wrong    no replica in eu-central-1, which store.dynamodb.regions names"
        ),
    ]

    @Test(arguments: changes)
    func `each thing that is otherwise changes its line, and no other`(
        _ old: String, _ new: String, _ line: String
    ) throws {
        try #require(TableAnswer.whole.contains(old))
        let found = try findings(TableAnswer.whole.replacing(old, with: new))
        #expect(found.count == Self.right.count)
        #expect(zip(found, Self.right).filter { $0 != $1 }.map(\.0) == [line])
    }

    @Test func `a replica that is not configured is a warning, and the region's own is no replica`() throws {
        let more = TableAnswer.whole.replacing(
            "\"Replicas\":[",
            with: "\"Replicas\":[{\"RegionName\":\"us-east-1\",\"ReplicaStatus\":\"ACTIVE\"},"
                + "{\"RegionName\":\"eu-west-1\",\"ReplicaStatus\":\"ACTIVE\"},")
        #expect(
            try findings(more) == Self.right.dropLast() + [
                "warning  replica in us-east-1, which store.dynamodb.regions does not name"
            ] + Self.right.suffix(1))
    }

    @Test func `what only protects is a warning outside production, what is read is wrong everywhere`() throws
    {
        let poor = TableAnswer.whole.replacing(
            "\"DeletionProtectionEnabled\":true", with: "\"DeletionProtectionEnabled\":false"
        )
        .replacing("\"Status\":\"ENABLED\",\"SSEType\"", with: "\"Status\":\"DISABLED\",\"SSEType\"")
        .replacing("\"SK\",\"AttributeType\":\"S\"", with: "\"SK\",\"AttributeType\":\"N\"")
        for environment in [Settings.Environment.dev, .staging] {
            let lines = try findings(poor, environment)
            #expect(
                lines.contains("warning  deletion protection is off: turn it on where the table is defined"))
            #expect(lines.contains("ok       encrypted with a key that AWS owns, the default"))
            #expect(lines.contains("wrong    SK is of type N, not S"))
        }
    }

    @Test func `what another server than DynamoDB does not have is not wrong, in production either`() throws {
        let other = TableAnswer.whole.replacing("\"DeletionProtectionEnabled\":true,", with: "")
        let lines = try findings(other)
        #expect(lines.contains { $0.hasPrefix("warning  this server knows no deletion protection") })
        #expect(!lines.contains { $0.hasPrefix("wrong") })
        let inspection = TableInspection(
            layout: .auditRecords(table: "t"), region: "r", regions: ["r"], environment: .prod)
        let off = PointInTimeRecovery(isEnabled: false, days: nil)
        #expect(inspection.finding(of: off, mayHaveNone: true).state == .warning)
        #expect(inspection.finding(of: off, mayHaveNone: false).state == .wrong)
    }
}
