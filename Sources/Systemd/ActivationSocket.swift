import CSystemd

/// The listening sockets that systemd passed to this process (sd_listen_fds(3)).
public enum ActivationSocket {
    /// The descriptors of listening UNIX stream sockets, in the order of the .socket unit. The environment
    /// that named them is cleared, so that no child takes them for its own.
    public static func descriptors() -> [Int32] {
        let count = sd_listen_fds(1)
        guard count > 0 else { return [] }
        // SD_LISTEN_FDS_START is a macro with a cast, which Swift does not see: passed descriptors begin at
        // 3.
        let first: Int32 = 3
        return (first..<(first + count)).filter { sd_is_socket_unix($0, 1 /* SOCK_STREAM */, 1, nil, 0) > 0 }
    }
}
