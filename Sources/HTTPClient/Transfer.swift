import CCurl

/// One request on one handle, from its options to its answer or error.
struct Transfer {
    let request: HTTPRequest
    let target: RequestTarget
    let configuration: HTTPClient.Configuration
    let handle: EasyHandle

    func run() throws(HTTPClientError) -> HTTPResponse {
        handle.reset()
        applyConfiguration()
        applyRequest()
        var headers = HeaderList()
        guard fill(&headers) else { throw .unsent(.internal, "no memory", target: description) }
        handle.set(CURLOPT_HTTPHEADER, list: headers.list)

        var collector = AnswerCollector(
            maximumBodyBytes: configuration.maximumBodyBytes,
            maximumHeaderBytes: configuration.maximumHeaderBytes, admitBody: request.admitBody)
        // libcurl reads the body and writes to the collector until perform returns; the options that
        // point to them are forgotten by the next reset, before anything could use them.
        let status = request.body.withUnsafeBytes { body in
            withUnsafeMutablePointer(to: &collector) { collector in
                applyBody(body)
                applyCallbacks(collector)
                return performInTime()
            }
        }
        guard let status else {
            throw .unsent(.timeout, "the deadline passed before the start", target: description)
        }
        guard handle.setupStatus == CURLE_OK else {
            let reason = String(cString: curl_easy_strerror(handle.setupStatus))
            let code = Int(handle.setupStatus.rawValue)
            throw .unsent(.internal, "setting up: \(reason)", target: description, curlCode: code)
        }
        guard status == CURLE_OK else {
            throw CurlFailure(status: status, collector: collector, transfer: self).error
        }
        // To libcurl, a connection that ends inside the header ends the answer.
        guard collector.isHeaderComplete else {
            throw CurlFailure(status: CURLE_PARTIAL_FILE, collector: collector, transfer: self).error
        }
        return answer(from: collector)
    }

    /// Nil when the deadline has passed already.
    private func performInTime() -> CURLcode? {
        let remaining = (request.deadline - .now).wholeMilliseconds
        guard remaining > 0 else { return nil }
        handle.set(CURLOPT_TIMEOUT_MS, min(remaining, Int(Int32.max)))
        return handle.setupStatus == CURLE_OK ? handle.perform() : handle.setupStatus
    }

    private func fill(_ list: inout HeaderList) -> Bool {
        for field in request.headers {
            guard list.append(name: field.name, value: field.value) else { return false }
        }
        // Of itself libcurl takes a body without a type for a form, and waits up to a second for a
        // 100 before it sends a large body.
        guard list.suppress("Expect") else { return false }
        return request.headers["Content-Type"] != nil || list.suppress("Content-Type")
    }

    private func applyCallbacks(_ collector: UnsafeMutablePointer<AnswerCollector>) {
        handle.set(CURLOPT_HEADERDATA, pointer: collector)
        handle.set(CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            let bytes = UnsafeRawBufferPointer(start: bytes, count: size * count)
            let collector = context?.assumingMemoryBound(to: AnswerCollector.self)
            return collector?.pointee.take(headerLine: bytes) == true ? bytes.count : 0
        }
        handle.set(CURLOPT_WRITEDATA, pointer: collector)
        handle.set(CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            let bytes = UnsafeRawBufferPointer(start: bytes, count: size * count)
            let collector = context?.assumingMemoryBound(to: AnswerCollector.self)
            return collector?.pointee.take(body: bytes) == true ? bytes.count : 0
        }
        handle.set(CURLOPT_PREREQDATA, pointer: collector)
        handle.setRequestStart { context, _, _, _, _ in
            context?.assumingMemoryBound(to: AnswerCollector.self).pointee.noteRequestStart()
            return CURL_PREREQFUNC_OK
        }
    }

    private func answer(from collector: AnswerCollector) -> HTTPResponse {
        HTTPResponse(
            status: handle.long(CURLINFO_RESPONSE_CODE), headers: collector.headers, body: collector.body,
            version: HTTPVersion(curl: handle.long(CURLINFO_HTTP_VERSION)),
            reusedConnection: handle.long(CURLINFO_NUM_CONNECTS) == 0)
    }

    /// The method and the URL as errors show them.
    var description: String { "\(request.method) \(target.redactedURL)" }
}
