internal import JSONBytes

/// Which class and activity of OCSF a record is: as its own event said where that was one of OCSF, else by its action, as
/// the formats that `load` reads write it.
struct OCSFKind: Equatable {
    /// A class, by its `class_uid`.
    enum Family: Int {
        case accountChange = 3001
        case authentication = 3002
        case apiActivity = 6003

        var name: StaticString {
            switch self {
            case .accountChange: "Account Change"
            case .authentication: "Authentication"
            case .apiActivity: "API Activity"
            }
        }

        var category: StaticString {
            self == .apiActivity ? "Application Activity" : "Identity & Access Management"
        }

        /// The last activity that version 1.3.0 has, counted from 0, beside ``otherActivity``.
        fileprivate var lastActivity: Int {
            switch self {
            case .accountChange: 11
            case .authentication: 6
            case .apiActivity: 4
            }
        }
    }

    static let otherActivity = 99
    private static let unknownActivity = 0
    /// No action that says anything here is longer.
    private static let longestAction = 64

    let family: Family
    /// The `activity_id`.
    let activity: Int

    init(_ family: Family, _ activity: Int) {
        (self.family, self.activity) = (family, activity)
    }

    init(_ summary: RecordSummary) {
        if let family = summary.eventClass.flatMap(Family.init(rawValue:)) {
            let activity = summary.activity ?? Self.unknownActivity
            let isKnown = (0...family.lastActivity).contains(activity)
            self.init(family, isKnown ? activity : Self.otherActivity)
        } else if let action = summary.action {
            self = Self.of(action)
        } else {
            self.init(.apiActivity, Self.unknownActivity)
        }
    }

    private static func of(_ action: [UInt8]) -> OCSFKind {
        guard action.count <= longestAction else { return OCSFKind(.apiActivity, otherActivity) }
        let text = String(decoding: action.map(\.lowercased), as: UTF8.self)
        // auditd's are TYPE:operation, Microsoft 365 ends some with a dot.
        let type = text.prefix { $0 != ":" }
        if let kind = known[text] ?? known[String(type)]
            ?? known[text.hasSuffix(".") ? String(text.dropLast()) : ""]
        {
            return kind
        }
        for word in words(action) {
            if let activity = verbs[word] { return OCSFKind(.apiActivity, activity) }
        }
        return OCSFKind(.apiActivity, otherActivity)
    }

    /// The words of `GetObject`, `storage.objects.get`, `Delete invoice`: in lower case, in their order.
    private static func words(_ action: [UInt8]) -> [String] {
        var words: [[UInt8]] = []
        var isInside = false
        var wasSmall = false
        for byte in action {
            let small = byte.lowercased
            let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(small)
            if isLetter, !isInside || (wasSmall && small != byte) { words.append([]) }
            if isLetter { words[words.count - 1].append(small) }
            (isInside, wasSmall) = (isLetter, isLetter && small == byte)
        }
        return words.map { String(decoding: $0, as: UTF8.self) }
    }
}

extension UInt8 {
    fileprivate var lowercased: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
    }
}
