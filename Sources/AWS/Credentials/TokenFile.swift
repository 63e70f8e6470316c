internal import Files

/// A file that holds nothing but a token.
enum TokenFile {
    /// The token, without white space around it.
    ///
    /// `place` is what names the file, for messages.
    static func token(_ path: String, place: String) throws(CredentialError) -> String {
        let text: String
        do throws(FileError) {
            text = try textFile(path)
        } catch {
            throw CredentialError("\(place) names \(error)")
        }
        let bytes = text.utf8.drop { $0 <= UInt8(ascii: " ") }
        guard let end = bytes.lastIndex(where: { $0 > UInt8(ascii: " ") }) else {
            throw CredentialError("\(place) names \(path), which is empty")
        }
        return String(text[bytes.startIndex...end])
    }
}
