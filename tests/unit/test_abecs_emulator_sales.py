"""Sales with virtual cards, what the witness keeps of them, and a person at the page."""

import asyncio
import json
from pathlib import Path

import pytest

from edge_agent.devices.emulators.abecs import (
    AbecsEmulator,
    Behaviour,
    Outcome,
)
from edge_agent.devices.emulators.abecs.witness import FILE_NAME
from tests.support.abecs_kiosk import (
    Kiosk,
    fcx,
    gcx,
    gox,
    play,
    tlv,
    values_of,
)

# ---- sales


@pytest.mark.parametrize("kind", ["01", "02"])
def test_an_offline_approval_is_witnessed_with_what_the_kiosk_was_told(kind: str) -> None:
    told: dict[int, bytes] = {}

    async def scene(_: AbecsEmulator, kiosk: Kiosk) -> None:
        await kiosk.ask(b"OPN")
        told.update(values_of(await kiosk.ask(gcx(4990, kind))))
        told.update(values_of(await kiosk.ask(gox())))
        assert await kiosk.ask(fcx()) == b"FCX010"
        assert await kiosk.ask(b"CLX") == b"CLX000"
        assert any("DIGITE A SENHA" in notice for notice in kiosk.notices)

    (approval,) = play(scene)
    assert told[0x8056] == b"001000"
    assert (approval.amount_minor, approval.currency, approval.decided_by) == (4990, "986", "GOX")
    assert approval.kind == {"01": "credit", "02": "debit"}[kind]
    assert approval.masked_pan.encode() == told[0x8052]
    assert approval.label.encode() == told[0x805B]
    emv = told[0x8054].hex().upper()
    assert emv.startswith(f"9F2608{approval.cryptogram}9F2701409F1007")
    for part in (f"9F3602{approval.atc}", "9F3704", "9505", "9A03261123", "9C0100", "5F2A020986"):
        assert part in emv
    assert "9F0206000000004990" in emv
    assert f"4F07{approval.aid}" in emv


def test_only_the_requested_tags_come_back() -> None:
    async def scene(_: AbecsEmulator, kiosk: Kiosk) -> None:
        await kiosk.ask(gcx())
        answer = values_of(await kiosk.ask(gox(tlv(0x0004, bytes.fromhex("9F2757955A84")))))
        names = answer[0x8054].hex().upper()
        assert names.startswith("9F270140" + "95050000008000" + "8407A000")

    play(scene)


@pytest.mark.parametrize(
    ("outcome", "option", "result", "approved"),
    [
        ("online_then_approve", b"2000", b"000", 1),
        ("online_then_approve", b"1000", b"100", 0),
        ("online_then_decline", b"2000", b"100", 0),
        ("online_then_decline", b"0000", b"000", 1),
    ],
)
def test_going_online_is_settled_by_fcx(
    outcome: Outcome, option: bytes, result: bytes, approved: int
) -> None:
    async def scene(_: AbecsEmulator, kiosk: Kiosk) -> None:
        await kiosk.ask(gcx())
        assert values_of(await kiosk.ask(gox()))[0x8056][:1] == b"2"
        assert values_of(await kiosk.ask(fcx(option)))[0x8058] == result
        assert await kiosk.ask(fcx(option)) == b"FCX010"

    approvals = play(scene, outcome)
    assert [approval.decided_by for approval in approvals] == ["FCX"] * approved


def test_a_pin_for_the_host_comes_sealed_and_a_signature_is_only_asked_for() -> None:
    told: list[dict[int, bytes]] = []

    async def scene(_: AbecsEmulator, kiosk: Kiosk) -> None:
        for _n in range(2):
            await kiosk.ask(gcx())
            told.append(values_of(await kiosk.ask(gox())))
            await kiosk.ask(b"CLX")

    play(scene, "online_pin", "signature")
    assert [it[0x8056] for it in told] == [b"202000", b"010000"]
    assert (len(told[0][0x8057]), len(told[0][0x804C])) == (8, 10)
    assert 0x8057 not in told[1]


def test_a_forbidden_offline_approval_goes_online_and_is_declined_without_a_host() -> None:
    async def scene(_: AbecsEmulator, kiosk: Kiosk) -> None:
        await kiosk.ask(gcx())
        assert values_of(await kiosk.ask(gox(tlv(0x0018, b"01000"))))[0x8056][:1] == b"2"
        assert values_of(await kiosk.ask(fcx()))[0x8058] == b"100"

    assert play(scene, "approve_offline") == []


