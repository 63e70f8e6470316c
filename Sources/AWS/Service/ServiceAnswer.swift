/// What a service answered.
package struct ServiceAnswer: Sendable {
    /// The body, decompressed, its checksum compared.
    package let body: [UInt8]
    /// The region that answered.
    package let region: String
    /// How many requests it took, in all regions.
    package let attempts: Int
}
