/// What DescribeTable says of a table in one region
/// (docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html).
package struct TableDescription: Sendable {
    /// A global secondary index.
    package struct Index: Sendable {
        /// Its name.
        package let name: String
        /// Its key.
        package let key: TableKey
        /// `ALL`, `KEYS_ONLY` or `INCLUDE`.
        package let projection: String
        /// `ACTIVE`, `CREATING`, `UPDATING` or `DELETING`; empty when it does not say.
        package let status: String
    }

    /// The encryption with a key of KMS.
    package struct Encryption: Sendable {
        /// `ENABLED`, or `UPDATING` while another key is taken into use.
        package let status: String
        /// The key's ARN; nil when it does not say.
        package let keyARN: String?
        /// Whether DynamoDB has lost the use of the key.
        package let isInaccessible: Bool
    }

    /// The same table in another region.
    package struct Replica: Sendable {
        /// Its region.
        package let region: String
        /// `ACTIVE`, or what is going on; empty when it does not say.
        package let status: String
    }

    /// The stream of what is written.
    package struct Stream: Sendable, Hashable {
        /// Its ARN.
        package let arn: String
        /// Whether anything is written to it now.
        package let isEnabled: Bool
        /// `NEW_AND_OLD_IMAGES`, `NEW_IMAGE`, `OLD_IMAGE` or `KEYS_ONLY`; empty where it does not say.
        package let viewType: String
    }

    /// The table's name.
    package let name: String
    /// Its ARN in this region; nil when it does not say.
    package let arn: String?
    /// `ACTIVE`, `CREATING`, `UPDATING` and so on.
    package let status: String
    /// Its key.
    package let key: TableKey
    /// The types of the attributes in keys, `S`, `N` or `B`, by their names.
    package let keyTypes: [String: String]
    /// Its global secondary indexes.
    package let indexes: [Index]
    /// `PAY_PER_REQUEST` or `PROVISIONED`.
    package let billingMode: String
    /// Provisioned units a second; 0 on demand.
    package let provisioned: (read: Int, write: Int)
    /// Nil for a key that AWS owns, the default.
    package let encryption: Encryption?
    /// Whether DeleteTable is refused; nil where nothing is said of it, as by servers that are not DynamoDB.
    package let isDeletionProtected: Bool?
    /// The replicas; AWS does not always count the asked region's own.
    package let replicas: [Replica]
    /// `STANDARD` or `STANDARD_INFREQUENT_ACCESS`.
    package let tableClass: String
    /// The stream that it has, or had last; nil where it never had one.
    package let stream: Stream?

    /// Why nobody can follow the table, for a person to read; nil where that goes.
    package var streamFault: String? {
        let missing =
            if let stream, stream.isEnabled {
                Self.wholeViews.contains(stream.viewType)
                    ? ""
                    : "the stream of the table \(name) has \(stream.viewType), not what is written: turn it off, and on again with"
            } else {
                "the table \(name) has no stream, so that nobody can follow it: turn it on with"
            }
        return missing.isEmpty
            ? nil
            : "\(missing) aws dynamodb update-table --table-name \(name) "
                + "--stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES"
    }

    /// Views that have what is written. A replica needs the first one.
    private static let wholeViews = ["NEW_AND_OLD_IMAGES", "NEW_IMAGE"]
}

extension TableDescription: Decodable {
    private enum Key: String, CodingKey {
        case TableName, TableArn, TableStatus, KeySchema, AttributeDefinitions, GlobalSecondaryIndexes
        case BillingModeSummary, ProvisionedThroughput, SSEDescription, DeletionProtectionEnabled, Replicas
        case TableClassSummary, LatestStreamArn, StreamSpecification
    }

    // Members are called as the service calls them.
    private struct Attribute: Decodable { let AttributeName, AttributeType: String }
    private struct Billing: Decodable { let BillingMode: String? }
    private struct Throughput: Decodable { let ReadCapacityUnits, WriteCapacityUnits: Int? }
    private struct Class: Decodable { let TableClass: String? }
    private struct Specification: Decodable {
        let StreamEnabled: Bool?
        let StreamViewType: String?
    }

    /// Reads the `Table` of an answer. What DynamoDB leaves out has its default.
    package init(from decoder: any Decoder) throws {
        let table = try decoder.container(keyedBy: Key.self)
        name = try table.decode(String.self, forKey: .TableName)
        arn = try table.decodeIfPresent(String.self, forKey: .TableArn)
        status = try table.decode(String.self, forKey: .TableStatus)
        key = try table.decode(TableKey.self, forKey: .KeySchema)
        let attributes = try table.decodeIfPresent([Attribute].self, forKey: .AttributeDefinitions) ?? []
        keyTypes = Dictionary(attributes.map { ($0.AttributeName, $0.AttributeType) }) { first, _ in first }
        indexes = try table.decodeIfPresent([Index].self, forKey: .GlobalSecondaryIndexes) ?? []
        billingMode =
            try table.decodeIfPresent(Billing.self, forKey: .BillingModeSummary)?.BillingMode
            ?? "PROVISIONED"
        let throughput = try table.decodeIfPresent(Throughput.self, forKey: .ProvisionedThroughput)
        provisioned = (throughput?.ReadCapacityUnits ?? 0, throughput?.WriteCapacityUnits ?? 0)
        let encryption = try table.decodeIfPresent(Encryption.self, forKey: .SSEDescription)
        // DISABLED is what AWS calls its own key.
        self.encryption = encryption?.status == "DISABLED" ? nil : encryption
        isDeletionProtected =
            try table.decodeIfPresent(Bool.self, forKey: .DeletionProtectionEnabled)
        replicas = try table.decodeIfPresent([Replica].self, forKey: .Replicas) ?? []
        tableClass =
            try table.decodeIfPresent(Class.self, forKey: .TableClassSummary)?.TableClass ?? "STANDARD"
        let specification = try table.decodeIfPresent(Specification.self, forKey: .StreamSpecification)
        stream = try table.decodeIfPresent(String.self, forKey: .LatestStreamArn).map { arn in
            Stream(
                arn: arn, isEnabled: specification?.StreamEnabled ?? false,
                viewType: specification?.StreamViewType ?? "")
        }
    }
}
