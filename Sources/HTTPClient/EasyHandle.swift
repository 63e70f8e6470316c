import CCurl

/// Owns one of libcurl's easy handles, with its connection, and frees it.
///
/// `@unchecked Sendable`: a handle is either in the pool or with the one thread that took it out, and
/// the pool's lock orders the two.
final class EasyHandle: @unchecked Sendable {
    private let curl: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    // Must outlive the handle.
    private let share: CurlShare

    /// The first failure of a setter since the last reset.
    private(set) var setupStatus = CURLE_OK

    /// Nil when there is no memory.
    init?(share: CurlShare) {
        guard let curl = curl_easy_init() else { return nil }
        self.curl = curl
        self.share = share
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(curl)
        errorText.deallocate()
    }

    /// Forgets every option, and keeps the connection and what is shared.
    func reset() {
        curl_easy_reset(curl)
        errorText[0] = 0
        setupStatus = CURLE_OK
        note(ccurl_set_pointer(curl, CURLOPT_ERRORBUFFER, errorText))
        note(ccurl_set_pointer(curl, CURLOPT_SHARE, share.share))
    }

    func set(_ option: CURLoption, _ value: Int) { note(ccurl_set_long(curl, option, value)) }
    func set(_ option: CURLoption, _ value: Bool) { set(option, value ? 1 : 0) }
    func set(_ option: CURLoption, _ value: String?) { note(ccurl_set_string(curl, option, value)) }
    func set(_ option: CURLoption, bytes value: Int) { note(ccurl_set_offset(curl, option, value)) }
    func set(_ option: CURLoption, pointer value: UnsafeMutableRawPointer?) {
        note(ccurl_set_pointer(curl, option, value))
    }
    func set(_ option: CURLoption, list value: UnsafeMutablePointer<curl_slist>?) {
        note(ccurl_set_list(curl, option, value))
    }
    func set(_ option: CURLoption, callback value: curl_write_callback) {
        note(ccurl_set_write(curl, option, value))
    }
    func setSocketOpened(callback value: curl_sockopt_callback) { note(ccurl_set_sockopt(curl, value)) }
    func setRequestStart(callback value: curl_prereq_callback) { note(ccurl_set_prereq(curl, value)) }

    /// Does the whole exchange on the calling thread.
    func perform() -> CURLcode { curl_easy_perform(curl) }

    func long(_ info: CURLINFO) -> Int {
        var value = 0
        return ccurl_get_long(curl, info, &value) == CURLE_OK ? value : 0
    }

    /// A size in bytes or a time in microseconds.
    func offset(_ info: CURLINFO) -> Int {
        var value: curl_off_t = 0
        return ccurl_get_offset(curl, info, &value) == CURLE_OK ? value : 0
    }

    /// What libcurl says of the last failure, in its own words where it left any.
    func message(for code: CURLcode) -> String {
        String(cString: errorText[0] == 0 ? curl_easy_strerror(code) : UnsafePointer(errorText))
    }

    private func note(_ status: CURLcode) {
        if setupStatus == CURLE_OK { setupStatus = status }
    }
}
