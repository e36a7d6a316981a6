"""Training: a totem beside the real one, with a journal, a key and numbers of its own.

It has emulated devices, speaks to no headquarters, acquirer or charge port, and what it signs
verifies nowhere. It does not start while the real totem has money open or runs.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import json, structs

from edge_agent.devices.emulators.abecs import AbecsEmulator, Behaviour
from edge_agent.devices.emulators.escpos import EscposEmulator
from edge_agent.journal.connection import JOURNAL_FILE, load_key, open_reader
from edge_agent.journal.journal import Journal
from edge_agent.journal.outbox import Outbox
from edge_agent.journal.writer import Stamp, open_epoch
from edge_agent.settings import DeviceSettings, DevicesSettings, Settings
from edge_agent.sync.enrol import RECORD_FILE, load_record
from edge_agent.sync.identity import Identity, make_identity, write_private
from sync_protocol import chain
from sync_protocol.feed import FeedItem, FeedPage
from sync_protocol.messages import Grant

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = "training"
SERIES = "ZZ"
KEY_ID = "training"
NOBODY = "http://127.0.0.1:9"
OPEN_MONEY = (
    "REQUESTED",
    "ACTIVE",
    "AUTHORISED",
    "UNKNOWN",
    "PAID_LATE",
    "STORED_OFFLINE",
    "FORWARDING",
)


class TrainingError(Exception):
    """Training cannot start; the message says why and what to do."""


def prepare(settings: Settings) -> Settings:
    """The training totem's settings, beside the real one's data; devices are still to come. Raises
    TrainingError, NotEnrolledError.
    """
    _check_no_open_money(settings.data_dir)
    folder = settings.data_dir / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    identity = make_identity(folder, KEY_ID)
    if not (folder / RECORD_FILE).exists():
        _enrol_with_itself(settings.data_dir, folder, identity)
    _take_catalogue(settings.data_dir, folder)
    return structs.replace(
        settings,
        data_dir=folder,
        training=True,
        central_url=NOBODY,
        acquirer_url="",
        charges_url="",
        instance_id=KEY_ID,
    )


@contextmanager
def emulated(settings: Settings, say: "Callable[[str], None]") -> Iterator[Settings]:
    """The settings with emulated devices in them, for as long as the context lasts."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    printer, reader = EscposEmulator(), AbecsEmulator(Behaviour(mode="manual"))

    async def start() -> DevicesSettings:
        lines = [await printer.start_tcp(), await reader.start_tcp()]
        say(f"printer page http://127.0.0.1:{await printer.start_http()}/")
        say(f"reader page  http://127.0.0.1:{await reader.start_http()}/")
        at = [f"tcp:127.0.0.1:{port}" for port in lines]
        return DevicesSettings(DeviceSettings("escpos", at[0]), DeviceSettings("abecs", at[1]))

    async def stop() -> None:
        await printer.stop()
        await reader.stop()

    devices = asyncio.run_coroutine_threadsafe(start(), loop).result()
    try:
        yield structs.replace(settings, devices=devices)
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _check_no_open_money(data_dir: Path) -> None:
    if not (data_dir / JOURNAL_FILE).exists():
        return
    connection = open_reader(data_dir / JOURNAL_FILE, load_key(data_dir))
    try:
        marks = ", ".join("?" * len(OPEN_MONEY))
        count = connection.execute(
            f"SELECT count(*) FROM payments WHERE state IN ({marks})", OPEN_MONEY
        ).fetchone()[0]
    finally:
        connection.close()
    if count:
        raise TrainingError(
            f"{count} payments are still open: start totem run, let them be settled, then train."
        )


def _enrol_with_itself(real: Path, folder: Path, identity: Identity) -> None:
    record = load_record(real)
    bare = Grant("TREINO", KEY_ID, 1, [], SERIES, 1, KEY_ID, KEY_ID, b"")
    grant = structs.replace(bare, sig=identity.sign(chain.grant_bytes(bare)))
    training = structs.replace(
        record,
        totem=grant.totem,
        name=f"{record.name} · treinamento",
        grant=grant,
        server_keys={KEY_ID: identity.public_key},
        held=[],
    )
    write_private(folder / RECORD_FILE, json.encode(training))


def _take_catalogue(real: Path, folder: Path) -> None:
    """What the real totem sells today; nothing flows the other way."""
    source = open_reader(real / JOURNAL_FILE, load_key(real))
    try:
        rows = source.execute("SELECT scope, key, body, hash FROM feed_items").fetchall()
    finally:
        source.close()
    journal = Journal(folder, load_key(folder), lambda: Stamp(0, 0, KEY_ID, "2000-01-01"))
    journal.start()
    try:
        journal.submit(open_epoch(load_record(folder).grant)).result()
        outbox = Outbox(journal)
        held = outbox.feed_cursor()
        items, cursor = [], dict(held)
        for scope, key, body, digest in rows:
            version = cursor.get(scope, 0) + 1
            cursor[scope] = version
            items.append(
                FeedItem(scope, version, version - 1, "put", key, bytes(body), bytes(digest))
            )
        outbox.replace_feed(FeedPage(items, cursor, True))
    finally:
        journal.stop()
