import AWS
import Foundation
import TestSupport
import Testing
@testable import DynamoDBRecords

@Suite struct TableAdministrationTests {
    private let layout = TableLayout.auditRecords(table: "audit-records")
    private static let soon = Duration.seconds(30)

    @Test func `a table is made on demand with the keys and indexes of the layout`() throws {
        try TableService.with([.init(body: "{}"), .table(TableService.description())]) { service in
            let (table, isNew) = try service.administration.create(layout, deadline: .now + Self.soon)
            #expect(isNew)
            #expect(table.key == TableKey(partition: "PK", sort: "SK"))
            #expect(service.operations == ["CreateTable", "DescribeTable"])
            let body = try JSONSerialization.jsonObject(with: Data(service.server.requests[0].body))
            let expected = try JSONSerialization.jsonObject(with: Data(Self.creation.utf8))
            #expect(body as? NSDictionary == expected as? NSDictionary, "\(body)")
            #expect(
                service.server.requests[1].body == Array("{\"TableName\":\"audit-records\"}".utf8))
        }
    }

    private static let creation = """
        {"TableName": "audit-records", "BillingMode": "PAY_PER_REQUEST",
         "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
         "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
         "AttributeDefinitions": [
           {"AttributeName": "PK", "AttributeType": "S"}, {"AttributeName": "SK", "AttributeType": "S"},
           {"AttributeName": "GS1_PK", "AttributeType": "S"}, {"AttributeName": "GS1_SK", "AttributeType": "S"},
           {"AttributeName": "GSI2_PK", "AttributeType": "S"}, {"AttributeName": "GSI2_SK", "AttributeType": "S"}],
         "GlobalSecondaryIndexes": [
           {"IndexName": "GSI1", "Projection": {"ProjectionType": "ALL"}, "KeySchema": [
             {"AttributeName": "GS1_PK", "KeyType": "HASH"}, {"AttributeName": "GS1_SK", "KeyType": "RANGE"}]},
           {"IndexName": "GSI2", "Projection": {"ProjectionType": "ALL"}, "KeySchema": [
             {"AttributeName": "GSI2_PK", "KeyType": "HASH"}, {"AttributeName": "GSI2_SK", "KeyType": "RANGE"}]}]}
        """

    @Test func `a new table is waited for until it and its indexes are active`() throws {
        let replies: [TableService.Reply] = [
            .init(body: "{}"), .error("ResourceNotFoundException"),
            .table(TableService.description(status: "CREATING", indexStatus: "CREATING")),
            .table(TableService.description(indexStatus: "CREATING")), .table(TableService.description()),
        ]
        try TableService.with(replies) { service in
            let (table, _) = try service.administration.create(layout, deadline: .now + Self.soon)
            #expect(table.status == "ACTIVE")
            #expect(service.pauses.all == [.milliseconds(100), .milliseconds(200), .milliseconds(400)])
        }
    }

    @Test func `waiting for a table ends with the deadline`() throws {
        let creating = TableService.description(status: "CREATING")
        try TableService.with([.init(body: "{}"), .table(creating)]) { service in
            let error = #expect(throws: AWSError.self) {
                try service.administration.create(layout, deadline: .now + .milliseconds(700))
            }
            #expect(error?.kind == .deadline)
            #expect(error?.message == "the table audit-records is CREATING")
        }
    }

    @Test(arguments: ["DELETING", "ARCHIVED", "INACCESSIBLE_ENCRYPTION_CREDENTIALS"])
    func `a table that will not be active is not waited for`(_ status: String) throws {
        let table = TableService.description(status: status)
        try TableService.with([.error("ResourceInUseException"), .table(table)]) { service in
            let error = #expect(throws: AWSError.self) {
                try service.administration.create(layout, deadline: .now + Self.soon)
            }
            #expect(error?.message == "the table audit-records is \(status)")
            #expect(service.pauses.all.isEmpty)
        }
    }

    @Test func `a table that is there already is left as it is, if it is laid out so`() throws {
        let there = TableService.description()
        try TableService.with([.error("ResourceInUseException"), .table(there)]) { service in
            let made = try service.administration.create(layout, deadline: .now + Self.soon)
            #expect(!made.isNew)
            let other = TableLayout.auditRecords(table: "audit-records", userIndex: "users")
            let error = #expect(throws: AWSError.self) {
                try service.administration.create(other, deadline: .now + Self.soon)
            }
            #expect(error?.kind == .invalid)
            #expect(
                error?.message
                    == "the table audit-records is there already, and there is no index users, but GSI1 has its key"
            )
        }
    }

    @Test func `a refusal is passed on, without waiting`() throws {
        try TableService.with([.error("AccessDeniedException")]) { service in
            let error = #expect(throws: AWSError.self) {
                try service.administration.create(layout, deadline: .now + Self.soon)
            }
            #expect(error?.kind == .denied)
            #expect(service.operations == ["CreateTable"])
        }
    }

    @Test func `what a description leaves out has DynamoDB's defaults`() throws {
        try TableService.with([.table(TableService.description())]) { service in
            let table = try service.administration.describe("audit-records", deadline: .now + Self.soon)
            #expect(table.billingMode == "PROVISIONED")
            #expect(table.tableClass == "STANDARD")
            #expect(table.encryption == nil)
            #expect(table.isDeletionProtected == nil)
            #expect(table.replicas.isEmpty)
            #expect(table.indexes.map(\.name) == ["GSI2", "GSI1"])
            #expect(layout.differences(of: table).isEmpty)
        }
    }

    @Test(arguments: [
        ("{\"PointInTimeRecoveryStatus\": \"ENABLED\", \"RecoveryPeriodInDays\": 7}", true, 7),
        ("{\"PointInTimeRecoveryStatus\": \"ENABLED\"}", true, nil),
        ("{\"PointInTimeRecoveryStatus\": \"DISABLED\"}", false, nil), ("null", false, nil),
    ])
    func `point-in-time recovery is told as it is`(_ text: String, _ isEnabled: Bool, _ days: Int?) throws {
        let body = "{\"ContinuousBackupsDescription\": {\"PointInTimeRecoveryDescription\": \(text)}}"
        try TableService.with([.init(body: body)]) { service in
            let recovery = try service.administration.pointInTimeRecovery(
                of: "audit-records", deadline: .now + Self.soon)
            #expect(recovery.isEnabled == isEnabled)
            #expect(recovery.days == days)
            #expect(service.operations == ["DescribeContinuousBackups"])
        }
    }

    @Test(arguments: ["", "{}", "[]", "{\"Table\": {}}", "{\"Table\": {\"TableName\": 1}}"])
    func `an answer that describes no table is an error, not a crash`(_ body: String) throws {
        try TableService.with([.init(body: body)]) { service in
            let error = #expect(throws: AWSError.self) {
                try service.administration.describe("audit-records", deadline: .now + Self.soon)
            }
            #expect(error?.kind == .server)
        }
    }

    @Test(.enabled(if: MotoServer.isInstalled)) func `moto makes the table, once`() throws {
        let moto = try MotoServer.shared()
        let administration = try TableAdministration.client(of: moto.url, wait: { _ in })
        let layout = TableLayout.auditRecords(table: "administration-tests", userIndex: "users")
        #expect(try administration.create(layout, deadline: .now + Self.soon).isNew)
        #expect(try !administration.create(layout, deadline: .now + Self.soon).isNew)
        let table = try administration.describe(layout.table, deadline: .now + Self.soon)
        #expect(layout.differences(of: table).isEmpty)
        #expect(table.billingMode == "PAY_PER_REQUEST")
        #expect(
            try !administration.pointInTimeRecovery(of: layout.table, deadline: .now + Self.soon).isEnabled)
        let missing = #expect(throws: AWSError.self) {
            try administration.describe("no-such-table", deadline: .now + Self.soon)
        }
        #expect(missing?.kind == .notFound)
    }
}
