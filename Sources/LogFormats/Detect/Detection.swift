internal import JSONBytes

/// Tells by the beginning of a source which format it is of (docs/formats.md, D1 to D3). Never guesses.
package struct Detection {
    /// What a beginning tells.
    package enum Finding: Sendable {
        /// Lines of audit-query's own, be they damaged, or no JSON at all: then what is wrong is said line by line.
        case native
        case format(LogFormat)
        /// It has the marks of several, or of none.
        case unclear([String])
    }

    /// So many objects are looked at.
    private static let objectCount = 16
    /// The most bytes of a beginning.
    package static let byteCount = 2 * LineSplitter.maximumLineByteCount

    /// What a beginning tells; nil where more of the source is needed.
    ///
    /// - Parameters:
    ///   - beginning: the first bytes of the source.
    ///   - isWhole: whether these are all of it, or as many as there may be.
    /// - Returns: the one format whose marks there are. Costs a pass over what is looked at.
    package static func finding(_ beginning: [UInt8], isWhole: Bool) -> Finding? {
        let isMarked = beginning.starts(with: [0xEF, 0xBB, 0xBF])
        let text = beginning.dropFirst(isMarked ? 3 : 0).drop(while: \.isBlank)
        guard !text.isEmpty else { return isWhole ? .native : nil }
        if let name = TextMarks(text).formatName, let format = LogFormat.named(name) {
            return .format(format)
        }
        guard isWhole || !TextMarks(text).mayBeText else { return nil }
        return objects(in: text, isWhole: isWhole)
    }

    private static func objects(in text: ArraySlice<UInt8>, isWhole: Bool) -> Finding? {
        var splitter = JSONSplitter(envelopes: LogFormat.envelopes)
        var found = Marks()
        // A line that is no UTF-8 tells as much as others.
        let text = String(decoding: text, as: UTF8.self).utf8
        for piece in splitter.take(text) + (isWhole ? splitter.end() : []) {
            guard case .value(let bytes, _) = piece, let value = try? JSONText(bytes).root else { continue }
            for object in value.isArray ? value.elements : [value] where object.isObject {
                found.add(object)
                if found.isNativeFirst { return .native }
                if found.objectCount >= objectCount { return found.finding }
            }
        }
        return isWhole ? found.finding : nil
    }
}

/// The formats whose marks some objects have.
private struct Marks {
    private(set) var objectCount = 0
    private var names: Set<String> = []
    private var hasNative = false
    /// Whether one has a part of what audit-query's own have, or may be a page without records.
    private var hasNativePart = false

    /// Members that hold events in some format, and records in an answer's page.
    private static let envelopes: [StaticString] = [
        "records", "Records", "items", "Events", "value", "entries",
    ]
    private static let nativeNames: [StaticString] = ["auditId", "systemId", "userId", "resourceId"]

    /// Whether the first object was one of audit-query's own.
    var isNativeFirst: Bool { objectCount == 1 && hasNative }

    /// What the objects tell. Audit-query's own come first: whatever their attributes are called.
    var finding: Detection.Finding {
        if hasNative || names.isEmpty && (hasNativePart || objectCount == 0) { return .native }
        guard names.count == 1, let format = names.first.flatMap(LogFormat.named) else {
            return .unclear(names.sorted())
        }
        return .format(format)
    }

    mutating func add(_ object: JSONValue) {
        objectCount += 1
        var object = object
        while let inner = inner(of: object) { object = inner }
        let nativeCount = Self.nativeNames.count { object.member($0) != nil }
        if nativeCount > 0 || object["records"]?.isArray == true { hasNativePart = true }
        if nativeCount == Self.nativeNames.count {
            hasNative = true
        } else {
            names.formUnion(LogFormat.json.lazy.filter { $0.hasMarks(object) }.map(\.name))
        }
    }

    /// The first object of an envelope.
    private func inner(of object: JSONValue) -> JSONValue? {
        Self.envelopes.lazy.compactMap { object.member($0)?.first }.first(where: \.isObject)
    }
}
