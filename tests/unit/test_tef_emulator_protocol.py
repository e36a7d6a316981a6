"""The TEF manager's files byte for byte, cancellations, its ledger over restarts, and its page."""

import asyncio
import json
from pathlib import Path
from typing import Literal

import pytest

from edge_agent.devices.emulators.tef import Behaviour, TefEmulator
from tests.support.tef_desk import ATV, CRT, ID, Desk, Fields, parsed, play, states

SALE = b"""\
000-000 = CRT\r
001-000 = 810001\r
002-000 = 5512\r
003-000 = 2590\r
004-000 = 0\r
706-000 = 156\r
716-000 = ACME KIOSK LTDA\r
727-000 = 0\r
731-000 = 2\r
732-000 = 1\r
733-000 = 210\r
735-000 = KIOSKAPP\r
736-000 = 1.4.0\r
738-000 = TESTREG001\r
749-000 = 1\r
999-999 = 0\r
"""


# ---- files


def test_a_sale_byte_for_byte(tmp_path: Path) -> None:
    async def scene(emulator: TefEmulator, desk: Desk) -> None:
        desk.put(SALE)
        expected = b"000-000 = CRT\r\n001-000 = 810001\r\n999-999 = 0\r\n"
        assert await desk.take(".sts") == expected
        assert list(desk.requests.iterdir()) == []
        content = await desk.take(".001")
        assert content.startswith(b"000-000 = CRT\r\n001-000 = 810001\r\n")
        answer = parsed(content)
        assert (answer["003-000"], answer["009-000"], answer["729-000"]) == ("2590", "0", "2")
        assert answer["027-000"] == emulator.ledger()[0].control
        assert len(answer["027-000"]) <= 30
        assert answer["740-000"].count("*") >= 6
        lines = [value for name, value in answer.items() if name.startswith("713-")]
        assert len(lines) == int(answer["712-000"])
        assert all(line[0] == line[-1] == '"' for line in lines)
        assert any("25,90" in line for line in lines)
        assert states(emulator) == ["OPEN"]
        await desk.word("CNF", answer["027-000"], 810002)
        assert desk.found(".001") == []
        assert [it.amount_minor for it in emulator.charged()] == [2590]

    assert play(tmp_path, scene).violations() == []


def test_the_manager_says_it_is_there_and_nothing_else(tmp_path: Path) -> None:
    async def scene(_: TefEmulator, desk: Desk) -> None:
        await desk.tell(ATV)
        await desk.tell(ATV)
        assert list(desk.answers.iterdir()) == []

    assert play(tmp_path, scene).ledger() == []


def test_the_administrative_menu_charges_nothing(tmp_path: Path) -> None:
    async def scene(_: TefEmulator, desk: Desk) -> None:
        answer = await desk.ask(f"000 ADM; 001 5; 706 156; 716 ACME; {ID}; 999-999 0")
        assert (answer["000-000"], answer["001-000"], answer["729-000"]) == ("ADM", "5", "1")

    assert play(tmp_path, scene).ledger() == []


@pytest.mark.parametrize(("decision", "status"), [("decline", "51"), ("cancel", "FF")])
def test_a_sale_that_fails_leaves_nothing_to_confirm(
    tmp_path: Path, decision: Literal["decline", "cancel"], status: str
) -> None:
    async def scene(_: TefEmulator, desk: Desk) -> None:
        answer = await desk.ask(CRT.format(id=810003))
        assert (answer["009-000"], answer["729-000"], answer["028-000"]) == (status, "1", "0")
        assert answer["030-000"]
        assert "027-000" not in answer

    emulator = play(tmp_path, scene, behaviour=Behaviour(script=(decision,), delay_s=0))
    assert emulator.ledger() == []


def test_customers_follow_the_script_and_its_last_word_stays(tmp_path: Path) -> None:
    async def scene(_: TefEmulator, desk: Desk) -> None:
        heard = []
        for number in range(1, 5):
            answer = await desk.ask(CRT.format(id=number))
            heard.append(answer["009-000"])
            if "027-000" in answer:
                await desk.word("CNF", answer["027-000"])
        assert heard == ["51", "0", "FF", "FF"]

    script: tuple[Literal["approve", "decline", "cancel"], ...] = ("decline", "approve", "cancel")
    play(tmp_path, scene, behaviour=Behaviour(script=script, delay_s=0))


# ---- two phases


def test_a_word_for_an_unknown_sale_is_acknowledged_and_noted(tmp_path: Path) -> None:
    async def scene(_: TefEmulator, desk: Desk) -> None:
        await desk.word("NCN", "231120261030400773")

    assert len(play(tmp_path, scene).violations()) == 1


def test_an_undone_sale_no_longer_blocks(tmp_path: Path) -> None:
    async def scene(emulator: TefEmulator, desk: Desk) -> None:
        first = await desk.ask(CRT.format(id=810009))
        blocked = await desk.ask(CRT.format(id=810010))
        assert (blocked["009-000"], blocked["729-000"]) == ("7", "1")
        for name in ("010-000", "012-000", "027-000"):
            assert blocked[name] == first[name]
        await desk.word("NCN", blocked["027-000"], 810011)
        assert (await desk.ask(CRT.format(id=810012)))["009-000"] == "0"
        assert states(emulator) == ["UNDONE", "OPEN"]

    play(tmp_path, scene)


def cancellation(number: int, sale: Fields) -> str:
    names = ("010-000", "012-000", "013-000", "022-000", "023-000", "027-000")
    proof = "; ".join(f"{name} {sale[name]}" for name in names)
    return f"000 CNC; 001 {number}; 003 2590; 004 0; {proof}; 706 156; 716 ACME; {ID}; 999-999 0"


