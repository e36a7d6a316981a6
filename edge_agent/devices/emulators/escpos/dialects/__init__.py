"""The command languages this printer can be built with, by name."""

from edge_agent.devices.emulators.escpos.dialect import Dialect
from edge_agent.devices.emulators.escpos.dialects.bematech import BEMATECH
from edge_agent.devices.emulators.escpos.dialects.custom import CUSTOM
from edge_agent.devices.emulators.escpos.dialects.daruma import DARUMA
from edge_agent.devices.emulators.escpos.dialects.epson import EPSON

DIALECTS: dict[str, Dialect] = {
    "escpos": EPSON,
    "bematech": BEMATECH,
    "daruma": DARUMA,
    "custom": CUSTOM,
}
