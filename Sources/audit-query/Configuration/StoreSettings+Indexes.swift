import AuditRecords
import DynamoDBRecords

extension StoreSettings {
    static let attributeIndexesKey = "store.dynamodb.attribute-indexes"

    /// The indexes of attributes that a table has, each from `attribute=index`.
    static func attributeIndexes(_ source: SettingsSource) throws(SettingsError) -> [AttributeIndex] {
        var indexes: [AttributeIndex] = []
        var names = [
            try source.text("store.dynamodb.user-index"), try source.text("store.dynamodb.resource-index"),
        ]
        for text in try source.list(attributeIndexesKey) {
            // No index has the sign in its name.
            guard let sign = text.lastIndex(of: "=") else {
                throw source.fault(
                    attributeIndexesKey,
                    "must have attribute=index, with commas between several, and has \(text.printable)")
            }
            let name = String(text[text.index(after: sign)...])
            let attribute = try indexedAttribute(String(text[..<sign]), source)
            // Amazon DynamoDB API Reference, GlobalSecondaryIndex, IndexName.
            guard (3...255).contains(name.utf8.count), name.utf8.allSatisfy(isOfIndexName) else {
                throw source.fault(
                    attributeIndexesKey, "names \(name.printable), which no index of DynamoDB's is called")
            }
            guard !names.contains(name) else {
                throw source.fault(attributeIndexesKey, "names \(name), which is the index of something else")
            }
            guard !indexes.contains(where: { $0.attribute == attribute }) else {
                throw source.fault(
                    attributeIndexesKey, "names \(attribute.description.printable) twice")
            }
            names.append(name)
            indexes.append(AttributeIndex(attribute: attribute, name: name))
        }
        guard indexes.count <= AttributeIndex.mostOfTable else {
            throw source.fault(
                attributeIndexesKey,
                "names \(indexes.count) indexes; a table has at most \(AttributeIndex.mostOfTable) besides its two"
            )
        }
        return indexes
    }

    /// The attribute that is the partition key of an index.
    private static func indexedAttribute(
        _ text: String, _ source: SettingsSource
    ) throws(SettingsError) -> Identifier {
        let path: AttributePath
        do throws(AttributePathError) {
            path = try AttributePath(text)
        } catch {
            throw source.fault(attributeIndexesKey, "\(text.printable) \(error)")
        }
        guard path.names.count == 1, !path.beginsWithField, KeyAttribute(path.names[0].bytes[...]) == nil
        else {
            throw source.fault(
                attributeIndexesKey,
                "\(text.printable) is no attribute of the record itself: DynamoDB's indexes have no others, and none within these"
            )
        }
        // Amazon DynamoDB Developer Guide, "Quotas", Secondary index key attribute names.
        guard (1...255).contains(path.names[0].bytes.count) else {
            throw source.fault(attributeIndexesKey, "\(text.printable) is not of 1 to 255 bytes")
        }
        return path.names[0]
    }

    private static func isOfIndexName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
