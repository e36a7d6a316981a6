"""One job on its way: its bytes in chunks, its proof, and how long it may take."""

from collections.abc import Iterator

from edge_agent.devices.drivers.escpos.dialect import Dialect, Proof
from edge_agent.devices.drivers.escpos.link import EscposLink
from edge_agent.devices.drivers.escpos.render import Rendered

CHUNK_MAX = 512
SETTLE_S = 3.0
LINE_S = 0.06
BITS_PER_BYTE = 10


def chunks(pieces: list[bytes]) -> Iterator[tuple[bytes, bool]]:
    """At most CHUNK_MAX bytes each, and whether the chunk ends where a command ends. A piece too
    long for a chunk (an image) is cut, and nothing may be asked inside it.
    """
    chunk = b""
    for piece in pieces:
        if chunk and len(chunk) + len(piece) > CHUNK_MAX:
            yield chunk, True
            chunk = b""
        chunk += piece
        while len(chunk) > CHUNK_MAX:
            yield chunk[:CHUNK_MAX], False
            chunk = chunk[CHUNK_MAX:]
    yield chunk, True


class Ticket:
    """``proof`` is what the printer was found to give."""

    def __init__(self, rendered: Rendered, process_id: str, proof: Proof, dialect: Dialect) -> None:
        self.proof = proof
        self.pieces = [*rendered.pieces, dialect.proof(proof, process_id)]
        self._id = process_id
        self._lines = rendered.lines

    def printing_s(self, baud: int) -> float:
        """How long the paper takes when nothing is in the way."""
        return sum(map(len, self.pieces)) * BITS_PER_BYTE / baud + self._lines * LINE_S

    def patience_s(self, baud: int) -> float:
        return SETTLE_S + self.printing_s(baud)

    def is_proved_by(self, link: EscposLink) -> bool:
        if self.proof == "process_id":
            return self._id in link.finished
        return self.proof == "sentinel" and link.queued > 0