@pytest.mark.parametrize(("word", "state"), [("CNF", "CANCELLED"), ("NCN", "CONFIRMED")])
def test_a_cancellation_is_two_phase_itself(tmp_path: Path, word: str, state: str) -> None:
    async def scene(emulator: TefEmulator, desk: Desk) -> None:
        sale = await desk.ask(CRT.format(id=810001))
        await desk.word("CNF", sale["027-000"])
        answer = await desk.ask(cancellation(810020, sale))
        assert (answer["009-000"], answer["729-000"], answer["730-000"]) == ("0", "2", "51")
        assert answer["025-000"] == sale["012-000"]
        assert answer["027-000"] != sale["027-000"]
        assert [it.nsu for it in emulator.charged()] == [sale["012-000"]]
        await desk.word(word, answer["027-000"])
        assert emulator.ledger()[0].state == state

    assert len(play(tmp_path, scene).charged()) == (word == "NCN")


def test_only_a_confirmed_sale_can_be_cancelled_and_only_once(tmp_path: Path) -> None:
    async def scene(_: TefEmulator, desk: Desk) -> None:
        sale = await desk.ask(CRT.format(id=1))
        assert (await desk.ask(cancellation(2, sale)))["009-000"] != "0"
        await desk.word("CNF", sale["027-000"])
        answer = await desk.ask(cancellation(3, sale))
        await desk.word("CNF", answer["027-000"])
        refused = await desk.ask(cancellation(4, sale))
        assert refused["009-000"] != "0"
        assert "027-000" not in refused

    assert play(tmp_path, scene).charged() == []


# ---- power


def test_the_ledger_survives_a_restart_and_a_torn_line(tmp_path: Path) -> None:
    async def sell(_: TefEmulator, desk: Desk) -> None:
        first = await desk.ask(CRT.format(id=1))
        await desk.word("CNF", first["027-000"])
        await desk.ask(CRT.format(id=2))
        await desk.tell(ATV)

    before = play(tmp_path, sell).ledger()
    with (tmp_path / "ledger" / "tef-ledger.jsonl").open("ab") as file:
        file.write(b'["torn')

    async def look(emulator: TefEmulator, desk: Desk) -> None:
        assert emulator.ledger() == before
        blocked = await desk.ask(CRT.format(id=3))
        assert blocked["027-000"] == before[1].control
        await desk.word("CNF", blocked["027-000"])

    assert len(play(tmp_path, look).charged()) == 2


def test_a_manager_that_forgets_lets_the_next_sale_pass(tmp_path: Path) -> None:
    async def scene(emulator: TefEmulator, desk: Desk) -> None:
        control = (await desk.ask(CRT.format(id=1)))["027-000"]
        emulator.faults.add("forget_on_restart")
        await emulator.power_cycle()
        assert emulator.ledger() == []
        await desk.word("CNF", control)
        assert emulator.charged() == []
        assert (await desk.ask(CRT.format(id=2)))["009-000"] == "0"

    play(tmp_path, scene)


def test_a_power_cut_with_the_customer_at_the_pin_pad_charges_nothing(tmp_path: Path) -> None:
    async def scene(emulator: TefEmulator, desk: Desk) -> None:
        await desk.tell(CRT.format(id=1))
        await emulator.power_cycle()
        await desk.tell(ATV)
        assert desk.found(".001") == []

    assert play(tmp_path, scene, behaviour=Behaviour(delay_s=1)).ledger() == []


# ---- a person at the page


async def http(port: int, request: str, body: str = "", host: str = "") -> tuple[int, str]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"{request} HTTP/1.1\r\nHost: {host or f'127.0.0.1:{port}'}\r\n"
    kind = "Content-Type: application/json\r\n"
    writer.write(f"{head}{kind}Content-Length: {len(body)}\r\n\r\n{body}".encode())
    answer = (await reader.read()).decode()
    writer.close()
    await writer.wait_closed()
    return int(answer.split(" ")[1]), answer.partition("\r\n\r\n")[2]


@pytest.mark.parametrize(
    ("deed", "status"), [("approve", "0"), ("decline", "51"), ("cancel", "FF")]
)
def test_a_person_decides(tmp_path: Path, deed: str, status: str) -> None:
    async def scene(emulator: TefEmulator, desk: Desk) -> None:
        port = await emulator.start_http()
        code, page = await http(port, "GET /")
        assert code == 200
        assert 'lang="pt-BR"' in page
        await desk.tell(CRT.format(id=1))
        lines: list[str] = []
        async with asyncio.timeout(10):
            while not any("2590" in line for line in lines):
                lines = json.loads((await http(port, "GET /state.json"))[1])["lines"]
        assert desk.found(".001") == []
        assert (await http(port, "POST /act", json.dumps({"do": deed})))[0] == 200
        assert parsed(await desk.take(".001"))["009-000"] == status
        rows = json.loads((await http(port, "GET /state.json"))[1])["rows"]
        assert len(rows) == (deed == "approve")

    play(tmp_path, scene, behaviour=Behaviour(mode="manual"))


def test_the_page_refuses_strangers_and_nonsense(tmp_path: Path) -> None:
    async def scene(emulator: TefEmulator, _: Desk) -> None:
        port = await emulator.start_http()
        assert (await http(port, "GET /", host="evil.example:80"))[0] == 403
        assert (await http(port, "GET /nothing"))[0] == 404
        assert (await http(port, "POST /act", '{"do":"explode"}'))[0] == 400
        assert (await http(port, "POST /act", "{"))[0] == 400

    play(tmp_path, scene, behaviour=Behaviour(mode="manual"))
