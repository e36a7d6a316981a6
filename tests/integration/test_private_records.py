"""What customers say of themselves, from the totem's journal to headquarters and out of it again.

Real parts throughout: SQLCipher, HTTP, PostgreSQL; the last ones are whole processes.
"""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec import UNSET, json, structs

from central.ledger import feed, private
from central.services import privacy
from central.services.keys import Keys
from central.services.privacy import Erasures, Unsealer
from central.services.zstd import compress
from edge_agent.devices.ports import CardOutcome
from edge_agent.journal.feed import read_catalogue
from edge_agent.journal.journal import Journal
from edge_agent.journal.private import PrivateBook
from edge_agent.journal.writer import Writing
from edge_agent.services import card_doubt, card_sale, checkout
from edge_agent.services.card_sale import Asked
from edge_agent.services.checkout import Basket
from edge_agent.services.contacts import SealedContacts
from edge_agent.services.recovery import settle_at_boot
from edge_agent.services.sealing import seal
from edge_agent.services.shelf import Shelf
from edge_agent.sync.errors import CentralUnreachableError
from edge_agent.sync.private import Delivery
from sync_protocol import limits
from sync_protocol.events import ReceiptRequested
from sync_protocol.messages import PrivateFields, PrivateReceipt, PrivateRecord
from tests.support.asking_totem import SAID, TYPED, UNSEALER, answer, policy, step
from tests.support.bench_totem import CARD, CATALOGUE, basket, open_journal
from tests.support.central_server import Central
from tests.support.flow_bench import FarEnds, Totem
from tests.support.sync_totem import SyncTotem
from tests.support.totem_and_central import central, headquarters, totem
from tests.support.totem_peer import refused

__all__ = ["central", "headquarters", "totem"]

FIELDS = PrivateFields(**SAID)
SALE = "KIOSK1-1-2-00000000"
KEY = UNSEALER.public


def said(*services: str, sale: str = "") -> Basket:
    """A basket of a customer who said everything."""
    return basket(*services, sale=sale)._replace(seal=lambda it: seal(FIELDS, it, KEY))


def kept(journal: Journal) -> list[tuple[str, str]]:
    """(sale, state) of what lies at the totem."""
    with journal.reading() as connection:
        found: list[tuple[str, str]] = connection.execute(
            "SELECT sale, state FROM private_records ORDER BY sale"
        ).fetchall()
    return found


# ---- at the totem


