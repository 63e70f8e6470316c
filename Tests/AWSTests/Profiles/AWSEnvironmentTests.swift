import AWS
import Foundation
import TestSupport
import Testing

@Suite struct AWSEnvironmentTests {
    private func withFiles<Value>(
        config: String = "", credentials: String = "", _ variables: [String: String] = [:],
        _ body: (AWSEnvironment) throws -> Value
    ) throws -> Value {
        try withFolder { folder in
            let files = [
                "AWS_CONFIG_FILE": try folder.file("config", config),
                "AWS_SHARED_CREDENTIALS_FILE": try folder.file("credentials", credentials),
            ]
            return try body(AWSEnvironment(files.merging(variables) { $1 }))
        }
    }

    @Test(arguments: [
        (["AWS_REGION": "a", "AWS_DEFAULT_REGION": "b"], "a"), (["AWS_DEFAULT_REGION": "b"], "b"),
        (["AWS_REGION": ""], "c"), (["AWS_PROFILE": "other"], "d"), (["AWS_PROFILE": "spaced name"], "e"),
        (["AWS_PROFILE": "both"], "f"),
    ])
    func `the region of variables, then of the profile`(variables: [String: String], region: String) throws {
        let config = """
            [default]
            region = wrong
            [profile default]
            region = c
            [other]
            region = wrong
            [profile other]
            region = d
            [profile "spaced name"]
            region = e
            [profile both]
            region = wrong
            """
        try withFiles(config: config, credentials: "[both]\nregion = f\n", variables) {
            #expect($0.region == region)
        }
    }

