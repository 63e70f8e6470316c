// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

@testable import AuditQuery

extension Identifier: ExpressibleByStringLiteral {
    init(stringLiteral text: String) {
        self.init(text)
    }
}

extension HiddenAttributes: ExpressibleByArrayLiteral {
    init(arrayLiteral names: Identifier...) {
        self.init(names.map { AttributePath(name: $0) })
    }
}

/// Records where only some parts matter.
enum TestRecord {
    static func make(
        _ auditId: Identifier, at time: String, system: Identifier = "system", user: Identifier = "user",
        resource: Identifier = "resource", attributes: String = "{}"
    ) -> AuditRecord {
        make(
            auditId, at: instant(time), system: system, user: user, resource: resource, attributes: attributes
        )
    }

    static func make(
        _ auditId: Identifier, at instant: Timestamp, system: Identifier = "system",
        user: Identifier = "user",
        resource: Identifier = "resource", attributes: String = "{}"
    ) -> AuditRecord {
        AuditRecord(
            key: RecordKey(systemId: system, instant: instant, auditId: auditId), userId: user,
            resourceId: resource,
            attributes: Array(attributes.utf8))
    }

    static func instant(_ text: String) -> Timestamp { try! Timestamp.parse(Array(text.utf8)).instant }
}