def test_a_record_waits_with_its_sale_and_goes_when_there_is_a_ticket(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    requested = journal.submit(card_sale.request_card(said(), Asked("debit"), "reader")).result()
    assert kept(journal) == [(requested.sale, "held")]
    assert PrivateBook(journal).due() == []
    journal.submit(card_sale.approve_card(said(), requested, "debit", CARD)).result()
    [(sale, record)] = PrivateBook(journal).due()
    assert (sale, UNSEALER.open(sale, record)) == (requested.sale, FIELDS)
    journal.stop()


def test_a_sale_that_ends_without_a_ticket_takes_its_record_along(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    deed = card_sale.request_card(said(), Asked("debit"), "reader")
    sale = journal.submit(deed).result().sale
    journal.submit(checkout.cancel_sale(sale, "customer")).result()
    assert kept(journal) == []
    journal.submit(deed).result()
    journal.submit(settle_at_boot).result()
    assert kept(journal) == []
    journal.stop()


def test_a_customer_who_takes_it_back_before_paying_is_not_kept(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    asked = journal.submit(card_sale.request_card(said(), Asked("debit"), "reader")).result()
    refusing = CardOutcome("declined", "card_declined")
    journal.submit(card_sale.refuse_card(asked, refusing)).result()
    silent = basket(sale=asked.sale)
    journal.submit(card_sale.request_card(silent, Asked("debit"), "reader")).result()
    assert kept(journal) == []
    journal.stop()


def test_who_is_served_first_outlives_the_visit(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    first = basket()._replace(priority="80")
    asked = journal.submit(card_sale.request_card(first, Asked("debit"), "reader")).result()
    journal.submit(card_doubt.confirm_late(asked.payment, CARD, "C")).result()
    journal.submit(checkout.sell_at_counter(basket()._replace(priority=UNSET))).result()
    with journal.reading() as connection:
        marks = connection.execute("SELECT priority FROM tickets ORDER BY count").fetchall()
        bodies = connection.execute(
            "SELECT body FROM journal WHERE type = 'TicketIssued' ORDER BY seq"
        ).fetchall()
    assert marks == [("80",), ("",)]
    assert [b'"priority"' in bytes(body) for (body,) in bodies] == [True, False]
    journal.stop()


# ---- to headquarters


def publish(central: Central) -> Unsealer:
    """What central does at every start."""
    unsealer = Unsealer(Keys(central.data_dir).privacy)
    central.ledger(lambda database: privacy.publish(database, unsealer.public))
    return unsealer


def sell_said(totem: SyncTotem) -> str:
    """A counter sale of a customer who said everything, by the key that the feed brought."""
    totem.read_feed()
    key = read_catalogue(totem.journal).privacy
    assert key is not None
    wanted = basket()._replace(seal=lambda it: seal(FIELDS, it, key))
    return totem.journal.submit(checkout.sell_at_counter(wanted)).result().sale


def deliver(totem: SyncTotem, delivery: Delivery | None = None) -> int:
    """How many records were dealt with."""

    async def run() -> int:
        transport = totem._transport()
        one = delivery or Delivery(PrivateBook(totem.journal), transport)
        try:
            return sum([True async for _ in _until_done(one)])
        finally:
            await transport.close()

    return asyncio.run(run())


async def _until_done(delivery: Delivery) -> Any:
    while await delivery.one():
        yield True


def put(totem: SyncTotem, sale: str, record: PrivateRecord) -> PrivateReceipt:
    async def run() -> PrivateReceipt:
        transport = totem._transport()
        try:
            return await transport.private(sale, record)
        finally:
            await transport.close()

    return asyncio.run(run())


def test_a_record_goes_up_once_is_posted_nowhere_and_leaves_the_totem(
    central: Central, totem: SyncTotem
) -> None:
    unsealer = publish(central)
    sale = sell_said(totem)
    totem.talk()
    assert deliver(totem) == 1
    assert kept(totem.journal) == []
    held = central.ledger(lambda database: private.read(database, sale))
    assert held is not None
    assert held.record is not None
    assert unsealer.open(sale, held.record) == FIELDS
    assert put(totem, sale, PrivateRecord("other", b"x")) == PrivateReceipt(sale, "kept")
    assert central.query("SELECT key_id FROM private_records") == [(unsealer.public.key_id,)]
    everything = central.query("SELECT string_agg(convert_from(body, 'UTF8'), '') FROM events")
    assert not any(value in everything[0][0] for value in SAID.values())


def test_a_record_that_comes_after_its_erasure_is_not_kept(
    central: Central, totem: SyncTotem
) -> None:
    publish(central)
    sale = sell_said(totem)
    erasures = Erasures(central.data_dir)
    central.ledger(lambda database: erasures.erase(database, sale))
    assert deliver(totem) == 1
    assert kept(totem.journal) == []
    assert central.query("SELECT sealed, key_id FROM private_records") == [(None, "")]
    record = seal(FIELDS, sale, KEY)
    assert put(totem, sale, record) == PrivateReceipt(sale, "erased")


def test_a_restored_ledger_forgets_again_whom_it_had_forgotten(
    central: Central, totem: SyncTotem
) -> None:
    publish(central)
    sale = sell_said(totem)
    deliver(totem)
    backup = central.query("SELECT totem, sale, key_id, sealed FROM private_records")[0]
    erasures = Erasures(central.data_dir)
    central.ledger(lambda database: erasures.erase(database, sale))
    central.query("DELETE FROM private_records")
    central.query(
        "INSERT INTO private_records (totem, sale, key_id, sealed) VALUES ($1, $2, $3, $4)",
        *backup,
    )
    central.ledger(erasures.repeat)
    again = central.query("SELECT sealed FROM private_records WHERE sale = $1", sale)
    assert again == [(None,)]


def test_one_refused_record_stops_neither_the_others_nor_stays_in_the_way(
    central: Central, totem: SyncTotem
) -> None:
    publish(central)
    bad = structs.replace(KEY, key_id="k" * 65)
    odd = basket()._replace(seal=lambda it: seal(FIELDS, it, bad))
    first = totem.journal.submit(checkout.sell_at_counter(odd)).result().sale
    second = sell_said(totem)
    assert deliver(totem) == 2
    assert kept(totem.journal) == [(first, "due")]
    assert central.query("SELECT sale FROM private_records") == [(second,)]


def test_a_record_stays_where_it_is_while_headquarters_is_away(
    central: Central, totem: SyncTotem
) -> None:
    publish(central)
    sale = sell_said(totem)
    totem.url = "http://127.0.0.1:9"
    with pytest.raises(CentralUnreachableError):
        deliver(totem)
    assert kept(totem.journal) == [(sale, "due")]


def test_an_address_for_a_receipt_goes_the_same_way_and_is_forgotten_with_its_sale(
    central: Central, totem: SyncTotem
) -> None:
    unsealer = publish(central)
    totem.read_feed()
    contacts = SealedContacts(shelf_of(totem.journal))
    assert contacts.can_keep()
    sale = totem.sell()[0]
    first, late = (ask_for_receipt(totem, contacts, sale, f"{it}@example.com") for it in "ab")
    totem.talk()
    record = dict(PrivateBook(totem.journal).due())[late]
    PrivateBook(totem.journal).delivered(late)
    assert deliver(totem) == 1
    said = central.ledger(lambda it: privacy.said(it, lambda: unsealer, sale))
    assert said == {"email": "a@example.com"}
    central.ledger(lambda it: Erasures(central.data_dir).erase(it, sale))
    assert central.query("SELECT count(sealed) FROM private_records") == [(0,)]
    central.query("DELETE FROM private_records WHERE sale = $1", late)
    assert put(totem, late, record) == PrivateReceipt(late, "erased")
    names = central.ledger(lambda it: private.names_of(it, sale))
    assert names == [sale, first, late]


def shelf_of(journal: Journal) -> Shelf:
    shelf = Shelf(journal, lambda: None)
    shelf.refresh()
    return shelf


def ask_for_receipt(totem: SyncTotem, contacts: SealedContacts, sale: str, email: str) -> str:
    def deed(writing: Writing) -> str:
        receipt = writing.append(ReceiptRequested(sale, "email"))
        contacts.keep_contact(writing, receipt, {"email": email})
        return receipt

    return totem.journal.submit(deed).result()


@pytest.mark.parametrize("what", ["unsigned", "of another totem", "no name", "too large", "empty"])
def test_only_a_totem_itself_may_bring_a_record_of_its_own(central: Central, what: str) -> None:
    peer = central.peer()
    sale = {"of another totem": "KIOSK2-1-2-00000000", "no name": "nobody"}.get(what, SALE)
    sealed = {"too large": bytes(limits.SEALED_BYTES_MAX + 1), "empty": b""}.get(what, b"x")
    path = f"/v1/totems/{peer.totem}/private/{sale}"
    body = compress(json.encode(PrivateRecord("k", sealed)))
    headers = {} if what == "unsigned" else peer.signed("PUT", path, "", body)
    wanted = "bad-signature" if what == "unsigned" else "malformed-envelope"
    refused(peer.send("PUT", path, headers, body), wanted)
    assert central.query("SELECT count(*) FROM private_records") == [(0,)]


def test_a_catalogue_import_leaves_the_privacy_key_with_the_totems(central: Central) -> None:
    publish(central)
    changes = central.ledger(lambda database: feed.replace(database, "org", {"brand": b"{}"}))
    assert [change.key for change in changes] == ["brand"]
    items, _ = central.ledger(lambda database: feed.snapshot(database, ["org"]))
    assert {item.key for item in items} == {"privacy", "brand"}
    publish(central)
    assert central.ledger(lambda database: feed.heads(database, ["org"])) == {"org": 2}


def test_the_private_half_is_a_file_that_nobody_else_reads(central: Central) -> None:
    file = central.data_dir / "keys" / privacy.KEY_FILE
    assert file.stat().st_mode & 0o077 == 0
    secret = file.read_bytes()
    assert publish(central).public.public_key != secret
    found = central.query("SELECT body FROM feed_items WHERE key = 'privacy'")
    assert secret not in found[0][0]
    assert secret.hex().encode() not in found[0][0]


# ---- a whole totem, a whole operator


def operator(central: Central, *words: str, code: int = 0) -> str:
    """``totem-central subject …`` at this ledger; what it says."""
    command = [sys.executable, "-m", "central", "subject", *words]
    command += ["--database-url", central.database_url, "--data-dir", str(central.data_dir)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def test_from_the_finger_to_the_operator_and_forgotten(central: Central, tmp_path: Path) -> None:
    from tests.processes import test_whole_totem as whole

    far, folder = FarEnds((), "auto"), tmp_path / "disk"
    port = whole.settings(folder, central.url, far, "board-1")
    whole.publish(central)
    publish(central)
    wanted = feed.Change("put", "policy", json.encode(policy(identify=["name", "cpf", "phone"])))
    central.ledger(lambda database: feed.put(database, "org", [wanted]))
    whole.enrol(folder, central.code("KIOSK1"))
    with whole.running(folder):
        totem = Totem(port, far)
        totem.choose("blood")
        state = step(totem, "method")
        while state["step"] == "identify":
            state = answer(totem, state["asks"]["question"], TYPED[state["asks"]["question"]])
        totem.pay("counter")
        number = totem.printed()["ticket"]["number"]
        totem.tell("finish")
        whole.until(
            lambda: central.query("SELECT count(*) FROM private_records") == [(1,)],
            "the record is at headquarters",
        )
        whole.until(lambda: whole.is_home(central, port), "the journal too")
    far.stop()
    found = json.decode(operator(central, "export", number))
    assert {name: found[name] for name in SAID} == SAID
    assert json.decode(operator(central, "export", found["sale"])) == found
    assert "erased" in operator(central, "erase", found["sale"])
    assert "erased" in operator(central, "export", number, code=1)
    assert "no sale or ticket" in operator(central, "export", "ZZ999", code=1)
    assert "not a sale's name" in operator(central, "erase", "ZZ999", code=1)


def test_policy_of_the_bench_asks_nothing() -> None:
    """Old bytes decode, and mean what they meant."""
    old = b'{"currency":"BRL","timezone":"America/Sao_Paulo"}'
    assert json.decode(old, type=type(CATALOGUE.policy)) == structs.replace(
        CATALOGUE.policy,
        stored_payment_minor_max=0,
        stored_total_minor_max=0,
        stored_count_max=0,
    )
    assert (CATALOGUE.policy.priority, CATALOGUE.policy.identify) == ("off", [])
