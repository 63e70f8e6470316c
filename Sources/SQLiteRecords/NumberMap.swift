/// What is known of names by their numbers. Numbers are given in turn, so that the lowest ones are those of names that came early, which
/// come most: they have an array, and are found without being hashed.
///
/// A reference, so that whoever holds one looks into it without a check of Swift's for a second access.
final class NumberMap<Value> {
    /// Numbers below this one have the array.
    private static var mostFirst: Int64 { 16_384 }

    /// So many others are kept, beyond which those are forgotten.
    private let mostOthers: Int
    private var first: [Value?] = []
    private var others: [Int64: Value] = [:]

    init(mostOthers: Int) { self.mostOthers = mostOthers }

    /// What is known of a number; nil where nothing is.
    subscript(number: Int64) -> Value? {
        get {
            UInt64(bitPattern: number) < UInt64(first.count) ? first[Int(number)] : others[number]
        }
        set {
            guard (0..<Self.mostFirst).contains(number) else { return keep(newValue, of: number) }
            let place = Int(number)
            if place >= first.count {
                first.append(contentsOf: repeatElement(nil, count: place + 1 - first.count))
            }
            first[place] = newValue
        }
    }

    private func keep(_ value: Value?, of number: Int64) {
        if others.count >= mostOthers { others = [:] }
        others[number] = value
    }
}
