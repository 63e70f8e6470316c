/// Who reports, in OpenTelemetry's terms (opentelemetry.io/docs/specs/semconv/resource).
package struct OTLPResource: Sendable {
    /// The scope of all that is sent: who measured it.
    static let scope = "audit-query"

    private let attributes: [(name: String, value: String)]
    private let version: String

    /// A resource of its parts.
    ///
    /// - Parameters:
    ///   - service: its name.
    ///   - version: its version.
    ///   - environment: where it is deployed, such as `prod`.
    ///   - host: where it runs.
    ///   - instance: tells one process from all others, of all times.
    package init(service: String, version: String, environment: String, host: String, instance: String) {
        attributes = [
            ("service.name", service), ("service.version", version), ("service.instance.id", instance),
            ("deployment.environment.name", environment), ("host.name", host),
        ].filter { !$0.1.isEmpty }
        self.version = version
    }

    /// A request's body: all of one resource and of one scope.
    ///
    /// - Parameters:
    ///   - outer: `resourceSpans` or `resourceMetrics`.
    ///   - inner: `scopeSpans` or `scopeMetrics`.
    ///   - list: `spans` or `metrics`.
    ///   - values: JSON objects.
    /// - Returns: the JSON.
    func body(_ outer: String, _ inner: String, _ list: String, _ values: [[UInt8]]) -> [UInt8] {
        var resource = JSONFields()
        resource.add("attributes", attributes.map { OTLPAttribute.json($0.name, text: $0.value) })
        var scope = JSONFields()
        scope.add("name", Self.scope)
        scope.add("version", version)
        var scoped = JSONFields()
        scoped.add("scope", scope)
        scoped.add(list, values)
        var whole = JSONFields()
        whole.add("resource", resource)
        whole.add(inner, [scoped.closed])
        var body = JSONFields()
        body.add(outer, [whole.closed])
        return body.closed
    }
}
