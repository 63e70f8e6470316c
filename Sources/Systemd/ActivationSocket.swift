internal import CSystemd
internal import Glibc

/// A listening socket that systemd passed to this process (sd_listen_fds(3)).
package struct ActivationSocket: Sendable {
    /// The descriptor of a listening UNIX stream socket.
    package let descriptor: Int32
    /// What the .socket unit calls it: FileDescriptorName=, or else the unit's own name.
    package let name: String

    /// The sockets that were passed, in the order of the unit. The environment that named them is cleared, so that
    /// no child takes them for its own.
    package static func passed() -> [ActivationSocket] {
        var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        let count = Int(sd_listen_fds_with_names(1, &names))
        defer { free(names) }
        // SD_LISTEN_FDS_START is a macro with a cast, which Swift does not see: passed descriptors begin at
        // 3.
        return (0..<max(0, count)).compactMap { index in
            let name = names?[index]
            defer { free(name) }
            let descriptor = Int32(3 + index)
            guard sd_is_socket_unix(descriptor, 1 /* SOCK_STREAM */, 1, nil, 0) > 0 else { return nil }
            return ActivationSocket(descriptor: descriptor, name: name.map { String(cString: $0) } ?? "")
        }
    }
}
