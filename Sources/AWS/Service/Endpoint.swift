/// Where a service is asked in one region.
package struct Endpoint: Sendable, Hashable {
    /// The region, such as `eu-west-1`, which signatures name.
    package let region: String
    /// `https://dynamodb.eu-west-1.amazonaws.com/`
    package let url: String
    /// What the Host header says: the port too, unless it is the scheme's own.
    let host: String

    /// The endpoint of a URL; nil when that is no http or https URL of a host alone.
    package init?(region: String, url: String) {
        let parts = url.split(separator: "://", maxSplits: 1)
        guard parts.count == 2, parts[0] == "http" || parts[0] == "https" else { return nil }
        let authority = parts[1].hasSuffix("/") ? parts[1].dropLast() : parts[1]
        guard Self.isAuthority(authority) else { return nil }
        let defaultPort = parts[0] == "http" ? ":80" : ":443"
        self.region = region
        self.url = "\(parts[0])://\(authority)/"
        host = String(authority.hasSuffix(defaultPort) ? authority.dropLast(defaultPort.count) : authority)
    }

    /// A service's own endpoint in a region (docs.aws.amazon.com/general/latest/gr/rande.html), by the
    /// service's host name, such as `dynamodb`; nil when the region's name is none.
    init?(region: String, service: String, _ variant: EndpointVariant = .usual) {
        guard Self.isRegion(region) else { return nil }
        self.init(
            region: region, url: "https://\(Partition.of(region).host(service, region: region, variant))")
    }

    /// Whether a text may be a region's name: it becomes part of a host's.
    package static func isRegion(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { isLowercase($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
    }

    /// A host's name or address, perhaps with a port.
    private static func isAuthority(_ text: Substring) -> Bool {
        let isBracketed = text.hasPrefix("[")
        guard
            let hostEnd = isBracketed
                ? text.firstIndex(of: "]").map(text.index(after:)) : text.firstIndex(of: ":") ?? text.endIndex
        else { return false }
        let port = text[hostEnd...]
        guard port.isEmpty || port.hasPrefix(":") && UInt16(port.dropFirst()) != nil else { return false }
        return hostEnd > text.startIndex
            && text[..<hostEnd].utf8.allSatisfy { byte in
                isLowercase(byte | 0x20) || isDigit(byte) || "-._".utf8.contains(byte)
                    || isBracketed && "[]:".utf8.contains(byte)
            }
    }

    private static func isLowercase(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

/// Which of a service's hosts in a region are asked
/// (docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html).
struct EndpointVariant: Sendable, Equatable {
    /// Hosts whose cryptography is validated for FIPS 140.
    var isFIPS = false
    /// Hosts that have IPv6 addresses too.
    var isDualStack = false

    static let usual = EndpointVariant()
}
