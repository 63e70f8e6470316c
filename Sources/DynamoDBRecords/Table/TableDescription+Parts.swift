extension TableDescription.Index: Decodable {
    private enum Key: String, CodingKey {
        case IndexName, KeySchema, Projection, IndexStatus
    }

    private struct Projection: Decodable { let ProjectionType: String? }

    /// Reads an element of `GlobalSecondaryIndexes`.
    package init(from decoder: any Decoder) throws {
        let index = try decoder.container(keyedBy: Key.self)
        name = try index.decode(String.self, forKey: .IndexName)
        key = try index.decode(TableKey.self, forKey: .KeySchema)
        projection =
            try index.decodeIfPresent(Projection.self, forKey: .Projection)?.ProjectionType ?? "nothing"
        status = try index.decodeIfPresent(String.self, forKey: .IndexStatus) ?? ""
    }
}

extension TableDescription.Encryption: Decodable {
    private enum Key: String, CodingKey {
        case Status, KMSMasterKeyArn, InaccessibleEncryptionDateTime
    }

    /// Reads `SSEDescription`.
    package init(from decoder: any Decoder) throws {
        let encryption = try decoder.container(keyedBy: Key.self)
        status = try encryption.decodeIfPresent(String.self, forKey: .Status) ?? "ENABLED"
        keyARN = try encryption.decodeIfPresent(String.self, forKey: .KMSMasterKeyArn)
        isInaccessible =
            try encryption.decodeIfPresent(Double.self, forKey: .InaccessibleEncryptionDateTime) != nil
    }
}

extension TableDescription.Replica: Decodable {
    private enum Key: String, CodingKey {
        case RegionName, ReplicaStatus
    }

    /// Reads an element of `Replicas`.
    package init(from decoder: any Decoder) throws {
        let replica = try decoder.container(keyedBy: Key.self)
        region = try replica.decode(String.self, forKey: .RegionName)
        status = try replica.decodeIfPresent(String.self, forKey: .ReplicaStatus) ?? ""
    }
}
