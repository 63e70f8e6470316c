internal import AuditStores
internal import AuditRecords

/// Takes parameters one by one by their names, and collects everything that is wrong with any of them.
struct ParameterReader {
    /// At most one of each name: a handful, which is found sooner than it is hashed.
    private var parameters: [RawParameter] = []
    private(set) var errors: [ParameterError] = []

    /// Takes parameters of which only the `allowed` names exist. Any other is an error, and so is one that stands
    /// twice.
    init(_ parameters: [RawParameter], allowed: [String]) {
        var reported: Set<String> = []
        for parameter in parameters {
            if !allowed.contains(parameter.name) {
                guard reported.insert(parameter.name).inserted else { continue }
                errors.append(
                    ParameterError(
                        shortened(parameter.name),
                        "is not a parameter; there are \(allowed.joined(separator: ", "))"))
            } else if let index = self.parameters.firstIndex(where: { $0.name == parameter.name }) {
                self.parameters[index] = parameter
                guard reported.insert(parameter.name).inserted else { continue }
                errors.append(ParameterError(parameter.name, "is given more than once"))
            } else {
                self.parameters.append(parameter)
            }
        }
    }

    /// Whether a parameter was given, right or wrong.
    func has(_ name: String) -> Bool { value(name) != nil }

    private func value(_ name: String) -> RawParameter.Value? {
        parameters.first { $0.name == name }?.value
    }

    /// Whether any parameter but this one was given.
    func hasOthers(than name: String) -> Bool { parameters.contains { $0.name != name } }

    mutating func identifier(_ name: String) -> Identifier? {
        text(name).flatMap { text in
            let identifier = Identifier(text)
            guard let fault = identifier.fault else { return identifier }
            errors.append(ParameterError(name, fault))
            return nil
        }
    }

    mutating func date(_ name: String) -> StatedDate? {
        text(name).flatMap { text in
            do throws(TimestampError) {
                return try StatedDate(text)
            } catch {
                let alternative = error == .wrongForm ? ", nor a day such as 2024-01-31" : ""
                errors.append(ParameterError(name, "\(error)\(alternative)"))
                return nil
            }
        }
    }

    mutating func order(_ name: String) -> SortOrder? {
        text(name).flatMap { text in
            let order = SortOrder(rawValue: String(decoding: text, as: UTF8.self))
            if order == nil { errors.append(ParameterError(name, "must be asc or desc")) }
            return order
        }
    }

    mutating func filter(_ name: String) -> RecordFilter? {
        guard let text = text(name) else { return nil }
        guard text.count <= RecordFilter.maximumByteCount else {
            errors.append(
                ParameterError(
                    name,
                    "is \(text.count) bytes long; at most \(RecordFilter.maximumByteCount) are allowed"))
            return nil
        }
        do throws(FilterError) {
            return try RecordFilter(text)
        } catch {
            errors.append(ParameterError(name, error.description))
            return nil
        }
    }

    mutating func search(_ name: String) -> RecordSearch? {
        guard let text = text(name) else { return nil }
        do throws(SearchError) {
            return try RecordSearch(text)
        } catch {
            errors.append(ParameterError(name, error.description))
            return nil
        }
    }

    mutating func columns(_ name: String) -> [RecordColumn]? {
        guard let text = text(name) else { return nil }
        do throws(RecordColumnError) {
            return try RecordColumn.list(text)
        } catch {
            errors.append(ParameterError(name, error.description))
            return nil
        }
    }

    /// Keys to group by, each once; nil where one is wrong.
    mutating func groupKeys(_ name: String) -> [GroupKey]? {
        let texts: [[UInt8]]
        switch value(name) {
        case .none: return []
        case .list(let list): texts = list
        case .text, .integer: return refuse(name, "must be an array of one or two strings")
        case .invalid(let fault): return refuse(name, fault)
        }
        guard !texts.isEmpty, !texts.contains([]) else { return refuse(name, "must not be empty") }
        guard texts.count <= GroupKey.mostAtOnce else {
            return refuse(name, "is given \(texts.count) times: at most \(GroupKey.mostAtOnce) are allowed")
        }
        var keys: [GroupKey] = []
        for text in texts {
            do throws(GroupKeyError) {
                keys.append(try GroupKey(text))
            } catch {
                errors.append(ParameterError(name, error.description))
            }
        }
        guard keys.count == texts.count else { return nil }
        guard Set(keys).count == keys.count else { return refuse(name, "is \(keys[0]) twice") }
        return keys
    }

    private mutating func refuse(_ name: String, _ detail: String) -> [GroupKey]? {
        errors.append(ParameterError(name, detail))
        return nil
    }

    /// A whole number in a range.
    mutating func number(_ name: String, in range: ClosedRange<Int>) -> Int? {
        let number: Int? =
            switch value(name) {
            case .none: nil
            case .integer(let number): number
            case .text(let text) where acceptsNumbersAsText: Self.number(text) ?? range.lowerBound - 1
            case .text, .list, .invalid: range.lowerBound - 1
            }
        guard let number, !range.contains(number) else { return number }
        errors.append(
            ParameterError(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)"))
        return nil
    }

    /// A query string has no numbers; a JSON body has.
    var acceptsNumbersAsText = true

    /// The value of a parameter that is text; nil when it is absent or wrong.
    mutating func text(_ name: String) -> [UInt8]? {
        switch value(name) {
        case .none: return nil
        case .text(let text) where text.isEmpty: errors.append(ParameterError(name, "must not be empty"))
        case .text(let text): return text
        case .integer, .list: errors.append(ParameterError(name, "must be a string"))
        case .invalid(let fault): errors.append(ParameterError(name, fault))
        }
        return nil
    }

    mutating func report(_ name: String, _ detail: String) {
        errors.append(ParameterError(name, detail))
    }

    private static func number(_ text: [UInt8]) -> Int? {
        guard text.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return Int(String(decoding: text, as: UTF8.self))
    }

    private func shortened(_ name: String) -> String {
        name.count <= 64 ? name : name.prefix(64) + "…"
    }
}