    @Test func `without files or variables nothing is set, and AWS's own endpoint is asked`() throws {
        let environment = try AWSEnvironment(["HOME": "/nonexistent"])
        #expect(environment.region == nil)
        #expect(environment.caFile == nil)
        func url(_ service: String, host: String? = nil, _ region: String) throws -> String {
            try environment.endpoint(serviceID: service, hostName: host, region: region).url
        }
        #expect(try url("dynamodb", "eu-west-1") == "https://dynamodb.eu-west-1.amazonaws.com/")
        #expect(
            try url("cloudwatch", host: "monitoring", "cn-north-1")
                == "https://monitoring.cn-north-1.amazonaws.com.cn/")
        #expect(throws: AWSEnvironmentError.self) { try url("sts", "not a region") }
    }

    @Test func `the home folder's files are the default`() throws {
        try withFolder { home in
            let folder = home.appending(path: ".aws")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            _ = try folder.file("config", "[default]\r\nregion = eu-west-1\r\nca_bundle = /roots.pem\r\n")
            let environment = try AWSEnvironment(["HOME": home.path])
            #expect(environment.region == "eu-west-1")
            #expect(environment.caFile == "/roots.pem")
            let other = try AWSEnvironment(["HOME": home.path, "AWS_CA_BUNDLE": "/other.pem"])
            #expect(other.caFile == "/other.pem")
        }
    }

    private static let service = "AWS_ENDPOINT_URL_DYNAMODB"
    private static let all = "AWS_ENDPOINT_URL"
    private static let ignored = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"
    private static let own = "https://dynamodb.eu-west-1.amazonaws.com/"

    @Test(arguments: [
        ([service: "http://a:1", all: "http://b"], "http://a:1/"), ([all: "http://b/"], "http://b/"),
        ([:], "http://c/"), (["AWS_PROFILE": "general"], "https://d:8443/"),
        (["AWS_PROFILE": "elsewhere"], "http://e/"),
        (["AWS_PROFILE": "ignoring", service: "http://a"], own), ([ignored: "True", all: "http://b"], own),
        ([ignored: "false", "AWS_PROFILE": "ignoring", service: "http://a"], "http://a/"),
    ])
    func `endpoints of variables, of the profile's services, of the profile, of the region`(
        variables: [String: String], url: String
    ) throws {
        let config = """
            [default]
            services = local
            endpoint_url = http://wrong
            [profile general]
            endpoint_url = https://d:8443
            [profile elsewhere]
            services = remote
            endpoint_url = http://e
            [profile ignoring]
            ignore_configured_endpoint_urls = true
            endpoint_url = http://wrong
            [services local]
            dynamodb =
              endpoint_url = http://c
            [services remote]
            sts =
              endpoint_url = http://wrong
            """
        let endpoint = try withFiles(config: config, variables) {
            try $0.endpoint(serviceID: "dynamodb", region: "eu-west-1")
        }
        #expect(endpoint.url == url)
    }

    @Test(arguments: [
        ([:], "dynamodb.us-east-1.amazonaws.com"),
        (["AWS_USE_FIPS_ENDPOINT": "true"], "dynamodb-fips.us-east-1.amazonaws.com"),
        (["AWS_USE_DUALSTACK_ENDPOINT": "TRUE"], "dynamodb.us-east-1.api.aws"),
        (["AWS_PROFILE": "both"], "dynamodb-fips.us-east-1.api.aws"),
        (
            ["AWS_PROFILE": "both", "AWS_USE_FIPS_ENDPOINT": "False"], "dynamodb.us-east-1.api.aws"
        ),
        (
            ["AWS_PROFILE": "both", "AWS_USE_FIPS_ENDPOINT": ""], "dynamodb-fips.us-east-1.api.aws"
        ),
    ])
    func `FIPS and dual-stack hosts, where variables or else the profile ask for them`(
        variables: [String: String], host: String
    ) throws {
        let config = "[profile both]\nuse_fips_endpoint = true\nuse_dualstack_endpoint = true\n"
        try withFiles(config: config, variables) { environment in
            let endpoint = try environment.endpoint(serviceID: "dynamodb", region: "us-east-1")
            #expect(endpoint.url == "https://\(host)/")
        }
    }

    @Test(arguments: [
        (["AWS_USE_FIPS_ENDPOINT": "yes"], "AWS_USE_FIPS_ENDPOINT must be true or false"),
        (["AWS_USE_DUALSTACK_ENDPOINT": "1"], "AWS_USE_DUALSTACK_ENDPOINT must be true or false"),
        (
            ["AWS_ACCOUNT_ID_ENDPOINT_MODE": "required"],
            "AWS_ACCOUNT_ID_ENDPOINT_MODE is required, but the endpoints of accounts are not used here"
        ),
        (
            ["AWS_ACCOUNT_ID_ENDPOINT_MODE": "on"],
            "AWS_ACCOUNT_ID_ENDPOINT_MODE must be preferred, disabled or required"
        ),
        (
            ["AWS_PROFILE": "fips"], "use_fips_endpoint of the profile fips must be true or false"
        ),
        (
            ["AWS_PROFILE": "account"], "account_id_endpoint_mode of the profile account is required, but"
        ),
    ])
    func `what asks for endpoints that are not to be had stops the start`(
        variables: [String: String], message: String
    ) throws {
        let config = """
            [profile fips]
            use_fips_endpoint = on
            [profile account]
            account_id_endpoint_mode = required
            """
        let error = try #require(throws: AWSEnvironmentError.self) {
            try withFiles(config: config, variables) { $0 }
        }
        #expect(error.description.hasPrefix(message))
    }

    @Test(arguments: ["preferred", "Disabled"])
    func `account-based endpoints that need not be used are not`(mode: String) throws {
        let environment = try AWSEnvironment(["AWS_ACCOUNT_ID_ENDPOINT_MODE": mode])
        let endpoint = try environment.endpoint(serviceID: "dynamodb", region: "eu-west-1")
        #expect(endpoint.url == "https://dynamodb.eu-west-1.amazonaws.com/")
    }

    @Test(arguments: ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"])
    func `an endpoint of one's own beside AWS's FIPS or dual-stack hosts is refused, not chosen`(
        variable: String
    ) throws {
        let environment = try AWSEnvironment([variable: "true", "AWS_ENDPOINT_URL": "http://a"])
        let error = try #require(throws: AWSEnvironmentError.self) {
            try environment.endpoint(serviceID: "dynamodb", region: "eu-west-1")
        }
        #expect(error.description.hasPrefix("AWS_ENDPOINT_URL names an endpoint, while use_fips_endpoint or"))
    }

    @Test(arguments: ["ftp://a", "http://", "a:8000", "http://a/path", "http://SECRET@a"])
    func `an endpoint that is no URL of a host is refused by its variable's name`(url: String) throws {
        let environment = try AWSEnvironment(["AWS_ENDPOINT_URL_SSM": url])
        let error = try #require(throws: AWSEnvironmentError.self) {
            try environment.endpoint(serviceID: "ssm", region: "eu-west-1")
        }
        #expect(error.description.hasPrefix("AWS_ENDPOINT_URL_SSM must be"))
        Secret.expectNone(in: error)
    }

    @Test func `a profile that is named and missing stops the start, naming both files`() throws {
        try withFolder { folder in
            let config = try folder.file("config", "[default]\n")
            let error = try #require(throws: AWSEnvironmentError.self) {
                try AWSEnvironment([
                    "AWS_PROFILE": "gone", "AWS_CONFIG_FILE": config, "AWS_SHARED_CREDENTIALS_FILE": "/none",
                ])
            }
            #expect(error.description.contains("AWS_PROFILE names the profile gone"))
            #expect(error.description.contains("\(config) or /none"))
        }
    }

    @Test(arguments: [nil, "broken"])
    func `what cannot be read in a profile stops whoever uses it, and nobody else`(name: String?) throws {
        let config = "[profile broken]\nregion\n[default]\n  region = a\n"
        let credentials = "[broken]\naws_access_key_id: x\n[old]\nSECRET\n"
        func region() throws -> String? {
            try withFiles(
                config: config, credentials: credentials, name.map { ["AWS_PROFILE": $0] } ?? [:]
            ) { $0.region }
        }
        if name == nil {
            #expect(try region() == "a")
        } else {
            let error = try #require(throws: AWSEnvironmentError.self) { try region() }
            #expect(error.description.hasSuffix("/config, line 2: name = value was expected"))
        }
    }

    @Test(arguments: ["bad", "good"])
    func `what cannot be read in a services section concerns the profiles that name it`(
        services: String
    ) throws {
        let config = "[default]\nservices = \(services)\n[services good]\n[services bad]\ndynamodb =\n  x\n"
        try withFiles(config: config) { environment in
            let isGood = (try? environment.endpoint(serviceID: "dynamodb", region: "eu-west-1")) != nil
            #expect(isGood == (services == "good"))
        }
    }

    @Test func `a file that cannot be read stops the start`() throws {
        try withFolder { folder in
            let error = try #require(throws: AWSEnvironmentError.self) {
                try AWSEnvironment(["AWS_CONFIG_FILE": folder.path])
            }
            #expect(error.description == "\(folder.path): is a directory, where a regular file is needed")
            let binary = folder.appending(path: "binary")
            try Data([0xFF, 0xFE]).write(to: binary)
            #expect(throws: AWSEnvironmentError.self) { try AWSEnvironment(["AWS_CONFIG_FILE": binary.path]) }
            let endless = ["AWS_CONFIG_FILE": "/dev/zero"]
            #expect(throws: AWSEnvironmentError.self) { try AWSEnvironment(endless) }
            #expect(throws: Never.self) { try AWSEnvironment(["AWS_CONFIG_FILE": "/dev/null"]) }
        }
    }

    @Test func `a FIFO is refused at once, and nobody waits for what is written into it`() throws {
        try withFolder { folder in
            let fifo = folder.appending(path: "fifo").path
            #expect(mkfifo(fifo, 0o600) == 0)
            let outcome = Running {
                do throws(AWSEnvironmentError) {
                    _ = try AWSEnvironment(["AWS_CONFIG_FILE": fifo])
                    return "no error"
                } catch {
                    return error.description
                }
            }
            let description = outcome.result()
            // Lets go of whoever waits all the same.
            if description == nil { close(open(fifo, O_WRONLY | O_NONBLOCK)) }
            #expect(description == "\(fifo): is a FIFO, where a regular file is needed")
        }
    }

    @Test func `printed or dumped it shows no value`() throws {
        let credentials = "[default]\naws_secret_access_key = SECRET\ns3 =\n  key = SECRET\n"
        try withFiles(
            config: "[default]\nregion = eu-west-1\n", credentials: credentials,
            ["AWS_SECRET_ACCESS_KEY": "SECRET"]
        ) {
            Secret.expectNone(in: $0)
            #expect("\($0)" == "region eu-west-1, profile default")
        }
    }
}
