internal import FoundationEssentials

/// Systems Manager's Parameter Store, which keeps secrets as SecureString.
package final class ParameterStore: Sendable {
    private static let operation = "GetParameter"

    private let service: ServiceClient

    /// A store that is asked through a client of the service `ssm`.
    package init(_ service: ServiceClient) {
        self.service = service
    }

    /// Reads a parameter and has it decrypted
    /// (docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html): by its name, or its ARN
    /// when another account owns it. Retries end with the deadline.
    package func parameter(
        _ name: String, deadline: ContinuousClock.Instant
    ) throws(AWSError) -> Parameter {
        let body = try encoded(Question(Name: name, WithDecryption: true))
        let answer = try service.perform(
            .json(target: "AmazonSSM", Self.operation, version: "1.1", body: body), deadline: deadline)
        // A decoding error could quote the value, so it is not passed on.
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(answer.body)) else {
            throw AWSError(
                .server, "the answer for the parameter \(name) has no value and version",
                operation: Self.operation)
        }
        return Parameter(value: Array(answer.Parameter.Value.utf8), version: answer.Parameter.Version)
    }

    private func encoded(_ question: Question) throws(AWSError) -> [UInt8] {
        guard let body = try? JSONEncoder().encode(question) else {
            throw AWSError(
                .local, "the parameter's name cannot be written as JSON", operation: Self.operation)
        }
        return Array(body)
    }

    // Members are called as the service calls them.
    private struct Question: Encodable {
        let Name: String
        let WithDecryption: Bool
    }

    private struct Answer: Decodable {
        struct Found: Decodable {
            let Value: String
            let Version: Int
        }

        let Parameter: Found
    }
}
