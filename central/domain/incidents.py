"""What happened between a totem and headquarters, in words, and what to do about it."""

from typing import Any

from msgspec import Struct


class Words(Struct, frozen=True):
    """For an operator: what happened, and what to do, in one language."""

    what: str
    todo: str


_PT = {
    "fork": Words(
        "{totem} enviou outros eventos para um lugar já ocupado (época {pushed_epoch}, a partir de "
        "{from_seq}): voltou a um estado antigo, ou seu disco foi copiado.",
        "Nada foi sobrescrito. O totem pede uma nova época sozinho; se uma cópia do disco estiver "
        "ligada em outro lugar, desligue essa máquina.",
    ),
    "epoch-closed": Words(
        "{totem} enviou eventos da época {pushed_epoch}, que está fechada ou nunca foi concedida.",
        "Nada a fazer se houve uma restauração conhecida do totem ou da central: ele pede uma nova "
        "época e traz o que falta.",
    ),
    "held-behind-ack": Words(
        "{totem} enviou eventos a partir de {from_seq}, e a central tem {held_seq}: a central está "
        "atrás.",
        "O totem reenvia o que falta. Se o banco foi restaurado, confirme que "
        "`totem-central admin restored` foi executado.",
    ),
    "bad-chain": Words(
        "{totem} enviou eventos cuja corrente não confere com a assinatura.",
        "Nada foi guardado. No totem, execute `totem journal verify` e preserve o disco.",
    ),
    "epoch": Words(
        "{totem} começou uma nova época depois da {open_epoch} ({reason}); {in_a_day} em 24 horas. "
        "Ele compara seu diário com o nosso e traz o que falta aqui.",
        "Pergunte quem restaurou ou trocou este totem. Mais de uma por dia sem motivo conhecido "
        "são duas máquinas com o mesmo nome, ou um disco falhando.",
    ),
    "clone": Words(
        "Outra máquina ({instance_id}) pediu para escrever como {totem} enquanto "
        "{known_instance_id} trabalha. Foi recusada, não vende, e seu diário fica guardado à "
        "parte.",
        "Desligue a máquina que não deve existir. Para deixar a segunda seguir no lugar: "
        "`totem-central totem choose {totem} {instance_id}`.",
    ),
    "totem-revoked": Words(
        "{totem} foi revogado e ainda fala conosco. Seu diário fica guardado à parte, sem "
        "lançamento.",
        "Vendas não sincronizadas podem ser dinheiro: leia-as antes de descartar a máquina.",
    ),
    "malformed-envelope": Words(
        "A central não consegue ler o que {totem} envia: {why}.",
        "Nada se perdeu: o envio está guardado aqui como veio, o totem guarda seus eventos e "
        "continua tentando. Atualize a central; o próximo envio será lido.",
    ),
}
_EN = {
    "fork": Words(
        "{totem} sent other events for a place that is held already (epoch {pushed_epoch}, from "
        "{from_seq}): it was set back to an older state, or its disk was copied.",
        "Nothing was overwritten. The totem asks for a new epoch by itself; if a copy of its disk "
        "runs elsewhere, stop that machine.",
    ),
    "epoch-closed": Words(
        "{totem} sent events of epoch {pushed_epoch}, which is closed or was never granted here.",
        "Nothing to do if a restore of the totem or of headquarters is known: it asks for a new "
        "epoch and brings what is missing.",
    ),
    "held-behind-ack": Words(
        "{totem} sent events from {from_seq} on, {held_seq} are held: headquarters is behind.",
        "The totem sends the missing events again. If the database was restored, make sure that "
        "`totem-central admin restored` was run.",
    ),
    "bad-chain": Words(
        "{totem} sent events whose chain does not fit its signed head.",
        "Nothing was stored. On the totem, run `totem journal verify`; keep its disk.",
    ),
    "epoch": Words(
        "{totem} began a new epoch after {open_epoch} ({reason}), {in_a_day} in 24 hours. It "
        "compares its journal with ours and brings what we lack.",
        "Ask who restored or moved this totem. More than one in a day without a known reason is "
        "two machines under one name, or a failing disk.",
    ),
    "clone": Words(
        "A second machine ({instance_id}) asked to write as {totem} while {known_instance_id} "
        "works. It was refused, sells nothing, and its journal is kept aside.",
        "Stop the machine that is not wanted. To let the second one go on instead: "
        "`totem-central totem choose {totem} {instance_id}`.",
    ),
    "totem-revoked": Words(
        "{totem} was revoked and still talks to us. Its journal is kept aside, unposted.",
        "Its unsynced sales may be money: read them before the machine is scrapped.",
    ),
    "malformed-envelope": Words(
        "Headquarters cannot read what {totem} sends: {why}.",
        "Nothing is lost: the push is kept here as it came, the totem keeps its events and goes "
        "on trying. Update headquarters; the next push is read.",
    ),
}
_ES = {
    "fork": Words(
        "{totem} envió otros eventos para un lugar ya ocupado (época {pushed_epoch}, desde "
        "{from_seq}): volvió a un estado anterior, o su disco fue copiado.",
        "No se sobrescribió nada. El tótem pide una nueva época por sí mismo; si una copia del "
        "disco funciona en otro lugar, apague esa máquina.",
    ),
    "epoch-closed": Words(
        "{totem} envió eventos de la época {pushed_epoch}, que está cerrada o nunca fue concedida.",
        "Nada que hacer si hubo una restauración conocida del tótem o de la central: pide una "
        "nueva época y trae lo que falta.",
    ),
    "held-behind-ack": Words(
        "{totem} envió eventos desde {from_seq}, y la central tiene {held_seq}: la central está "
        "atrasada.",
        "El tótem reenvía lo que falta. Si se restauró la base de datos, confirme que se ejecutó "
        "`totem-central admin restored`.",
    ),
    "bad-chain": Words(
        "{totem} envió eventos cuya cadena no coincide con la firma.",
        "No se guardó nada. En el tótem, ejecute `totem journal verify` y conserve el disco.",
    ),
    "epoch": Words(
        "{totem} empezó una nueva época después de la {open_epoch} ({reason}); {in_a_day} en 24 "
        "horas. Compara su diario con el nuestro y trae lo que falta aquí.",
        "Pregunte quién restauró o cambió este tótem. Más de una al día sin motivo conocido son "
        "dos máquinas con el mismo nombre, o un disco que falla.",
    ),
    "clone": Words(
        "Otra máquina ({instance_id}) pidió escribir como {totem} mientras {known_instance_id} "
        "trabaja. Fue rechazada, no vende, y su diario se guarda aparte.",
        "Apague la máquina que sobra. Para que la segunda siga en su lugar: "
        "`totem-central totem choose {totem} {instance_id}`.",
    ),
    "totem-revoked": Words(
        "{totem} fue revocado y todavía habla con nosotros. Su diario se guarda aparte, sin "
        "asientos.",
        "Sus ventas sin sincronizar pueden ser dinero: léalas antes de desechar la máquina.",
    ),
    "malformed-envelope": Words(
        "La central no puede leer lo que envía {totem}: {why}.",
        "No se perdió nada: el envío está guardado aquí tal como llegó, el tótem guarda sus "
        "eventos y sigue intentando. Actualice la central; el próximo envío se leerá.",
    ),
}
LANGUAGES = {"pt": _PT, "en": _EN, "es": _ES}
_UNKNOWN = {
    "pt": Words("{totem}: {kind}.", "Leia o detalhe e fale com o técnico deste totem."),
    "en": Words("{totem}: {kind}.", "Read the detail, and ask the technician of this totem."),
    "es": Words("{totem}: {kind}.", "Lea el detalle y hable con el técnico de este tótem."),
}


class _Gaps(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


def in_words(totem: str, kind: str, detail: dict[str, Any], language: str = "en") -> Words:
    """One incident; what its detail does not say reads as a question mark."""
    words = LANGUAGES[language].get(kind, _UNKNOWN[language])
    values = _Gaps(detail, totem=totem, kind=kind)
    return Words(words.what.format_map(values), words.todo.format_map(values))
