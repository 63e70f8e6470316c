import TestSupport
@testable import AWS
import Foundation
import HTTPClient
import Logging
import Testing

/// A chain of these variables. Whatever they do not set leads nowhere.
func chain(
    _ variables: [String: String], time: ManualTime = ManualTime(), log: Logger = .silent
) throws -> CredentialChain {
    // AWS's address answers no test; whoever tests instance metadata sets both.
    let all = ["AWS_EC2_METADATA_DISABLED": "true"].merging(variables) { $1 }
    let environment = try AWSEnvironment(all)
    return CredentialChain(
        variables: Variables(all),
        context: CredentialContext(environment, http: HTTPClient(), timing: time.timing(), log: log))
}

extension CredentialChain {
    /// What it finds, with time enough.
    func find() throws(CredentialError) -> Credentials { try credentials(deadline: .soon) }

    /// Why it finds none; a failure of the test when it does.
    var fault: String {
        error { () throws(CredentialError) in try find() }
    }
}
