/// What is wrong with the environment variables or the shared files that say how AWS is used.
package struct AWSEnvironmentError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, in which variable or line of which file, and what to do. Holds no secret.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
