internal import JSONBytes

/// Makes a list of record ids of a batch's body, or lists everything that is wrong with it.
enum BatchValidation {
    /// How many ids one batch may have.
    static let counts = 1...100

    /// - Throws: 400 with all errors.
    static func ids(_ body: [UInt8]) throws(Problem) -> [[UInt8]] {
        let object: JSONObject
        do throws(ParameterError) {
            object = try JSONBody.object(body)
        } catch {
            throw .badParameters([error])
        }
        var errors = ParameterReader(
            object.members.map { member in
                RawParameter(name: String(decoding: member.name, as: UTF8.self), value: .text([]))
            }, allowed: ["ids"]
        ).errors
        var ids: [[UInt8]] = []
        if let member = object.members.first(where: { $0.name == Array("ids".utf8) }) {
            ids = read(object, member, &errors)
        } else {
            errors.append(ParameterError("ids", "is required: the ids of the records"))
        }
        guard errors.isEmpty else { throw .badParameters(errors) }
        return ids
    }

    private static func read(
        _ object: JSONObject, _ member: JSONObject.Member, _ errors: inout [ParameterError]
    ) -> [[UInt8]] {
        guard let elements = object.elements(at: member.value) else {
            errors.append(ParameterError("ids", "must be an array of strings"))
            return []
        }
        guard counts.contains(elements.count) else {
            errors.append(
                ParameterError("ids", "must have \(counts.lowerBound) to \(counts.upperBound) elements"))
            return []
        }
        return elements.enumerated().map { index, element in
            guard let id = object.string(at: element), !id.isEmpty else {
                errors.append(ParameterError("ids[\(index)]", "must be a string, and not empty"))
                return []
            }
            return id
        }
    }
}
