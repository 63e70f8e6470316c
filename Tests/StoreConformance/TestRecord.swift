// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

package import AuditRecords

extension Identifier: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) {
        self.init(text)
    }
}

/// Records where only some parts matter.
package enum TestRecord {
    package static func make(
        _ auditId: Identifier, at time: String, system: Identifier = "system", user: Identifier = "user",
        resource: Identifier = "resource", attributes: String = "{}"
    ) -> AuditRecord {
        make(
            auditId, at: instant(time), system: system, user: user, resource: resource, attributes: attributes
        )
    }

    package static func make(
        _ auditId: Identifier, at instant: Timestamp, system: Identifier = "system",
        user: Identifier = "user",
        resource: Identifier = "resource", attributes: String = "{}"
    ) -> AuditRecord {
        AuditRecord(
            key: RecordKey(systemId: system, instant: instant, auditId: auditId), userId: user,
            resourceId: resource,
            attributes: Array(attributes.utf8))
    }

    package static func instant(_ text: String) -> Timestamp {
        try! Timestamp.parse(Array(text.utf8)).instant
    }
}
