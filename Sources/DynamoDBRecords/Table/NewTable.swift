/// The body of CreateTable for a layout, billed on demand
/// (docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html).
struct NewTable: Encodable {
    // Members are called as the service calls them.
    private let TableName: String
    private let AttributeDefinitions: [Attribute]
    private let KeySchema: TableKey
    private let GlobalSecondaryIndexes: [Index]
    private let BillingMode = "PAY_PER_REQUEST"

    private struct Attribute: Encodable {
        let AttributeName: String
        let AttributeType = "S"
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
        GlobalSecondaryIndexes = layout.indexes.map { Index(IndexName: $0.name, KeySchema: $0.key) }
    }
}
