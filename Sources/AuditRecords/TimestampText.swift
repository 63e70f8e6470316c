internal import JSONBytes

/// Reads and writes instants as RFC 3339 has them.
extension Timestamp {
    /// Reads `2024-01-31T10:00:00Z`, with 0 to 9 fraction digits and any offset.
    ///
    /// - Returns: the instant and the number of its fraction digits.
    /// - Throws: what is wrong, for a person to read.
    package static func parse(_ text: [UInt8]) throws(TimestampError) -> (
        instant: Timestamp, fractionDigits: Int
    ) {
        var reader = DigitReader(text[...])
        let day = try reader.day()
        try reader.expect("T", or: "t")
        let hour = try reader.number(digits: 2)
        try reader.expect(":")
        let minute = try reader.number(digits: 2)
        try reader.expect(":")
        let second = try reader.number(digits: 2)
        if second == 60 { throw .leapSecond }
        guard hour < 24, minute < 60, second < 60 else { throw .noSuchTime }
        let fraction = try reader.fraction()
        let offset = try reader.offset()
        guard reader.isAtEnd else { throw .wrongForm }
        let seconds = day.start.seconds + Int64(hour * 3600 + minute * 60 + second - offset)
        let instant = Timestamp(seconds: seconds, nanoseconds: fraction.nanoseconds)
        guard instant >= .startOfTime, instant < .endOfTime else { throw .outOfRange }
        return (instant, fraction.digits)
    }

    /// `2024-01-31T10:00:00.000Z` with the given number of fraction digits, 0 to 9, further ones cut off.
    package func text(fractionDigits: Int) -> [UInt8] {
        let date = day.date
        let second = Int(seconds - day.start.seconds)
        return [UInt8](atMost: 31) { text in
            var text = DigitWriter(text)
            // Behind the year 9999 lies the end of time alone.
            if date.year > 9999 { text.put(UInt8(ascii: "0") + UInt8(date.year / 10_000)) }
            text.put(twoDigits: date.year / 100 % 100)
            text.put(twoDigits: date.year % 100)
            text.put(UInt8(ascii: "-"))
            text.put(twoDigits: date.month)
            text.put(UInt8(ascii: "-"))
            text.put(twoDigits: date.day)
            text.put(UInt8(ascii: "T"))
            text.put(twoDigits: second / 3600)
            text.put(UInt8(ascii: ":"))
            text.put(twoDigits: second / 60 % 60)
            text.put(UInt8(ascii: ":"))
            text.put(twoDigits: second % 60)
            if fractionDigits > 0 {
                text.put(UInt8(ascii: "."))
                text.put(firstDigits: fractionDigits, ofBillionths: nanoseconds)
            }
            text.put(UInt8(ascii: "Z"))
            return text.count
        }
    }

    /// Milliseconds where that loses nothing, else nine digits: how the loader writes and the answers show
    /// instants.
    package var text: [UInt8] {
        text(fractionDigits: nanoseconds % 1_000_000 == 0 ? 3 : 9)
    }
}

extension Day {
    /// Reads `2024-01-31`.
    package static func parse(_ text: [UInt8]) throws(TimestampError) -> Day { try parse(text[...]) }

    /// The same of a part of a text.
    package static func parse(_ text: ArraySlice<UInt8>) throws(TimestampError) -> Day {
        var reader = DigitReader(text)
        let day = try reader.day()
        guard reader.isAtEnd else { throw .wrongForm }
        return day
    }
}

/// Writes the fields of a date and time one behind the other: there is one for each record that is read.
private struct DigitWriter {
    private let text: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(_ text: UnsafeMutableRawBufferPointer) { self.text = text }

    @inline(__always)
    mutating func put(_ mark: UInt8) {
        text[count] = mark
        count += 1
    }

    /// A number below 100.
    @inline(__always)
    mutating func put(twoDigits number: Int) {
        put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / 10))
        put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
    }

    mutating func put(firstDigits count: Int, ofBillionths number: Int32) {
        var (rest, unit) = (number, Int32(100_000_000))
        for _ in 0..<count {
            put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / unit))
            rest %= unit
            unit /= 10
        }
    }
}

/// Walks over the fixed fields of a date and time.
private struct DigitReader {
    private let text: ArraySlice<UInt8>
    private var position: Int

    init(_ text: ArraySlice<UInt8>) {
        self.text = text
        position = text.startIndex
    }

    var isAtEnd: Bool { position == text.endIndex }

    private var next: UInt8? { position < text.endIndex ? text[position] : nil }

    @inline(__always)
    mutating func expect(
        _ mark: Unicode.Scalar, or other: Unicode.Scalar? = nil
    ) throws(TimestampError) {
        guard let byte = next, byte == UInt8(ascii: mark) || byte == UInt8(ascii: other ?? mark) else {
            throw .wrongForm
        }
        position += 1
    }

    mutating func number(digits: Int) throws(TimestampError) -> Int {
        var value = 0
        for _ in 0..<digits {
            guard let digit = digit() else { throw .wrongForm }
            value = value * 10 + digit
        }
        return value
    }

    private mutating func digit() -> Int? {
        guard let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        position += 1
        return Int(byte - UInt8(ascii: "0"))
    }

    mutating func day() throws(TimestampError) -> Day {
        let year = try number(digits: 4)
        try expect("-")
        let month = try number(digits: 2)
        try expect("-")
        let day = try number(digits: 2)
        guard let day = Day(year: year, month: month, day: day) else { throw .noSuchDate }
        return day
    }

    mutating func fraction() throws(TimestampError) -> (nanoseconds: Int32, digits: Int) {
        guard next == UInt8(ascii: ".") else { return (0, 0) }
        position += 1
        var value: Int32 = 0
        var digits = 0
        while let digit = digit() {
            digits += 1
            guard digits <= 9 else { throw .tooPrecise }
            value = value * 10 + Int32(digit)
        }
        guard digits > 0 else { throw .wrongForm }
        for _ in digits..<9 { value *= 10 }
        return (value, digits)
    }

    /// Seconds east of Greenwich.
    mutating func offset() throws(TimestampError) -> Int {
        guard let sign = next else { throw .noOffset }
        position += 1
        switch sign {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"): return 0
        case UInt8(ascii: "+"), UInt8(ascii: "-"): break
        default: throw .wrongForm
        }
        let hours = try number(digits: 2)
        try expect(":")
        let minutes = try number(digits: 2)
        guard hours < 24, minutes < 60 else { throw .noSuchTime }
        let seconds = hours * 3600 + minutes * 60
        return sign == UInt8(ascii: "-") ? -seconds : seconds
    }
}
