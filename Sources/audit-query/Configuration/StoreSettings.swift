import AuditRecords
import DynamoDBRecords
import SQLiteRecords
import AWS

/// Where the records are.
enum StoreSettings: Equatable {
    /// In the embedded store's file, which is to have these indexes.
    case sqlite(path: String, indexes: SQLiteIndexes = SQLiteIndexes())
    /// In a table of these regions, the preferred one first. Endpoints are for other services than AWS's own,
    /// one for each region, or none at all.
    case dynamodb(table: DynamoDBTable, regions: [String], endpoints: [String])

    /// In a database that has the schema.
    case postgresql(PostgreSQLSettings)

    /// None for stores that have none.
    var regions: [String] {
        if case .dynamodb(_, let regions, _) = self { regions } else { [] }
    }

    private enum Kind: String, CaseIterable {
        case sqlite, postgresql, dynamodb
    }

    init(_ source: SettingsSource) throws(SettingsError) {
        switch try source.choice("store.kind", of: Kind.self) {
        case .sqlite:
            self = .sqlite(
                path: try source.text("store.sqlite.path"),
                indexes: SQLiteIndexes(
                    attributes: try Self.indexedAttributes(source), text: try source.bool("store.index.text"))
            )
        case .postgresql:
            try Self.refuseIndexes(source)
            self = .postgresql(try PostgreSQLSettings(source))
        case .dynamodb:
            try Self.refuseIndexes(source)
            self = try Self.dynamodb(source)
        }
    }

    private static let attributesKey = "store.index.attributes"

    /// Nil where it is not said: then nothing that a file has is taken away.
    private static func indexedAttributes(_ source: SettingsSource) throws(SettingsError) -> [AttributePath]?
    {
        guard source.isSet(attributesKey) else { return nil }
        var paths: [AttributePath] = []
        for text in try source.list(attributesKey) {
            let path: AttributePath
            do throws(AttributePathError) {
                path = try AttributePath(text)
            } catch {
                throw source.fault(attributesKey, "\(text.printable) \(error)")
            }
            guard !path.beginsWithField else {
                throw source.fault(
                    attributesKey, "\(text.printable) is a field of the record, and no attribute")
            }
            guard !paths.contains(path) else {
                throw source.fault(attributesKey, "names \(text.printable) twice")
            }
            paths.append(path)
        }
        guard paths.count <= IndexedPaths.maximumCount else {
            throw source.fault(
                attributesKey,
                "names \(paths.count) attributes; at most \(IndexedPaths.maximumCount) can be indexed")
        }
        return paths
    }

    private static func refuseIndexes(_ source: SettingsSource) throws(SettingsError) {
        guard try !source.bool("store.index.text") else {
            throw source.fault(
                "store.index.text", "must be false: only the store of kind sqlite has this index")
        }
        guard try source.list(attributesKey).isEmpty else {
            throw source.fault(
                attributesKey,
                "is for the embedded store: no other makes an index of attributes (a DynamoDB table's own are named in "
                    + "\(attributeIndexesKey))")
        }
    }

    private static func dynamodb(_ source: SettingsSource) throws(SettingsError) -> StoreSettings {
        let regions = try source.list("store.dynamodb.regions")
        guard !regions.isEmpty else { throw source.fault("store.dynamodb.regions", "must name a region") }
        guard Set(regions).count == regions.count else {
            throw source.fault("store.dynamodb.regions", "names a region twice")
        }
        for region in regions where !Endpoint.isRegion(region) {
            throw source.fault("store.dynamodb.regions", "\(region.printable) is not the name of a region")
        }
        let endpoints = try source.list("store.dynamodb.endpoints")
        guard endpoints.isEmpty || endpoints.count == regions.count else {
            throw source.fault(
                "store.dynamodb.endpoints",
                "must have a URL for each of the \(regions.count) regions, or none")
        }
        for url in endpoints where Endpoint(region: regions[0], url: url) == nil {
            throw source.fault(
                "store.dynamodb.endpoints",
                "must be http:// or https://, a host and perhaps a port, not \(url.printable)")
        }
        let table = DynamoDBTable(
            name: try source.text("store.dynamodb.table"),
            userIndex: try source.text("store.dynamodb.user-index"),
            resourceIndex: try source.text("store.dynamodb.resource-index"), systems: try systems(source),
            attributeIndexes: try attributeIndexes(source), shards: try shards(source))
        return .dynamodb(table: table, regions: regions, endpoints: endpoints)
    }

    private static func systems(_ source: SettingsSource) throws(SettingsError) -> [Identifier] {
        let key = "store.dynamodb.systems"
        let systems = try source.list(key).map { Identifier($0) }
        for system in systems {
            guard let fault = system.fault else { continue }
            throw source.fault(key, "\(system.description.printable) \(fault)")
        }
        guard Set(systems).count == systems.count else { throw source.fault(key, "names a system twice") }
        guard systems.count <= DynamoDBTable.mostSystems else {
            throw source.fault(
                key,
                "names \(systems.count) systems; at most \(DynamoDBTable.mostSystems) can be asked at once")
        }
        return systems
    }
}
