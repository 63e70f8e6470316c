internal import JSONBytes

/// The figures around the items of an answer.
extension JSONCursor {
    /// Passes a ConsumedCapacity, or an array of them, and returns the capacity units of all. They may be
    /// fractions.
    mutating func consumedCapacity() throws(JSONFault) -> Double {
        var units = 0.0
        switch peek() {
        case UInt8(ascii: "n"): try word("null")
        case UInt8(ascii: "["):
            try elements { cursor throws(JSONFault) in units += try cursor.capacityUnits() }
        default: units = try capacityUnits()
        }
        return units
    }

    private mutating func capacityUnits() throws(JSONFault) -> Double {
        var units = 0.0
        try envelope { cursor, name throws(JSONFault) in
            let value = try cursor.value()
            guard name.spells("CapacityUnits") else { return }
            guard let number = Double(String(decoding: cursor.bytes[value], as: UTF8.self)),
                number.isFinite, number >= 0
            else { throw cursor.fault("a number of capacity units was expected", at: value.lowerBound) }
            units = number
        }
        return units
    }

    /// Passes an object with one member for each table that was asked, which is one. The body is called
    /// before its value.
    mutating func tables(
        _ table: String, _ body: (inout JSONCursor) throws(JSONFault) -> Void
    ) throws(JSONFault) {
        guard peek() != UInt8(ascii: "n") else { return try word("null") }
        try envelope { cursor, name throws(JSONFault) in
            guard name.elementsEqual(table.utf8) else {
                throw cursor.fault("the answer speaks of another table than was asked")
            }
            try body(&cursor)
        }
    }
}
