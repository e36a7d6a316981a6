"""The dialects by the name that profiles give them."""

from edge_agent.devices.drivers.escpos.dialect import Dialect
from edge_agent.devices.drivers.escpos.dialects.bematech import Bematech
from edge_agent.devices.drivers.escpos.dialects.custom import Custom
from edge_agent.devices.drivers.escpos.dialects.daruma import Daruma
from edge_agent.devices.drivers.escpos.dialects.escpos import Escpos
from edge_agent.devices.ports import PrinterProfile


def dialect_of(profile: PrinterProfile) -> Dialect:
    match profile.dialect:
        case "escpos":
            return Escpos(profile)
        case "bematech":
            return Bematech(profile)
        case "daruma":
            return Daruma(profile)
        case "custom":
            return Custom(profile)
