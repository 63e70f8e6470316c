import AWS
import Foundation
import HTTPClient
import Testing

/// Secrets that no text may show.
enum Secret {
    static let key = "SECRETKEY/wJalrXUtnFEMI"
    static let token = "SECRETTOKEN+IQoJb3JpZ2lu"

    /// Fails the test when a printed, reflected or dumped value shows one.
    static func expectNone(in value: Any, sourceLocation: SourceLocation = #_sourceLocation) {
        var dumped = ""
        dump(value, to: &dumped)
        for text in ["\(value)", String(reflecting: value), dumped] {
            let text = text.replacing("AWS_SECRET_ACCESS_KEY", with: "")
            #expect(!text.contains("SECRET"), sourceLocation: sourceLocation)
        }
    }

    /// Credentials as JSON, as containers and instances give them.
    static func json(
        id: String = "AKIDEXAMPLE", tokenName: String = "Token", end: String = "2027-01-15T09:00:00Z",
        more: String = ""
    ) -> String {
        """
        {\(more)"AccessKeyId": "\(id)", "SecretAccessKey": "\(key)", "\(tokenName)": "\(token)",
         "Expiration": "\(end)"}
        """
    }

    /// What `json` says.
    static func credentials(id: String = "AKIDEXAMPLE") -> Credentials {
        Credentials(
            accessKeyID: id, secretAccessKey: key, sessionToken: token,
            expiration: ManualTime.start + 3600)
    }
}

extension ContinuousClock.Instant {
    /// Far enough ahead for anything that goes right.
    static var soon: Self { .now + .seconds(120) }
}

/// The error that a body throws, which must show no secret; a failure of the test when there is none.
func error<Value>(
    sourceLocation: SourceLocation = #_sourceLocation,
    of body: () throws(CredentialError) -> Value
) -> String {
    do throws(CredentialError) {
        _ = try body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
        return ""
    } catch {
        Secret.expectNone(in: error, sourceLocation: sourceLocation)
        return error.description
    }
}
