"""What a TEF manager decides: transactions, two phases, the pending rule. No files here.

A transaction whose answer was never written is undone when the manager starts again.
"""

from typing import Literal

from msgspec import Struct, structs

from edge_agent.devices.emulators.ledger import Ledger
from edge_agent.devices.emulators.tef.record import Fields, amount_of, minor_of

State = Literal["OPEN", "CONFIRMED", "UNDONE", "CANCELLED"]
Decision = Literal["approve", "decline", "cancel"]
FULL_PAN = "4532110000000360=2912"
NETWORK = "DEMO"
RECEIPT = ("712", "713", "737")
LONG_NSU = "E00000000202611241015abcdefghijk"
FINAL = {"final_at_once", "no_final_flag_no_receipt"}
"""Faults by which a sale needs no word: without 729 one that prints nothing needs none."""

CNC_REFUSALS = {
    "cnc_other_day": ("7", "CANCELAMENTO SO NO MESMO DIA"),
    "cnc_wrong_password": ("99", "SENHA INVALIDA"),
}
"""Fault to status and text."""


FAULTS = (
    "inactive",
    "no_sts",
    "late_sts",
    "slow_sts",
    "bad_sts",
    "sts_of_other_command",
    "sts_without_trailer",
    "sts_then_dead",
    "slow_response",
    "response_in_pieces",
    "truncated_response",
    "wrong_id",
    "duplicate_response",
    "stale_response",
    "undeletable_request",
    "sloppy_record",
    "uppercase_names",
    "mixed_case_names",
    "locked_file",
    "decline",
    "customer_cancel",
    "different_amount",
    "no_status",
    "status_00",
    "status_101",
    "no_control",
    "long_control",
    "final_at_once",
    "no_final_flag",
    "no_final_flag_no_receipt",
    "line_count",
    "accents",
    "full_pan",
    "long_receipt",
    "cnf_unanswered",
    "ncn_unanswered",
    "decision_unanswered_once",
    "adm_cancels",
    "cnc_other_day",
    "cnc_wrong_password",
    "crash_before_response",
    "crash_after_response",
    "forget_on_restart",
    "auto_confirm",
)
"""Names of what can go wrong; set them live."""


class Behaviour(Struct, frozen=True):
    """``auto``: the customer does by ``script`` (the last one again and again) after ``delay_s``;
    ``manual``: a person decides on the page.
    """

    mode: Literal["auto", "manual"] = "auto"
    script: tuple[Decision, ...] = ("approve",)
    delay_s: float = 0.3

    def __post_init__(self) -> None:
        if not self.script:
            raise ValueError("a script says at least what the first customer does")


class Timing(Struct, frozen=True):
    """Seconds."""

    poll_s: float = 0.02
    sts_s: float = 0.05
    late_sts_s: float = 6.9
    slow_sts_s: float = 7.5
    slow_response_s: float = 20.0
    piece_s: float = 0.6
    locked_s: float = 2.0

    def scaled(self, factor: float) -> "Timing":
        return Timing(*(max(0.005, value * factor) for value in structs.astuple(self)))


class Transaction(Struct, frozen=True):
    """One approval. ``delivered``: its answer was written; ``cancels``: control of what it took
    back.
    """

    control: str
    identifier: str
    amount_minor: int
    nsu: str
    state: State
    delivered: bool = False
    cancels: str = ""


