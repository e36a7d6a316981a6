"""What a technician does about a device's trouble, in Portuguese."""

HINTS = {
    "cover_open": "Feche a tampa da impressora até ouvir o clique.",
    "paper_end": "Troque a bobina: lado térmico para cima, deixe a ponta para fora.",
    "cutter_error": "Desligue, retire o papel preso na guilhotina e ligue de novo.",
    "unrecoverable": "Desligue e ligue a impressora; se voltar, chame a assistência.",
    "overheated": "Aguarde a cabeça esfriar: ela volta sozinha.",
    "offline": "Aperte FEED/ONLINE na impressora e confira papel e tampa.",
    "jam": "Abra o apresentador e retire o papel preso.",
    "not_ready": "Confira tampa, papel e luzes da impressora.",
}
GONE = "Confira cabo, fonte e o endereço em agent.toml; o agente tenta de novo sozinho."
NEAR_END = "Bobina no fim. Senhas que restam: cerca de {count}, no máximo. Deixe outra à mão."
LAST = "Bobina no fim: o papel acaba a qualquer momento. Troque agora."
WELL = ""


def hint_key(state: str, reason: str) -> str:
    """The same as a words key of the screens: a reason, ``gone`` or empty."""
    if reason in HINTS:
        return reason
    return "gone" if state in ("fault", "absent", "opening") else ""


def hint_for(state: str, reason: str, tickets_left: int | None = None) -> str:
    """What to do; empty when nothing is to be done."""
    if reason in HINTS:
        return HINTS[reason]
    if state in ("fault", "absent", "opening"):
        return GONE
    if tickets_left is None:
        return WELL
    return NEAR_END.format(count=tickets_left) if tickets_left else LAST