@pytest.mark.parametrize(
    ("outcome", "at_gcx", "at_gox"),
    [
        ("decline", b"GCX000", b"1"),
        ("card_mute", b"GCX060", b""),
        ("card_removed", b"GCX000", b"GOX043"),
        ("cancel", b"GCX013", b""),
        ("cancel_at_pin", b"GCX000", b"GOX013"),
        ("timeout", b"GCX012", b""),
        ("timeout_at_pin", b"GCX000", b"GOX012"),
    ],
)
def test_every_refusal_has_its_status_and_no_approval(
    outcome: Outcome, at_gcx: bytes, at_gox: bytes
) -> None:
    async def scene(_: AbecsEmulator, kiosk: Kiosk) -> None:
        assert (await kiosk.ask(gcx())).startswith(at_gcx)
        answer = await kiosk.ask(gox())
        if at_gox == b"1":
            assert values_of(answer)[0x8056][:1] == b"1"
        else:
            assert answer == (at_gox or b"GOX010")

    assert play(scene, outcome) == []


def test_a_card_taken_out_while_online_ends_at_fcx() -> None:
    async def scene(_: AbecsEmulator, kiosk: Kiosk) -> None:
        await kiosk.ask(gcx())
        await kiosk.ask(gox())
        assert await kiosk.ask(fcx()) == b"FCX043"
        assert await kiosk.ask(fcx()) == b"FCX010"

    assert play(scene, "card_removed_online") == []


def test_approvals_and_counters_survive_a_restart(tmp_path: Path) -> None:
    async def scene(_: AbecsEmulator, kiosk: Kiosk) -> None:
        for _n in range(12):
            await kiosk.ask(b"OPN")
            await kiosk.ask(gcx())
            await kiosk.ask(gox())

    first = play(scene, folder=tmp_path)
    with (tmp_path / FILE_NAME).open("ab") as file:
        file.write(b'{"reader_serial":"SN0')
    both = play(scene, folder=tmp_path)
    assert both[:12] == first
    assert len({approval.cryptogram for approval in both}) == 24
    assert len({(approval.masked_pan, approval.atc) for approval in both}) == 24
    lines = (tmp_path / FILE_NAME).read_bytes().splitlines()
    assert [json.loads(line)["cryptogram"] for line in lines] == [a.cryptogram for a in both]


def test_a_seed_decides_the_mix_and_the_cards() -> None:
    def pans(seed: int) -> list[str]:
        emulator = AbecsEmulator(Behaviour(), seed=seed)
        return [card.pan for card in emulator._customer.wallet]

    assert pans(3) == pans(3) != pans(4)


# ---- a person at the page


async def http(
    port: int, request: str, body: str = "", host: str = "127.0.0.1:1"
) -> tuple[int, str]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"{request} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
    writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
    answer = (await reader.read()).decode()
    writer.close()
    await writer.wait_closed()
    return int(answer.split(" ")[1]), answer.partition("\r\n\r\n")[2]


async def prompted(port: int, prompt: str) -> None:
    async with asyncio.timeout(10):
        shown = ""
        while shown != prompt:
            shown = json.loads((await http(port, "GET /state.json"))[1])["prompt"]


def test_a_person_inserts_a_card_through_the_page() -> None:
    async def scene(emulator: AbecsEmulator, kiosk: Kiosk) -> None:
        port = await emulator.start_http()
        status, page = await http(port, "GET /")
        assert status == 200
        assert "Inserir cartão" in page
        sale = asyncio.create_task(kiosk.ask(gcx(700)))
        await prompted(port, "insert")
        state = json.loads((await http(port, "POST /act", '{"do":"insert_ok"}'))[1])
        assert state["card"]["pan"][6:-4] == "******"
        assert (await sale).startswith(b"GCX000")
        await kiosk.ask(gox())
        removing = asyncio.create_task(kiosk.ask(b"RMC032" + b"RETIRE O CARTAO " * 2))
        await prompted(port, "remove")
        await http(port, "POST /act", '{"do":"remove"}')
        assert await removing == b"RMC000"
        state = json.loads((await http(port, "GET /state.json"))[1])
        assert (state["approved_count"], state["approved_minor"], state["card"]) == (1, 700, None)

    play(scene, behaviour=Behaviour(mode="manual", delay_s=0))


def test_a_person_cancels_or_inserts_a_bad_card() -> None:
    async def scene(emulator: AbecsEmulator, kiosk: Kiosk) -> None:
        port = await emulator.start_http()
        sale = asyncio.create_task(kiosk.ask(gcx()))
        await prompted(port, "insert")
        await http(port, "POST /act", '{"do":"cancel"}')
        assert await sale == b"GCX013"
        await http(port, "POST /act", '{"do":"insert_declined"}')
        assert (await kiosk.ask(gcx())).startswith(b"GCX000")
        assert values_of(await kiosk.ask(gox()))[0x8056][:1] == b"1"

    assert play(scene, behaviour=Behaviour(mode="manual", delay_s=0)) == []


def test_the_page_refuses_strangers_and_nonsense() -> None:
    async def scene(emulator: AbecsEmulator, _: Kiosk) -> None:
        port = await emulator.start_http()
        assert (await http(port, "GET /", host="evil.example:80"))[0] == 403
        assert (await http(port, "GET /nothing"))[0] == 404
        assert (await http(port, "POST /act", '{"do":"explode"}'))[0] == 400
        assert (await http(port, "POST /act", "{"))[0] == 400

    play(scene)
