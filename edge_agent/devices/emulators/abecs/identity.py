"""What the pinpad tells of itself: GIX by id, GIN in fixed fields."""

from edge_agent.devices.emulators.abecs.dictionary import Par, Res
from edge_agent.devices.emulators.abecs.hardware import Hardware
from edge_agent.devices.emulators.abecs.keys import KEY_MAP, LOADED
from edge_agent.devices.emulators.abecs.message import (
    Request,
    Status,
    StatusError,
    fields,
    response,
)
from edge_agent.devices.emulators.abecs.tables import EVERYBODY, Tables

SPEC_VERSION = "2.12"
ACQUIRERS = 100
ANSWER_MAX = 2044
"""What a frame holds once it is sealed."""

KERNEL, APPLICATION, KEY_IN_SLOT_1 = "EMU1", "001.00 260101", "T"


class Identity:
    def __init__(self, hardware: Hardware, tables: Tables) -> None:
        self._hardware = hardware
        self._tables = tables

    def gix(self, request: Request) -> bytes:
        """Without a list only who it is; keys and tables are told when asked for."""
        wanted = request.parameters().get(Par.ID_LIST)
        values = self._who()
        if wanted is None:
            if "gix_needs_list" in self._hardware.faults:
                raise StatusError(Status.MISSING_PARAMETER)
            return response("GIX", values)
        if len(wanted) % 2:
            raise StatusError(Status.INVALID_PARAMETER)
        values |= self._keys_and_tables()
        ids = [int.from_bytes(wanted[at : at + 2], "big") for at in range(0, len(wanted), 2)]
        answer = response("GIX", {number: values[number] for number in ids if number in values})
        if len(answer) > ANSWER_MAX:
            raise StatusError(Status.TOO_LONG)
        return answer

    def gin(self, request: Request) -> bytes:
        acquirer = request.text()
        if len(acquirer) != 2 or not acquirer.isdigit():
            raise StatusError(Status.INVALID_PARAMETER)
        who = {number: value.decode("latin-1") for number, value in self._who().items()}
        if acquirer == EVERYBODY.encode():
            antenna = "C" if self._hardware.customer.behaviour.contactless else " "
            maker = f"{who[0x8004]:20.20}{who[0x8003]:19.19}{antenna}{who[0x8006]:20.20}"
            text = f"{maker}{SPEC_VERSION}{who[0x8008]:16.16}{who[0x8001]:20.20}"
        elif acquirer == b"02":
            text = f"{'Abecs':8}{KERNEL:12}{APPLICATION}{SPEC_VERSION}   00"
        elif acquirer == b"03":
            kernels = f"{KERNEL}{KERNEL}MC1VS1"
            text = f"{'Abecs':6}{kernels}{APPLICATION}{SPEC_VERSION}  {KEY_IN_SLOT_1}00"
        else:
            text = f"{'Abecs':20}{APPLICATION}{SPEC_VERSION}   00"
        return fields("GIN", text.encode("latin-1"))

    def _who(self) -> dict[int, bytes]:
        """In the order of a full answer."""
        contactless = self._hardware.customer.behaviour.contactless
        texts = {
            0x8001: self._hardware.serial,
            0x8002: "EMU-0001",
            0x8003: "EMU-1;8MB",
            0x8004: "TOTEM",
            0x8005: f"{int(contactless)}000000000",
            0x8006: "EMULATOR 1",
            0x8007: SPEC_VERSION,
            0x8008: "001.00",
            0x8009: "001.00",
            0x8020: "0216",
        }
        return {number: text.encode() for number, text in texts.items()}

    def _keys_and_tables(self) -> dict[int, bytes]:
        loaded, keys = self._tables.loaded, self._hardware.keys
        maps = (Res.PIN_MASTER_KEYS, Res.DATA_MASTER_KEYS, Res.PIN_DUKPT_KEYS, Res.DATA_DUKPT_KEYS)
        values: dict[int, bytes] = dict.fromkeys(maps, KEY_MAP)
        values[Res.TABLE_ROOM] = loaded.room().to_bytes(4, "big")
        for slot in range(LOADED):
            values[Res.PIN_KSN_OF_SLOT + slot] = keys.current_ksn("pin", slot)
            values[Res.DATA_KSN_OF_SLOT + slot] = keys.current_ksn("data", slot)
        for acquirer in range(ACQUIRERS):
            version = loaded.version(f"{acquirer:02d}")
            values[Res.TABLE_VERSION_OF + acquirer] = version.encode("latin-1")
        return values
