/// A parameter as the client wrote it, from a query string or a JSON body: a name and a value that nobody has
/// judged.
struct RawParameter: Equatable {
    enum Value: Equatable {
        case text([UInt8])
        case integer(Int)
        /// Not even a value, and why.
        case invalid(String)
    }

    let name: String
    let value: Value
}
