/// How the peer of a connection with TLS is known, and how we are. TLS 1.2 at least; the peer's certificate must be valid for its
/// name.
package struct TLSSettings: Sendable {
    /// A PEM file of the only roots to trust; nil for the system's.
    package let authorities: String?
    /// A PEM file of our certificate and its chain, and one of its key; nil where the peer asks for none.
    package let certificate: (chain: String, key: String)?

    /// Settings of their parts. Files are read with each connection.
    package init(authorities: String? = nil, certificate: (chain: String, key: String)? = nil) {
        (self.authorities, self.certificate) = (authorities, certificate)
    }
}