class Manager:
    """The transactions of one manager, durable in its ledger."""

    def __init__(self, ledger: Ledger[Transaction], profile: str, faults: set[str]) -> None:
        self.ledger = ledger
        self.violations: list[str] = []
        self._profile = profile
        self._faults = faults
        self.start()

    def start(self) -> None:
        """After power-on: what was approved and never told is undone."""
        if "forget_on_restart" in self._faults:
            self.ledger.forget()
        for it in self.ledger.entries():
            if it.state == "OPEN" and not it.delivered:
                self._move(it, "UNDONE")

    def open_one(self) -> Transaction | None:
        """The transaction that waits for a word."""
        found = [it for it in self.ledger.entries() if it.state == "OPEN" and it.delivered]
        return found[0] if found else None

    def pending(self, asked: Fields) -> Fields | None:
        """What a new sale hears while an earlier one waits; None when nothing does."""
        one = self.open_one()
        if one is None:
            return None
        if "auto_confirm" in self._faults:
            self._move(one, "CONFIRMED")
            return None
        return {
            **_echo(asked),
            "009-000": "7",
            "010-000": NETWORK,
            "012-000": one.nsu,
            "027-000": one.control,
            "028-000": "0",
            "030-000": "TRANSACAO PENDENTE",
            "729-000": "1",
        }

    def refuse(self, asked: Fields, status: str, text: str) -> Fields:
        """Not approved: nothing to confirm."""
        return {
            **_echo(asked),
            "003-000": asked.get("003-000", ""),
            "009-000": status,
            "028-000": "0",
            "030-000": text,
            "729-000": "1",
        }

    def approve(self, asked: Fields) -> Fields:
        """A sale, open until confirmed or undone; on disk before the answer."""
        amount = minor_of(asked.get("003-000", ""), self._profile)
        if not amount:
            return self.refuse(asked, "99", "VALOR INVALIDO")
        if "different_amount" in self._faults:
            amount = max(1, amount - 100)
        one = self._new(asked, amount)
        is_final = not self._faults.isdisjoint(FINAL)
        if is_final:
            self._move(one, "CONFIRMED")
        answer = {
            **_echo(asked),
            "003-000": amount_of(amount, self._profile),
            "009-000": "0",
            "010-000": NETWORK,
            "011-000": "10" if asked.get("731-000") == "1" else "20",
            "012-000": one.nsu,
            "013-000": "118204",
            "022-000": "24112026",
            "023-000": "101532",
            "027-000": one.control,
            **self._receipt(amount),
            "729-000": "1" if is_final else "2",
            "740-000": "453211******0366",
            "748-000": "VISA",
        }
        for name, fault in {"009-000": "no_status", "027-000": "no_control"}.items():
            if fault in self._faults:
                del answer[name]
        if "full_pan" in self._faults:
            answer["210-004"] = FULL_PAN
        if "status_00" in self._faults:
            answer["009-000"] = "00"
        return self._with_less(answer)

    def _with_less(self, answer: Fields) -> Fields:
        """Without the word whether it must be confirmed, or with a wrong count of lines."""
        without_receipt = "no_final_flag_no_receipt" in self._faults
        if without_receipt:
            answer = {name: it for name, it in answer.items() if name[:3] not in RECEIPT}
        if without_receipt or "no_final_flag" in self._faults:
            del answer["729-000"]
        if "line_count" in self._faults:
            answer["712-000"] = "99"
        return answer

    def cancel(self, asked: Fields) -> Fields:
        """Take a confirmed sale of today back."""
        for fault, (status, text) in CNC_REFUSALS.items():
            if fault in self._faults:
                return self.refuse(asked, status, text)
        found = [
            it
            for it in self.ledger.entries()
            if it.nsu == asked.get("012-000") and it.state == "CONFIRMED"
        ]
        if not found:
            return self.refuse(asked, "5", "TRANSACAO NAO ENCONTRADA")
        one = self._new(asked, found[0].amount_minor, cancels=found[0].control)
        return {
            **_echo(asked),
            "003-000": amount_of(one.amount_minor, self._profile),
            "009-000": "0",
            "010-000": NETWORK,
            "012-000": one.nsu,
            "025-000": found[0].nsu,
            "027-000": one.control,
            "028-000": "0",
            "030-000": "CANCELAMENTO APROVADO",
            "729-000": "2",
            "730-000": "51",
        }

    def administer(self, asked: Fields) -> Fields:
        """The manager's own menu, used by a person: a reprint of the last sale that stands, or
        with ``adm_cancels`` its cancellation, which waits for a word.
        """
        stands = [it for it in self.ledger.entries() if it.state == "CONFIRMED" and not it.cancels]
        if "customer_cancel" in self._faults:
            return self.refuse(asked, "FF", "OPERACAO CANCELADA")
        if not stands:
            return self.refuse(asked, "0", "NADA A REIMPRIMIR")
        last = stands[-1]
        answer = {
            **_echo(asked),
            "009-000": "0",
            "010-000": NETWORK,
            **self._receipt(last.amount_minor),
            "030-000": "REIMPRESSAO",
            "729-000": "1",
        }
        if "adm_cancels" not in self._faults:
            return answer
        one = self._new(asked, last.amount_minor, cancels=last.control)
        return answer | {
            "012-000": one.nsu,
            "027-000": one.control,
            "030-000": "CANCELAMENTO APROVADO",
            "729-000": "2",
        }

    def delivered(self, answer: Fields) -> None:
        """The answer's file is there: from now on the point of sale decides."""
        for one in self.ledger.entries():
            if one.state == "OPEN" and one.nsu == answer.get("012-000"):
                self.ledger.put(one.control, structs.replace(one, delivered=True))

    def decide(self, asked: Fields) -> None:
        """CNF or NCN. A word repeated changes nothing; one that contradicts is a violation."""
        wanted: State = "CONFIRMED" if asked["000-000"] == "CNF" else "UNDONE"
        one = self.ledger.get(asked.get("027-000", ""))
        if one is None:
            self.violations.append(f"{asked['000-000']} for an unknown control code")
        elif one.state == "OPEN":
            self._move(one, wanted)
            self._take_back(one, wanted)
        elif one.state != wanted and not (one.state == "CANCELLED" and wanted == "CONFIRMED"):
            self.violations.append(f"{asked['000-000']} for a transaction that is {one.state}")

    def _take_back(self, one: Transaction, wanted: State) -> None:
        cancelled = self.ledger.get(one.cancels)
        if cancelled is not None and wanted == "CONFIRMED":
            self._move(cancelled, "CANCELLED")

    def _new(self, asked: Fields, amount: int, cancels: str = "") -> Transaction:
        nsu = str(400_771 + len(self.ledger.entries()))
        number = asked.get("001-000", "")
        control = f"24112026{number}{nsu}"
        if "long_control" in self._faults:
            control, nsu = f"{number}|{nsu}", f"{LONG_NSU}{nsu}"
        one = Transaction(control, number, amount, nsu, "OPEN", cancels=cancels)
        self.ledger.put(control, one)
        return one

    def _move(self, one: Transaction, state: State) -> None:
        self.ledger.put(one.control, structs.replace(one, state=state))

    def _receipt(self, amount: int) -> Fields:
        lines = [
            "      VIA CLIENTE",
            "ESTABELECIMENTO DE TESTE",
            f"VALOR        R$ {amount / 100:.2f}".replace(".", ","),
            "",
        ]
        if "long_receipt" in self._faults:
            lines += [f"LINHA {place}" for place in range(500)]
        texts = {f"713-{place:03d}": f'"{line}"' for place, line in enumerate(lines, 1)}
        word = "AUTORIZAÇÃO CONCLUÍDA" if "accents" in self._faults else "TRANSACAO AUTORIZADA"
        return {
            "028-000": "0",
            "030-000": word,
            "712-000": str(len(lines)),
            **texts,
            "737-000": "1",
        }


def _echo(asked: Fields) -> Fields:
    return {"000-000": asked.get("000-000", ""), "001-000": asked.get("001-000", "")}
