/// What stands in a record's row under a heading: one of its five fields, all of its attributes, or what stands at a path in
/// them.
package struct RecordColumn: Hashable, Sendable {
    enum Place: Hashable {
        case timestamp, userId, systemId, resourceId, auditId
        case attributes
        case path(AttributePath)
    }

    /// As it is written: `userId`, `details.requestId`.
    package let name: String
    let place: Place

    private init(name: String, place: Place) {
        (self.name, self.place) = (name, place)
    }

    /// Reads a column as it is written: the name of a field, `attributes`, or a path.
    ///
    /// - Throws: what is wrong with it as a path.
    package init(_ name: String) throws(AttributePathError) {
        self.name = name
        place =
            switch name {
            case "timestamp": .timestamp
            case "userId": .userId
            case "systemId": .systemId
            case "resourceId": .resourceId
            case "auditId": .auditId
            case "attributes": .attributes
            default: .path(try AttributePath(name))
            }
    }

    /// Whether it is the record's timestamp, as the store spells it.
    package var isTimestamp: Bool { place == .timestamp }
}

extension RecordColumn {
    /// Names that stand in a list: between commas that are not within quotes, with or without spaces behind them.
    package static func names(in list: String) -> [String] {
        var names = [""]
        var (isQuoted, isEscaped) = (false, false)
        for character in list {
            if character == ",", !isQuoted {
                names.append("")
                continue
            }
            if character == " ", names.last?.isEmpty == true { continue }
            names[names.count - 1].append(character)
            if character == "\"", !isEscaped { isQuoted.toggle() }
            isEscaped = character == "\\" && !isEscaped
        }
        return names
    }

    /// The longest list that may be asked for, in bytes.
    package static let maximumByteCount = 2048
    /// The most columns at once.
    package static let mostAtOnce = 64

    /// Reads a list of columns, each of which may stand in it once.
    ///
    /// - Throws: what is wrong, for a person to read.
    package static func list(_ text: [UInt8]) throws(RecordColumnError) -> [RecordColumn] {
        guard text.count <= maximumByteCount else {
            throw RecordColumnError("is \(text.count) bytes long; at most \(maximumByteCount) are allowed")
        }
        guard let list = String(validating: text, as: UTF8.self) else {
            throw RecordColumnError("is not valid UTF-8")
        }
        let names = names(in: list)
        guard names.count <= mostAtOnce else {
            throw RecordColumnError("has \(names.count) columns; at most \(mostAtOnce) are allowed")
        }
        var columns: [RecordColumn] = []
        for (index, name) in names.enumerated() {
            do throws(AttributePathError) {
                columns.append(try RecordColumn(name))
            } catch {
                throw RecordColumnError(
                    "is wrong in column \(index + 1), which \(error). There are timestamp, userId, resourceId, systemId, "
                        + "auditId, attributes, and the paths of attributes")
            }
        }
        if let twice = columns.indices.first(where: { columns[..<$0].contains(columns[$0]) }) {
            throw RecordColumnError("has column \(twice + 1) twice")
        }
        return columns
    }

    /// A list of columns as it is written.
    package static func text(_ columns: [RecordColumn]) -> [UInt8] {
        Array(columns.map(\.name).joined(separator: ",").utf8)
    }

    /// What rows have where no columns are named.
    package static let usual: [RecordColumn] = [
        RecordColumn(name: "timestamp", place: .timestamp), RecordColumn(name: "userId", place: .userId),
        attribute("action"), RecordColumn(name: "resourceId", place: .resourceId), attribute("outcome"),
        attribute("sourceIp"), RecordColumn(name: "systemId", place: .systemId),
        RecordColumn(name: "auditId", place: .auditId), RecordColumn(name: "attributes", place: .attributes),
    ]

    private static func attribute(_ name: String) -> RecordColumn {
        RecordColumn(name: name, place: .path(AttributePath(name: Identifier(name))))
    }
}

/// Why a text is no list of columns.
package struct RecordColumnError: Error, CustomStringConvertible {
    /// What is wrong with it.
    package let description: String

    fileprivate init(_ description: String) {
        self.description = description
    }
}

extension AuditRecord {
    /// The texts of columns, as ``RecordCells`` has them; where the attributes cannot be read, nothing stands at a path.
    package func texts(of columns: [RecordColumn]) -> [String] {
        let cells = RecordCells(columns)
        let found = try? cells.find(in: attributes)
        return columns.indices.map { column in
            var text: [UInt8] = []
            cells.append(column, of: self, attributes: attributes, found, to: &text)
            return String(decoding: text, as: UTF8.self)
        }
    }
}
