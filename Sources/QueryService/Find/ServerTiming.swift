internal import JSONBytes

/// What the stages of a request took, as the Server-Timing header says it (W3C Server Timing), in
/// milliseconds.
struct ServerTiming {
    var authentication = Duration.zero
    var cache = Duration.zero
    var store = Duration.zero
    /// The region that the store was read in, if it has regions.
    var region: String?
    /// Whether the header says anything of the store. Its time may tell what lies outside of a key's policy.
    var showsStore = true

    /// Writes the header's value.
    func append(to text: inout [UInt8]) {
        text.append(ascii: "auth;dur=")
        text.append(milliseconds: authentication)
        text.append(ascii: ", cache;dur=")
        text.append(milliseconds: cache)
        guard showsStore else { return }
        text.append(ascii: ", store;dur=")
        text.append(milliseconds: store)
        if let region {
            text.append(ascii: ";desc=\"")
            text.append(contentsOf: region.utf8)
            text.append(ascii: "\"")
        }
    }
}
