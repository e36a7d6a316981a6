"""What technicians do with a device: a test paper, every status, a reader brought to idle.

Plain functions on a driver; each runs on the device's own thread, or in the technician's tool when
no agent runs.
"""

from time import monotonic

from msgspec import Struct

from edge_agent.devices.errors import DeviceError, DeviceRefusedError
from edge_agent.devices.ports import (
    Barcode,
    CardReader,
    Cut,
    Feed,
    Image,
    Pair,
    Paper,
    Printer,
    PrinterStatus,
    Qr,
    Rule,
    Scanner,
    Text,
)
from edge_agent.devices.reader_service import Administered, Asks

ACCENTS = ("ÁÀÂÃ ÉÊ Í ÓÔÕ ÚÜ Ç", "áàâã éê í óôõ úü ç ñ", "ª º ° § € R$ – “aspas”")
CODE_TEXT = "https://example.org/totem?teste=1234"
EAN = "789100031550"
BAR_WIDTH, BAR_HEIGHT = 320, 24
SCAN_S = 20.0
QUESTION = "LE BEM A TELA?"
ANSWERS = ("1 SIM", "2 NAO")
ANSWER_S = 20


class Finding(Struct, frozen=True):
    """One thing looked at: ``is_well`` says whether it is as it should be."""

    what: str
    said: str
    is_well: bool = True


def test_printer(printer: Printer) -> list[Finding]:
    """Print the test paper and tell what proof came back, and after how long."""
    facts = printer.describe()
    begun = monotonic()
    result = printer.print(test_paper(facts), "TST!")
    took_ms = round((monotonic() - begun) * 1000)
    said = f"{result.outcome} {result.cause}".strip()
    return [
        Finding("printer", " ".join(value for value in facts.values() if value)),
        Finding("test paper", said, is_well=result.outcome in ("printed", "likely")),
        Finding("took", f"{took_ms} ms"),
    ]


def test_paper(facts: dict[str, str]) -> Paper:
    """Accents, a ruler, a QR, both barcodes, a raster bar, and the cut."""
    columns = int(facts.get("columns", "") or 48)
    ruler = "".join(str(place % 10) for place in range(1, columns + 1))
    name = " ".join(filter(None, (facts.get("maker", ""), facts.get("model", ""))))
    return [
        Text("TESTE DE IMPRESSÃO", size=2, bold=True, align="center"),
        Text(name or "impressora", align="center"),
        Rule(),
        *(Text(line) for line in ACCENTS),
        Text("Negrito", bold=True),
        Text(" Invertido ", invert=True),
        Pair("Esquerda", "R$ 1.234,56"),
        Text(ruler),
        Rule("dashed"),
        Qr(CODE_TEXT, 30),
        Feed(),
        Barcode("TOTEM-1234"),
        Feed(),
        Barcode(EAN, "ean13"),
        Feed(),
        _bar(),
        Text("Compare: acentos, régua inteira em uma linha, códigos legíveis, barra sem falhas."),
        Cut(),
    ]


def examine_printer(printer: Printer) -> list[Finding]:
    """Every status raw and in words."""
    status = printer.status()
    paper = "" if status.paper == "ok" else f" paper {status.paper}"
    summary = f"{'ready' if status.ready else status.cause or 'not ready'}{paper}"
    return [
        Finding("status", summary, is_well=status.ready),
        *_tickets_left(status),
        *(Finding(it.asked, f"{it.raw}  {it.meaning}") for it in printer.examine()),
        *(Finding(name, value) for name, value in printer.describe().items() if value),
    ]


def _tickets_left(status: PrinterStatus) -> list[Finding]:
    left = status.tickets_left
    return [] if left is None else [Finding("tickets left", f"up to about {left}")]


def recover_printer(printer: Printer) -> list[Finding]:
    """Throw away what is left in its buffer."""
    printer.recover()
    return [Finding("buffer", "cleared")]


def store_logo(printer: Printer) -> list[Finding]:
    """The owner's picture goes into its memory."""
    printer.store_logo()
    return [Finding("logo", "kept in the printer")]


def ping_reader(reader: CardReader) -> list[Finding]:
    """Idle and alive, and how fast."""
    begun = monotonic()
    reader.ping()
    return [Finding("answers", f"{round((monotonic() - begun) * 1000)} ms")]


def test_reader(reader: CardReader) -> list[Finding]:
    """The same, and where its driver can, a line on its display that somebody answers by a key."""
    found = ping_reader(reader)
    return [*found, _test_display(reader)] if isinstance(reader, Asks) else found


def _test_display(reader: Asks) -> Finding:
    try:
        chosen = reader.ask(QUESTION, ANSWERS, ANSWER_S)
    except DeviceRefusedError:
        reader.show(QUESTION)
        return Finding("display", "shows a line, takes no answer")
    if chosen is None:
        return Finding("display", "nobody answered", is_well=False)
    said = "not readable" if chosen else "read and answered"
    return Finding("display", said, is_well=not chosen)


def examine_reader(reader: CardReader) -> list[Finding]:
    """Who it is, what its driver promises, and three answers in a row."""
    can = reader.capabilities
    promises = f"confirm {can.confirm}, recovery {can.recovery}, offline {can.offline}"
    info = reader.open()
    findings = [
        Finding("reader", f"{info.maker} {info.model} {info.serial} {info.spec_version}".strip()),
        Finding("driver", f"{promises}, void {can.void}, {', '.join(sorted(can.kinds))}"),
        Finding("contactless", "yes" if info.contactless else "no"),
    ]
    for _ in range(3):
        findings += ping_reader(reader)
    return findings


def recover_reader(reader: CardReader) -> list[Finding]:
    """Bring it to idle; starts nothing."""
    reader.recover()
    return [Finding("reader", "idle")]


def open_menu(reader: CardReader) -> list[Finding]:
    """The far end's own menu; waits until somebody is done with it."""
    if not isinstance(reader, Administered):
        return [Finding("menu", "this reader has none", is_well=False)]
    said = reader.administer()
    return [Finding("menu", said[0] or "done"), *(Finding("", it) for it in said[1:])]


def test_scanner(scanner: Scanner) -> list[Finding]:
    """Wait for one code."""
    code = scanner.read(SCAN_S)
    return [Finding("code", code or f"nothing in {SCAN_S:.0f} s", is_well=bool(code))]


DEEDS = {
    ("printer", "test"): test_printer,
    ("printer", "doctor"): examine_printer,
    ("printer", "recover"): recover_printer,
    ("printer", "logo"): store_logo,
    ("reader", "status"): ping_reader,
    ("reader", "test"): test_reader,
    ("reader", "admin"): open_menu,
    ("reader", "doctor"): examine_reader,
    ("reader", "recover"): recover_reader,
    ("scanner", "test"): test_scanner,
}
"""(device, what to do) -> how."""


def failed(error: DeviceError) -> list[Finding]:
    """What a device's own error says, as a finding."""
    return [Finding("device", str(error) or type(error).__name__, is_well=False)]


def _bar() -> Image:
    """Stripes that show a missing dot of the head."""
    row = bytes(0xAA if place % 2 else 0xFF for place in range(BAR_WIDTH // 8))
    return Image(BAR_WIDTH, BAR_HEIGHT, row * BAR_HEIGHT)
