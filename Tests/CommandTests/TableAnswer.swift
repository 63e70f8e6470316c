import AWS
import Foundation
@testable import DynamoDBRecords

/// What DescribeTable says of a table that has everything, in `eu-west-1`, with a replica.
enum TableAnswer {
    static let whole = """
        {"TableName":"audit-records","TableStatus":"ACTIVE",
        "KeySchema":[{"AttributeName":"PK","KeyType":"HASH"},{"AttributeName":"SK","KeyType":"RANGE"}],
        "AttributeDefinitions":[{"AttributeName":"PK","AttributeType":"S"},{"AttributeName":"SK","AttributeType":"S"},
        {"AttributeName":"GS1_PK","AttributeType":"S"},{"AttributeName":"GS1_SK","AttributeType":"S"},
        {"AttributeName":"GSI2_PK","AttributeType":"S"},{"AttributeName":"GSI2_SK","AttributeType":"S"}],
        "GlobalSecondaryIndexes":[
        {"IndexName":"GSI1","IndexStatus":"ACTIVE","Projection":{"ProjectionType":"ALL"},
        "KeySchema":[{"AttributeName":"GS1_PK","KeyType":"HASH"},{"AttributeName":"GS1_SK","KeyType":"RANGE"}]},
        {"IndexName":"GSI2","IndexStatus":"ACTIVE","Projection":{"ProjectionType":"ALL"},
        "KeySchema":[{"AttributeName":"GSI2_PK","KeyType":"HASH"},{"AttributeName":"GSI2_SK","KeyType":"RANGE"}]}],
        "BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST"},
        "ProvisionedThroughput":{"ReadCapacityUnits":0,"WriteCapacityUnits":0},
        "SSEDescription":{"Status":"ENABLED","SSEType":"KMS","KMSMasterKeyArn":"arn:aws:kms:k"},
        "DeletionProtectionEnabled":true,"TableClassSummary":{"TableClass":"STANDARD"},
        "Replicas":[{"RegionName":"eu-central-1","ReplicaStatus":"ACTIVE"}],
        "LatestStreamArn":"arn:aws:dynamodb:eu-west-1:1:table/audit-records/stream/1",
        "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}}
        """

    static let recovery = """
        {"ContinuousBackupsDescription":{"ContinuousBackupsStatus":"ENABLED","PointInTimeRecoveryDescription":
        {"PointInTimeRecoveryStatus":"ENABLED","RecoveryPeriodInDays":35,"EarliestRestorableDateTime":1.7e9}}}
        """

    /// The table's own policy; REGION stands for the region.
    static let policy = """
        {"Version":"2012-10-17","Statement":[{"Sid":"OnlyOurRolesReachRecords","Effect":"Deny","Principal":"*",
        "Action":["dynamodb:Query","dynamodb:Scan"],"Resource":["arn:aws:dynamodb:REGION:1:table/t",
        "arn:aws:dynamodb:REGION:1:table/t/index/*"],"Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::1:role/worker"}}},
        {"Sid":"OnlyOverTLS","Effect":"Deny","Principal":"*","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:REGION:1:table/t",
        "Condition":{"Bool":{"aws:SecureTransport":"false"}}},
        {"Sid":"ServiceOnlyThroughEndpoints","Effect":"Deny","Principal":"*","Action":"dynamodb:Query",
        "Resource":"arn:aws:dynamodb:REGION:1:table/t","Condition":{"StringNotEquals":{"aws:SourceVpce":["vpce-1"]}}}]}
        """

    /// What GetResourcePolicy answers.
    static func policyAnswer(_ policy: String) -> String {
        let text = policy.replacing("\n", with: "").replacing("\"", with: "\\\"")
        return "{\"Policy\":\"\(text)\",\"RevisionId\":\"1\"}"
    }

    static func description(_ text: String = whole) throws -> TableDescription {
        try JSONDecoder().decode(TableDescription.self, from: Data(text.utf8))
    }
}
