/// What a service answered.
public struct ServiceAnswer: Sendable {
    /// The body, decompressed, its checksum compared.
    public let body: [UInt8]
    /// The region that answered.
    public let region: String
    /// How many requests it took, in all regions.
    public let attempts: Int
}
