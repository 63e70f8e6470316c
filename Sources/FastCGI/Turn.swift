/// One request's turn to be answered by the thread that looks out for requests.
package struct Turn: Sendable {
    private let connections: Connections
    /// Where the request comes.
    let connection: Int32
    /// No other turn has it: a connection's number may be another's once that is closed.
    let number: UInt64

    init(_ connections: Connections, at connection: Int32, number: UInt64) {
        (self.connections, self.connection, self.number) = (connections, connection, number)
    }

    /// Lets another thread look out, if the calling one does still, and go first. To be called before whatever may take longer than a
    /// hit: until then, or the request's end, no other request begins. Costs three system calls the first time, and a lock from then on.
    package func handOn() { if connections.handOn(self) { connections.niceness.raise() } }
}
