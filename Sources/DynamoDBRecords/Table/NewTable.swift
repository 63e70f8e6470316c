/// The body of CreateTable for a layout, billed on demand
/// (docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html).
struct NewTable: Encodable {
    // Members are called as the service calls them.
    private let TableName: String
    private let AttributeDefinitions: [Attribute]
    private let KeySchema: TableKey
    private let GlobalSecondaryIndexes: [Index]
    private let BillingMode = "PAY_PER_REQUEST"
    /// For whoever follows, with what a replica needs.
    private let StreamSpecification: Stream

    private struct Attribute: Encodable {
        let AttributeName: String
        let AttributeType = "S"
    }

    private struct Stream: Encodable {
        let StreamEnabled = true
        let StreamViewType = "NEW_AND_OLD_IMAGES"
    }

    private struct Index: Encodable {
        let IndexName: String
        let KeySchema: TableKey
        let Projection = ["ProjectionType": "ALL"]
    }

    init(_ layout: TableLayout) {
        TableName = layout.table
        AttributeDefinitions = layout.attributeNames.map(Attribute.init)
        KeySchema = layout.key
        StreamSpecification = Stream()
        GlobalSecondaryIndexes = layout.indexes.map { Index(IndexName: $0.name, KeySchema: $0.key) }
    }
}
