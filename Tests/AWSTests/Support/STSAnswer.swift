/// What STS answers.
enum STSAnswer {
    /// Credentials as `Secret.credentials` has them.
    static func credentials(_ operation: String, id: String = "AKIDEXAMPLE") -> String {
        """
        <\(operation)Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <\(operation)Result>
            <AssumedRoleUser><AssumedRoleId>ARO123:x</AssumedRoleId><Arn>arn:x</Arn></AssumedRoleUser>
            <Credentials>
              <AccessKeyId>\(id)</AccessKeyId>
              <SecretAccessKey>\(Secret.key)</SecretAccessKey>
              <SessionToken>\(Secret.token)</SessionToken>
              <Expiration>2027-01-15T09:00:00Z</Expiration>
            </Credentials>
          </\(operation)Result>
        </\(operation)Response>
        """
    }

    static func refusal(_ code: String, _ message: String) -> String {
        """
        <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <Error><Type>Sender</Type><Code>\(code)</Code><Message>\(message)</Message></Error>
          <RequestId>c6104cbe-af31-11e0-8154-cbc7ccf896c7</RequestId>
        </ErrorResponse>
        """
    }
}
