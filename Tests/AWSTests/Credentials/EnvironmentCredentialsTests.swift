@testable import AWS
import Testing

@Suite struct EnvironmentCredentialsTests {
    @Test(arguments: [nil, "", "TOKEN"])
    func `keys of variables, with or without a token`(token: String?) throws {
        var variables = ["AWS_ACCESS_KEY_ID": "ID", "AWS_SECRET_ACCESS_KEY": Secret.key]
        variables["AWS_SESSION_TOKEN"] = token
        let found = try chain(variables).find()
        #expect(
            found
                == Credentials(
                    accessKeyID: "ID", secretAccessKey: Secret.key, sessionToken: token == "" ? nil : token))
    }

    @Test(arguments: [
        ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), ("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"),
    ])
    func `one key without the other is an error that names both`(set: String, missing: String) throws {
        let chain = try chain([set: Secret.key])
        #expect(
            chain.fault
                == "\(set) is set without \(missing): set both or neither")
    }
}
