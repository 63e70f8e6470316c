internal import HTTPClient

/// Environment variables, some of which are secrets. An empty one counts as not set.
struct Variables: Sendable {
    /// All of them, as a process that is started inherits them.
    let all: [String: String]

    init(_ all: [String: String]) {
        self.all = all
    }

    subscript(name: String) -> String? {
        all[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    func isTrue(_ name: String) -> Bool { self[name]?.lowercased() == "true" }
}

extension Variables: Redacted {
    var description: String { "\(all.count) variables" }
}
