"""The seal of a business day: one root over every row it covers, the same at both ends.

A Merkle tree as in RFC 6962 (a node splits at the largest power of two below its size, so an odd
leaf is never doubled), over leaves that name each row's place and hash.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from sync_protocol.chain import framed


class Leaf(NamedTuple):
    """One row of the journal."""

    epoch: int
    seq: int
    hash: bytes


def leaf_hash(leaf: Leaf) -> bytes:
    return sha256(framed("totem.leaf.v1", leaf.epoch, leaf.seq, leaf.hash)).digest()


def root(leaves: Sequence[Leaf]) -> bytes:
    """The Merkle root; of nothing, the hash of the bare tag."""
    if not leaves:
        return sha256(framed("totem.leaf.v1")).digest()
    return _root([leaf_hash(leaf) for leaf in leaves])


def ranges(leaves: Sequence[Leaf]) -> list[tuple[int, int, int]]:
    """(epoch, first seq, last seq) of each stretch without a gap, in order."""
    found: list[tuple[int, int, int]] = []
    for leaf in leaves:
        if found and found[-1][0] == leaf.epoch and found[-1][2] + 1 == leaf.seq:
            found[-1] = (leaf.epoch, found[-1][1], leaf.seq)
        else:
            found.append((leaf.epoch, leaf.seq, leaf.seq))
    return found


def _root(hashes: list[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    left, right = _root(hashes[:split]), _root(hashes[split:])
    return sha256(framed("totem.node.v1", left, right)).digest()
