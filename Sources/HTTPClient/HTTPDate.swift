import CCurl

/// The times that HTTP headers state.
package enum HTTPDate {
    /// Seconds since 1970 of a `Date` header, such as `Tue, 15 Nov 1994 08:12:31 GMT` (RFC 9110 section
    /// 5.6.7), read by libcurl; nil for what is no date.
    package static func seconds(_ text: String) -> Int? {
        let seconds = curl_getdate(text, nil)
        return seconds < 0 ? nil : seconds
    }
}
