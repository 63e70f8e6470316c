internal import CTLS
internal import Glibc

/// TLS over a socket that does not wait. Owns what OpenSSL has of it.
final class TLSSession {
    private let descriptor: Descriptor
    private let session: OpaquePointer

    init(_ descriptor: Descriptor, _ settings: TLSSettings) throws(SocketError) {
        self.descriptor = descriptor
        ERR_clear_error()
        let context = try Self.context(settings, descriptor.peer)
        // The session keeps it.
        defer { SSL_CTX_free(context) }
        guard let session = SSL_new(context) else {
            throw Self.failure(descriptor.peer, "TLS cannot be set up")
        }
        self.session = session
        SSL_set_connect_state(session)
        let host = descriptor.peer.host
        let parameters = SSL_get0_param(session)
        let isSet: Bool
        if X509_VERIFY_PARAM_set1_ip_asc(parameters, host) == 1 {
            isSet = true
        } else {
            isSet = SSL_set1_host(session, host) == 1 && ctls_name_server(session, host) == 1
        }
        guard isSet, SSL_set_fd(session, descriptor.number) == 1 else {
            throw Self.failure(descriptor.peer, "TLS cannot be set up")
        }
    }

    deinit { SSL_free(session) }

    private static func context(_ settings: TLSSettings, _ peer: Peer) throws(SocketError) -> OpaquePointer {
        guard let context = SSL_CTX_new(TLS_client_method()) else {
            throw failure(peer, "TLS cannot be set up")
        }
        ctls_allow_parts(context)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        var isSet = ctls_require_version_1_2(context) == 1
        var what = "TLS cannot be set up"
        if let file = settings.authorities {
            what = "\(file) is no PEM file of certificates"
            isSet = isSet && SSL_CTX_load_verify_locations(context, file, nil) == 1
        } else {
            isSet = isSet && SSL_CTX_set_default_verify_paths(context) == 1
        }
        if isSet, let (chain, key) = settings.certificate {
            what = "\(chain) and \(key) are no certificate and its key"
            isSet =
                SSL_CTX_use_certificate_chain_file(context, chain) == 1
                && SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1
                && SSL_CTX_check_private_key(context) == 1
        }
        guard isSet else {
            SSL_CTX_free(context)
            throw failure(peer, what)
        }
        return context
    }

    func shakeHands(_ deadline: ContinuousClock.Instant) throws(SocketError) {
        while true {
            ERR_clear_error()
            let result = SSL_do_handshake(session)
            if result == 1 { return }
            guard let events = try waits(result, "the TLS handshake failed") else {
                throw SocketError(descriptor.peer, "has closed the connection in the TLS handshake")
            }
            guard try descriptor.wait(for: events, deadline) else {
                throw SocketError(descriptor.peer, "does not end the TLS handshake")
            }
        }
    }

    func write(_ bytes: borrowing [UInt8], from start: Int) throws(SocketError) -> SendStep {
        ERR_clear_error()
        let result = bytes.withUnsafeBytes { bytes in
            SSL_write(session, bytes.baseAddress.map { $0 + start }, Int32(min(bytes.count - start, 1 << 20)))
        }
        if result > 0 { return .done(Int(result)) }
        guard let events = try waits(result, "the connection broke") else {
            throw SocketError(descriptor.peer, "has closed the connection")
        }
        return .waits(events)
    }

    /// Whether the peer has not said that it is at its end. What else it says, such as tickets for later sessions, is passed over.
    func isOpen() throws(SocketError) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            ERR_clear_error()
            let result = SSL_read(session, &bytes, Int32(bytes.count))
            if result > 0 { continue }
            return try waits(result, "the connection broke") != nil
        }
    }

    /// Says that we are at our end. Who reads to it says the same.
    func end(_ deadline: ContinuousClock.Instant) throws(SocketError) {
        while true {
            ERR_clear_error()
            let result = SSL_shutdown(session)
            if result >= 0 { return }
            guard let events = try waits(result, "the connection broke") else { return }
            guard try descriptor.wait(for: events, deadline) else {
                throw SocketError(descriptor.peer, "takes nothing any more")
            }
        }
    }

    /// What the session waits for after a call; nil where the peer has said that it is at its end.
    private func waits(_ result: Int32, _ what: String) throws(SocketError) -> Int32? {
        let code = errno
        switch SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ: return POLLIN
        case SSL_ERROR_WANT_WRITE: return POLLOUT
        case SSL_ERROR_ZERO_RETURN: return nil
        case SSL_ERROR_SYSCALL where code != 0: throw SocketError.system(descriptor.peer, code)
        default: break
        }
        let verification = SSL_get_verify_result(session)
        guard verification == X509_V_OK else {
            let reason = String(cString: X509_verify_cert_error_string(verification))
            throw SocketError(descriptor.peer, "its certificate is not valid: \(reason)")
        }
        throw Self.failure(descriptor.peer, what)
    }

    /// With what OpenSSL says.
    private static func failure(_ peer: Peer, _ what: String) -> SocketError {
        guard let reason = ERR_reason_error_string(ERR_peek_last_error()) else {
            return SocketError(peer, what)
        }
        return SocketError(peer, "\(what): \(String(cString: reason))")
    }
}
