/// The one answer to a request, complete: a handler returns it, so none is forgotten and none is sent twice.
package struct Reply: Sendable {
    /// The CGI header block with its final empty line (RFC 3875 section 6), e.g. `Status: 200\r\n…\r\n\r\n`.
    package let head: [UInt8]
    /// The bytes after it. Shared, not copied.
    package let body: [UInt8]
    /// What is let go of once both are written; nil for nothing.
    package let hold: (any AnyObject & Sendable)?
    /// What is done once both are written, or cannot be: by the thread that writes, before it takes another request; nil for
    /// nothing.
    package let afterwards: (@Sendable () -> Void)?

    /// A reply of a header block and a body.
    package init(
        head: [UInt8], body: [UInt8], hold: (any AnyObject & Sendable)? = nil,
        afterwards: (@Sendable () -> Void)? = nil
    ) {
        self.head = head
        self.body = body
        self.hold = hold
        self.afterwards = afterwards
    }
}
