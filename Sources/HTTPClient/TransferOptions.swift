import CCurl
import Glibc

extension Transfer {
    /// What every request of the client has in common.
    func applyConfiguration() {
        handle.set(CURLOPT_NOSIGNAL, true)
        // Without it a name lookup that hangs in the resolver's thread holds the request past its
        // deadline; with it that thread is let go, and frees what it holds when the lookup ends.
        handle.set(CURLOPT_QUICK_EXIT, true)
        handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
        handle.set(CURLOPT_FOLLOWLOCATION, false)
        // An empty string, not an absent one, keeps libcurl from reading the environment.
        handle.set(CURLOPT_PROXY, configuration.proxy ?? "")
        handle.set(CURLOPT_NOPROXY, "")
        handle.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, true)
        handle.set(CURLOPT_MAXCONNECTS, 1)
        handle.set(CURLOPT_MAXAGE_CONN, Int(configuration.maximumIdleTime.components.seconds) + 1)
        handle.set(CURLOPT_DNS_CACHE_TIMEOUT, Int(configuration.dnsCacheTime.components.seconds))
        // The least libcurl allows; hundreds of handles each keep one. A head must fit: see RequestCheck.
        handle.set(CURLOPT_UPLOAD_BUFFERSIZE, RequestCheck.maximumHeadBytes)
        // Programs that the process starts do not inherit connections.
        handle.setSocketOpened { _, socket, _ in
            fcntl(socket, F_SETFD, FD_CLOEXEC) == 0 ? CURL_SOCKOPT_OK : CURL_SOCKOPT_ERROR
        }
        if let timeout = configuration.connectTimeout {
            handle.set(CURLOPT_CONNECTTIMEOUT_MS, max(1, timeout.wholeMilliseconds))
        }
        let usesHTTP2 = configuration.httpVersion == .http2
        handle.set(CURLOPT_HTTP_VERSION, Int(usesHTTP2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1))
        applyTLS()
    }

    private func applyTLS() {
        let versions = configuration.tlsVersions
        handle.set(CURLOPT_SSLVERSION, versions.lowerBound.curlMinimum | versions.upperBound.curlMaximum)
        if versions.lowerBound < .tls1_2 { handle.set(CURLOPT_SSL_CIPHER_LIST, "DEFAULT:@SECLEVEL=0") }
        handle.set(CURLOPT_SSL_VERIFYPEER, true)
        handle.set(CURLOPT_SSL_VERIFYHOST, 2)
        if let file = configuration.caFile {
            handle.set(CURLOPT_CAINFO, file)
            handle.set(CURLOPT_CAPATH, nil as String?)
        } else if let directory = CurlLibrary.rootsDirectory {
            handle.set(CURLOPT_CAINFO, nil as String?)
            handle.set(CURLOPT_CAPATH, directory)
        }
    }

    func applyRequest() {
        handle.set(CURLOPT_URL, request.url)
        handle.set(CURLOPT_PATH_AS_IS, true)
        handle.set(CURLOPT_UNIX_SOCKET_PATH, request.unixSocketPath)
        if request.decodesGzip { handle.set(CURLOPT_ACCEPT_ENCODING, "gzip") }
    }

    /// The method with the body, which must stay where it is until the exchange is over.
    func applyBody(_ body: UnsafeRawBufferPointer) {
        if request.method == "HEAD" {
            // No body follows whatever its header says, so its length is no excess either.
            handle.set(CURLOPT_NOBODY, true)
            return
        }
        handle.set(CURLOPT_MAXFILESIZE_LARGE, bytes: configuration.maximumBodyBytes)
        if request.sendsBody {
            handle.set(CURLOPT_POST, true)
            handle.set(CURLOPT_POSTFIELDSIZE_LARGE, bytes: body.count)
            // libcurl would ask a read callback for a body that is null.
            if let start = body.baseAddress, !body.isEmpty {
                handle.set(CURLOPT_POSTFIELDS, pointer: UnsafeMutableRawPointer(mutating: start))
            } else {
                handle.set(CURLOPT_COPYPOSTFIELDS, "")
            }
        } else {
            handle.set(CURLOPT_HTTPGET, true)
        }
        handle.set(CURLOPT_CUSTOMREQUEST, request.method)
    }
}

extension TLSVersion {
    fileprivate var curlMinimum: Int {
        switch self {
        case .tls1_0: Int(CURL_SSLVERSION_TLSv1_0)
        case .tls1_1: Int(CURL_SSLVERSION_TLSv1_1)
        case .tls1_2: Int(CURL_SSLVERSION_TLSv1_2)
        case .tls1_3: Int(CURL_SSLVERSION_TLSv1_3)
        }
    }

    /// libcurl's maximum is the version's number in the upper half of the word.
    fileprivate var curlMaximum: Int { curlMinimum << 16 }
}

extension HTTPVersion {
    init(curl version: Int) {
        switch version {
        case Int(CURL_HTTP_VERSION_1_0): self = .http1_0
        case Int(CURL_HTTP_VERSION_2_0): self = .http2
        default: self = .http1_1
        }
    }
}

extension Duration {
    /// Milliseconds, rounded up, so that what is left of a deadline is never taken for nothing.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        let (product, overflows) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflows, product < Int64.max / 2 else { return Int(Int64.max / 2) }
        return Int(product + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
