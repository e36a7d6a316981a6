"""A totem whose site asks: who is served first, and what customers say of themselves.

``said`` are marker answers of one customer; ``disk`` is everything the machine keeps, decrypted.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from subprocess import Popen

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from msgspec import Struct, structs

from central.services.privacy import Unsealer
from edge_agent.journal.connection import JOURNAL_FILE, load_key
from edge_agent.journal.outbox import Outbox
from sync_protocol.feed import FeedItem, FeedPage, SitePolicy, encode_item
from tests.crash.whole import prepare, start
from tests.support.bench_totem import CATALOGUE, CATALOGUE_PAGE, open_journal
from tests.support.flow_bench import FarEnds, State, Totem

UNSEALER = Unsealer(bytes(range(32)))
SAID = {"name": "ZULEIDE QUARTZO", "cpf": "52998224725", "phone": "11987650123"}
TYPED = {**SAID, "cpf": "529.982.247-25"}

PAGE_BYTES = 4096
RESERVED_BYTES = 80
IV_BYTES = 16
WAL_HEADER_BYTES, FRAME_HEADER_BYTES = 32, 24


@contextmanager
def asking_totem(
    folder: Path, policy: SitePolicy, *, has_key: bool = True
) -> Iterator[tuple[Totem, "Popen[bytes]"]]:
    """A whole totem under this policy, with headquarters' privacy key or without, and its
    process.
    """
    far = FarEnds((), "auto")
    port = prepare(folder, far.far)
    items: dict[str, Struct] = {"policy": policy}
    if has_key:
        items["privacy"] = UNSEALER.public
    journal = open_journal(folder)
    Outbox(journal).apply_feed(page_after(CATALOGUE_PAGE, items))
    journal.stop()
    process = start(folder)
    try:
        yield Totem(port, far), process
    finally:
        process.terminate()
        process.wait()
        far.stop()


def policy(**change: object) -> SitePolicy:
    """The bench's policy, which sells by card offline, with this changed."""
    return structs.replace(CATALOGUE.policy, **change)


def page_after(page: FeedPage, items: dict[str, Struct]) -> FeedPage:
    """What follows a page in its scope."""
    first = page.cursor["org"] + 1
    found = []
    for version, (key, value) in enumerate(items.items(), first):
        body = encode_item(value)
        digest = sha256(body).digest()
        found.append(FeedItem("org", version, version - 1, "put", key, body, digest))
    return FeedPage(found, {"org": first + len(items) - 1}, True)


def answer(totem: Totem, question: str, value: str) -> State:
    found: State = totem.client.send(
        "PUT", "/v1/visit/identify", {"question": question, "value": value}
    )
    return found


def step(totem: Totem, name: str) -> State:
    found: State = totem.client.send("PUT", "/v1/visit/step", {"step": name})
    return found


def disk(folder: Path, aside: Path) -> dict[str, bytes]:
    """Every file below the folder as bytes; of the journal every page that is there in the clear,
    free ones and those of the write-ahead log included.
    """
    copy = aside / f"copy-{len(list(aside.iterdir()))}"
    shutil.copytree(folder, copy)
    key = load_key(copy)
    found = {}
    for file in sorted(it for it in copy.rglob("*") if it.is_file()):
        name = str(file.relative_to(copy))
        raw = file.read_bytes()
        if file.name == JOURNAL_FILE:
            raw = b"".join(_pages(raw, key))
        elif file.name == f"{JOURNAL_FILE}-wal":
            raw = b"".join(_frames(raw, key))
        found[name] = raw
    return found


def _pages(raw: bytes, key: bytes) -> Iterator[bytes]:
    """SQLCipher 4 with a raw key: AES-256-CBC by page, the IV in what the page reserves; the first
    page begins with the salt instead of SQLite's magic.
    """
    for at in range(0, len(raw), PAGE_BYTES):
        yield _page(raw[at : at + PAGE_BYTES], key, is_first=at == 0)


def _frames(raw: bytes, key: bytes) -> Iterator[bytes]:
    """Every frame that lies in the log, also those that are no longer valid."""
    size = FRAME_HEADER_BYTES + PAGE_BYTES
    for at in range(WAL_HEADER_BYTES, len(raw) - size + 1, size):
        number = int.from_bytes(raw[at : at + 4], "big")
        page = raw[at + FRAME_HEADER_BYTES : at + size]
        yield _page(page, key, is_first=number == 1)


def _page(page: bytes, key: bytes, *, is_first: bool) -> bytes:
    end = PAGE_BYTES - RESERVED_BYTES
    begin = IV_BYTES if is_first else 0
    decryptor = Cipher(algorithms.AES(key), modes.CBC(page[end : end + IV_BYTES])).decryptor()
    return decryptor.update(page[begin:end]) + decryptor.finalize()


def forms(value: str) -> list[bytes]:
    """A marker as it could lie somewhere: as text of two encodings, and with a CPF's dots."""
    texts = {value, value.lower(), value.title()}
    if value.isdecimal() and len(value) == len(SAID["cpf"]):
        texts.add(f"{value[:3]}.{value[3:6]}.{value[6:9]}-{value[9:]}")
    return [text.encode(code) for text in texts for code in ("utf-8", "utf-16-le")]


def where_said(files: dict[str, bytes]) -> list[str]:
    """``file: question`` of every marker that is found."""
    return [
        f"{name}: {question}"
        for name, raw in files.items()
        for question, value in SAID.items()
        if any(form in raw for form in forms(value))
    ]
