// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import TestSupport
import Testing

@testable import audit_query

@Suite struct ConfigurationPlaceTests {
    private let folder = try! TemporaryFolder()

    @Test func `the option goes before the variable, and that before the standard file`() {
        let variables = ["AUDIT_QUERY_CONFIG": "/v.yaml"]
        let option = ConfigurationPlace(option: "/o.yaml", environment: variables)
        #expect(option.path == "/o.yaml" && "\(option)" == "/o.yaml, named by --config")
        let variable = ConfigurationPlace(option: nil, environment: variables)
        #expect(variable.path == "/v.yaml" && "\(variable)" == "/v.yaml, named by AUDIT_QUERY_CONFIG")
        for environment in [[:], ["AUDIT_QUERY_CONFIG": ""]] {
            let standard = ConfigurationPlace(option: nil, environment: environment)
            #expect(standard.path == "/etc/audit-query/audit-query.yaml")
            #expect("\(standard)".hasPrefix("/etc/audit-query/audit-query.yaml, the default"))
        }
    }

    @Test func `the file that the variable names is read, and must be there`() throws {
        let path = try folder.write("environment: staging\n", to: "named.yaml")
        let variables = ["AUDIT_QUERY_CONFIG": path]
        #expect(try Settings.load(nil, environment: variables).environment == .staging)
        let other = try folder.write("environment: prod\n", to: "other.yaml")
        #expect(try Settings.load(other, environment: variables).environment == .prod)
        let error = #expect(throws: SettingsError.self) {
            try Settings.load(nil, environment: ["AUDIT_QUERY_CONFIG": folder.file("missing.yaml")])
        }
        #expect(error?.description.contains("missing.yaml") == true)
    }

    @Test func `our other variables are no misspelt overrides`() throws {
        let source = try SettingsSource(
            path: try folder.write("", to: "empty.yaml"),
            environment: ["AUDIT_QUERY_CONFIG": "/x", "AUDIT_QUERY_KEY": "k", "AUDIT_QUERY_KEYS": "k"])
        #expect(source.unknownVariables == ["AUDIT_QUERY_KEYS"])
    }
}
