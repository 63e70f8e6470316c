internal import Glibc

/// Tells whether a URL may be asked for a container's credentials
/// (docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html).
enum MetadataHost {
    /// Where ECS and EKS serve them over plain http, which nobody between here and there can read.
    private static let local = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"].map(address)

    /// Whether the URL is https, or http to this machine or to where ECS and EKS serve credentials.
    static func isAllowed(_ url: String) -> Bool {
        let parts = url.split(separator: "://", maxSplits: 1)
        guard parts.count == 2, let host = host(parts[1]) else { return false }
        switch parts[0].lowercased() {
        case "https": return true
        case "http": return host.lowercased() == "localhost" || isLocal(address(host))
        default: return false
        }
    }

    /// The host of what follows a scheme; nil when there is user information, behind which one could hide.
    private static func host(_ rest: Substring) -> String? {
        let authority = rest.prefix { !"/?#\\".contains($0) }
        guard !authority.contains("@") else { return nil }
        guard authority.hasPrefix("[") else { return String(authority.prefix { $0 != ":" }) }
        guard let end = authority.firstIndex(of: "]") else { return nil }
        return String(authority[..<end].dropFirst())
    }

    private static func isLocal(_ address: [UInt8]) -> Bool {
        guard !address.isEmpty else { return false }
        let isLoopback = address.count == 4 ? address[0] == 127 : address == Self.address("::1")
        return isLoopback || local.contains(address)
    }

    /// The bytes of a numeric address in its usual form; empty for any other text.
    private static func address(_ text: String) -> [UInt8] {
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: count)
            if inet_pton(family, text, &bytes) == 1 { return bytes }
        }
        return []
    }
}
