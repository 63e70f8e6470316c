import CCurl

/// Makes of libcurl's code, its message and how far the exchange had come the error that callers see.
struct CurlFailure {
    let status: CURLcode
    let collector: AnswerCollector
    let transfer: Transfer

    private var handle: EasyHandle { transfer.handle }

    var error: HTTPClientError {
        let message = message
        return HTTPClientError(
            code: code(message), stage: stage,
            requestMayHaveReachedServer: handle.long(CURLINFO_REQUEST_SIZE) > 0,
            target: transfer.description, message: message, curlCode: Int(status.rawValue))
    }

    private func code(_ message: String) -> HTTPClientError.Code {
        if collector.excess != nil { return .tooLarge }
        return switch status {
        case CURLE_OPERATION_TIMEDOUT: .timeout
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .couldNotResolve
        case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED, CURLE_PROXY: .couldNotConnect
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
            CURLE_USE_SSL_FAILED:
            .tls
        case CURLE_FILESIZE_EXCEEDED: .tooLarge
        case CURLE_PARTIAL_FILE: .truncated
        case CURLE_GOT_NOTHING: .closed
        // libcurl has no codes of its own for chunks that are none and for a proxy that refuses.
        case CURLE_RECV_ERROR where message.contains("chunk"): .malformed
        case CURLE_RECV_ERROR where message.contains("CONNECT"): .couldNotConnect
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR: .reset
        // An answer without a status line is HTTP/0.9 to libcurl, a protocol that it does not support.
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING, CURLE_HTTP2,
            CURLE_HTTP2_STREAM:
            .malformed
        case CURLE_URL_MALFORMAT: .invalidRequest
        default: .internal
        }
    }

    private var stage: HTTPClientError.Stage {
        switch status {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return .resolve
        case CURLE_COULDNT_CONNECT: return .connect
        default: break
        }
        guard collector.requestStarts > 0 else {
            if handle.offset(CURLINFO_NAMELOOKUP_TIME_T) == 0 { return .resolve }
            // Counted when TCP stands, where the connect time is taken after TLS.
            return handle.long(CURLINFO_NUM_CONNECTS) == 0 ? .connect : .tls
        }
        if collector.headerBytes > 0 { return .receive }
        let isSent =
            handle.long(CURLINFO_REQUEST_SIZE) > 0
            && handle.offset(CURLINFO_SIZE_UPLOAD_T) >= transfer.request.body.count
        return isSent ? .wait : .send
    }

    private var message: String {
        switch collector.excess {
        case .header(let limit): "the header is longer than \(limit) bytes"
        case .body(let limit): "the body is longer than \(limit) bytes"
        case nil: Redaction.cleared(handle.message(for: status), of: secrets)
        }
    }

    /// What of the request must not be in a message.
    private var secrets: [String] {
        let request = transfer.request
        let proxy = transfer.configuration.proxy.flatMap { try? RequestTarget(url: $0).secrets } ?? []
        return request.headers.map(\.value) + transfer.target.secrets + proxy
    }
}
