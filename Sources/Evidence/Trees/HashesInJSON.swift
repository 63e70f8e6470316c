internal import JSONBytes

extension [UInt8] {
    /// Adds an array of hashes in base64.
    package mutating func append(hashes: [TreeHash]) {
        append(json: "[")
        for (place, hash) in hashes.enumerated() {
            if place > 0 { append(json: ",") }
            append(jsonString: hash.base64)
        }
        append(json: "]")
    }
}

extension JSONCursor {
    /// Passes an array of hashes in base64.
    mutating func treeHashes() throws(JSONFault) -> [TreeHash] {
        var hashes: [TreeHash] = []
        try elements { cursor throws(JSONFault) in hashes.append(try cursor.treeHash()) }
        return hashes
    }

    /// Passes a hash in base64.
    mutating func treeHash() throws(JSONFault) -> TreeHash {
        guard let hash = TreeHash(base64: try text(string())) else {
            throw fault("a hash was expected: 32 bytes in base64")
        }
        return hash
    }

    /// Passes an object. Returns it in its one spelling.
    mutating func canonicalObject() throws(JSONFault) -> [UInt8] {
        guard peek() == UInt8(ascii: "{") else { throw fault("an object was expected") }
        return try CanonicalJSON(object: Array(bytes[value()])).text
    }
}
