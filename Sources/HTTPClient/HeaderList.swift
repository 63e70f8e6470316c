import CCurl

/// A request's header fields as libcurl's linked list, which is freed with it.
struct HeaderList: ~Copyable {
    private(set) var list: UnsafeMutablePointer<curl_slist>?

    deinit { curl_slist_free_all(list) }

    /// Adds a field. libcurl's form of a field with no value ends in a semicolon.
    ///
    /// - Returns: Whether there was memory for it.
    mutating func append(name: String, value: String) -> Bool {
        append(line: value.isEmpty ? "\(name);" : "\(name): \(value)")
    }

    /// Keeps libcurl from adding a field of its own.
    mutating func suppress(_ name: String) -> Bool { append(line: "\(name):") }

    private mutating func append(line: String) -> Bool {
        guard let longer = curl_slist_append(list, line) else { return false }
        list = longer
        return true
    }
}
