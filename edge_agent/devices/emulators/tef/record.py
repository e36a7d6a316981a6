"""INTPOS files as text: ``AAA-BBB = value`` lines, the trailer last. Written without looking at how
a point of sale writes them.
"""

TRAILER = "999-999"
LINE_END = "\r\n"
MANDATORY = {
    "ATV": (),
    "ADM": (),
    "CRT": ("003-000",),
    "CNC": ("003-000", "012-000", "022-000", "023-000"),
    "CNF": ("027-000",),
    "NCN": ("027-000",),
}
PAYGO = {
    "ATV": ("733-000",),
    "ADM": ("706-000", "716-000", "733-000"),
    "CRT": ("004-000", "706-000", "716-000", "733-000"),
    "CNC": ("004-000", "706-000", "716-000", "733-000"),
    "CNF": ("733-000",),
    "NCN": ("733-000",),
}

Fields = dict[str, str]


def read(raw: bytes) -> Fields | None:
    """The fields, the first of a repeated one; None while the trailer is not there."""
    fields: Fields = {}
    for line in raw.decode("cp1252", "replace").splitlines():
        name, sign, value = line.partition("=")
        if sign:
            fields.setdefault(name.strip(), value.strip())
    return fields if TRAILER in fields else None


def written(fields: Fields) -> bytes:
    """The file's bytes; the trailer is added."""
    lines = [f"{name} = {value}" for name, value in fields.items()]
    return (LINE_END.join([*lines, f"{TRAILER} = 0"]) + LINE_END).encode("cp1252", "replace")


def sloppy(fields: Fields) -> bytes:
    """As careless managers write it: bare line feeds, none at the end, receipt lines without
    quotes, a field twice and one nobody knows.
    """
    lines = [f"{name} = {value.strip(chr(34))}" for name, value in fields.items()]
    odd = ["009-000 = 99", "987-001 = ?", "sem sinal", ""]
    return "\n".join([*lines, *odd, f"{TRAILER} = 0"]).encode("cp1252", "replace")


def lint(raw: bytes, fields: Fields, profile: str) -> list[str]:
    """What a manager's homologation would find wrong with a request."""
    found = []
    command = fields.get("000-000", "")
    wanted = MANDATORY.get(command)
    if wanted is None:
        return [f"unknown command {command!r}"]
    if profile == "paygo":
        wanted = (*wanted, *PAYGO[command])
        if any(not 0x20 <= byte <= 0x7E for byte in raw.replace(b"\r\n", b"")):
            found.append("bytes that are not printable ASCII")
    found += [f"{command} without {name}" for name in wanted if not fields.get(name)]
    if not fields.get("001-000", "").isdecimal():
        found.append("001-000 is not a number")
    if raw.count(b"\n") != raw.count(b"\r\n"):
        found.append("lines do not end in CR LF")
    if not raw.rstrip().endswith(f"{TRAILER} = 0".encode()):
        found.append("the trailer is not the last line")
    if any(" = " not in line for line in raw.decode("cp1252", "replace").splitlines() if line):
        found.append("a line without exactly one space at each side of =")
    capabilities = fields.get("706-000", "4")
    if not capabilities.isdecimal() or not int(capabilities) & 4:
        found.append("706-000 without bit 4")
    return [*found, *_amount_faults(fields, profile)]


def _amount_faults(fields: Fields, profile: str) -> list[str]:
    amount = fields.get("003-000", "")
    if not amount or minor_of(amount, profile) is not None:
        return []
    return [f"003-000 = {amount} is not an amount of the {profile} dialect"]


def minor_of(amount: str, profile: str) -> int | None:
    """Minor units of an amount as the dialect writes it; None for anything else."""
    if profile != "sitef":
        return int(amount) if amount.isdecimal() else None
    whole, comma, cents = amount.partition(",")
    is_right = comma and whole.isdecimal() and cents.isdecimal() and len(cents) == 2
    return int(whole) * 100 + int(cents) if is_right else None


def amount_of(minor: int, profile: str) -> str:
    return f"{minor // 100},{minor % 100:02d}" if profile == "sitef" else str(minor)
