/// The attributes that are the key of a table or an index. Coded as DynamoDB's KeySchema
/// (docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_KeySchemaElement.html).
package struct TableKey: Sendable, Hashable {
    /// The name of the partition key.
    package let partition: String
    /// The name of the sort key; nil where there is none.
    package let sort: String?

    /// The names, the partition key's first.
    package var names: [String] { [partition] + (sort.map { [$0] } ?? []) }
}

extension TableKey: CustomStringConvertible {
    /// `PK, SK`
    package var description: String { names.joined(separator: ", ") }
}

extension TableKey: Codable {
    private struct Element: Codable {
        let AttributeName: String
        let KeyType: String
    }

    /// Reads a KeySchema, whose elements may be in any order.
    package init(from decoder: any Decoder) throws {
        let elements = try [Element](from: decoder)
        guard let partition = elements.first(where: { $0.KeyType == "HASH" }) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "a KeySchema without a HASH key"))
        }
        self.partition = partition.AttributeName
        sort = elements.first { $0.KeyType == "RANGE" }?.AttributeName
    }

    /// Writes a KeySchema.
    package func encode(to encoder: any Encoder) throws {
        try zip(names, ["HASH", "RANGE"]).map(Element.init).encode(to: encoder)
    }
}
