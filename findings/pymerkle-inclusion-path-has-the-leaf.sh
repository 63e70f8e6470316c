#!/usr/bin/env bash
# pymerkle 7.0.0: its trees have the roots of RFC 9162, and its proofs are others. An inclusion proof begins with the leaf's own hash,
# which section 2.1.3 leaves to who verifies, and counts leaves from 1; a proof of consistency has hashes of the smaller tree too,
# where section 2.1.4 has them recomputed: three from two leaves to four, in place of one. So neither fits another verifier as it is.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pymerkle==7.0.0
"$work/venv/bin/python" - <<'END'
import hashlib

from pymerkle import InmemoryTree


def leaf(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


entries = [b"first", b"second", b"third", b"fourth"]
tree = InmemoryTree(algorithm="sha256")
for entry in entries:
    tree.append_entry(entry)
one, two, three, four = map(leaf, entries)
assert tree.get_root() == node(node(one, two), node(three, four))

path = [bytes.fromhex(each) for each in tree.prove_inclusion(1, 4).serialize()["path"]]
print("inclusion of the first of four:", len(path), "hashes, the leaf's own is the first:", path[0] == one)
assert path == [one, two, node(three, four)]
try:
    tree.prove_inclusion(0, 4)
except Exception as error:
    print("of the leaf 0:", type(error).__name__, error)
else:
    raise AssertionError("leaves are counted from 0 now")

path = [bytes.fromhex(each) for each in tree.prove_consistency(2, 4).serialize()["path"]]
print("consistency from two to four:", len(path), "hashes, where RFC 9162 has one")
assert len(path) == 3 and path != [node(three, four)]
END
