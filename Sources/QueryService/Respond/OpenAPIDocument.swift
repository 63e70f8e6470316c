internal import Deflate
internal import JSONBytes
internal import Yams

/// The description of the interface: written as YAML beside this file, served as JSON.
enum OpenAPIDocument {
    static func response(to request: Request) throws(Problem) -> Response {
        guard let json else { throw .internalError }
        return Responder.response(
            to: request, open: json, member: member, cacheControl: "public, max-age=3600")
    }

    private static let member = json.flatMap { Deflate.gzip($0, within: $0.count) }

    /// Made at the first request for it; nil only if the document in the program is no YAML, which a test
    /// rules out.
    private static let json: [UInt8]? = {
        guard let yaml = String(validating: PackageResources.openapi_yaml, as: UTF8.self),
            let node = try? Yams.compose(yaml: yaml)
        else { return nil }
        var json: [UInt8] = []
        json.append(node)
        json.append(json: "\n")
        return json
    }()
}

extension [UInt8] {
    /// Appends a YAML node as JSON, its members in their order.
    fileprivate mutating func append(_ node: Node) {
        switch node {
        case .mapping(let mapping):
            append(json: "{")
            for (index, pair) in mapping.enumerated() {
                if index > 0 { append(json: ",") }
                append(jsonString: (pair.key.string ?? "").utf8)
                append(json: ":")
                append(pair.value)
            }
            append(json: "}")
        case .sequence(let sequence):
            append(json: "[")
            for (index, element) in sequence.enumerated() {
                if index > 0 { append(json: ",") }
                append(element)
            }
            append(json: "]")
        case .scalar(let scalar):
            if scalar.style == .plain, scalar.isJSONLiteral {
                append(contentsOf: scalar.string.utf8)
            } else {
                append(jsonString: scalar.string.utf8)
            }
        case .alias: append(json: "null")
        }
    }
}

extension Node.Scalar {
    /// Whether it is written as JSON writes a number, a truth value or null.
    fileprivate var isJSONLiteral: Bool {
        guard var cursor = try? JSONCursor(Array(string.utf8)), !"\"{[".utf8.contains(cursor.peek()) else {
            return false
        }
        return (try? cursor.value()) != nil && (try? cursor.end()) != nil
    }
}
