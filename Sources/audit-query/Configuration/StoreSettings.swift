import AuditRecords
import DynamoDBRecords
import AWS

/// Where the records are.
enum StoreSettings: Equatable {
    /// In the embedded store's file, whose loads keep an index of words, or do not.
    case sqlite(path: String, indexesText: Bool = false)
    /// In a table of these regions, the preferred one first. Endpoints are for other services than AWS's own,
    /// one for each region, or none at all.
    case dynamodb(table: DynamoDBTable, regions: [String], endpoints: [String])

    /// None for the embedded store.
    var regions: [String] {
        if case .dynamodb(_, let regions, _) = self { regions } else { [] }
    }

    private enum Kind: String, CaseIterable {
        case sqlite, dynamodb
    }

    init(_ source: SettingsSource) throws(SettingsError) {
        switch try source.choice("store.kind", of: Kind.self) {
        case .sqlite:
            self = .sqlite(
                path: try source.text("store.sqlite.path"), indexesText: try source.bool("store.index.text"))
        case .dynamodb:
            guard try !source.bool("store.index.text") else {
                throw source.fault(
                    "store.index.text", "must be false: only the store of kind sqlite has this index")
            }
            self = try Self.dynamodb(source)
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
            resourceIndex: try source.text("store.dynamodb.resource-index"), systems: try systems(source))
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
