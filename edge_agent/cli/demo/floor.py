"""A whole little company on one machine: central, its database, and totems with emulated
devices.
"""

import asyncio
import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from edge_agent.cli.demo.children import Children
from edge_agent.cli.demo.link import Link
from edge_agent.cli.demo.ports import free_port
from edge_agent.devices.emulators.abecs import AbecsEmulator, Behaviour
from edge_agent.devices.emulators.charges import Behaviour as BankApps, ChargesEmulator
from edge_agent.devices.emulators.escpos import EscposEmulator

SITES = ("Recepção Norte", "Recepção Sul", "Coleta", "Entrada", "Térreo", "Primeiro andar")
SITE = "centro"
SITE_NAME = "Unidade Centro"
CENTRAL_START_S = 120
AGENT_START_S = 60

CROWD = Behaviour(
    mix={
        "approve_offline": 14,
        "online_then_approve": 3,
        "online_then_decline": 1,
        "decline": 1,
        "card_removed": 1,
        "cancel_at_pin": 1,
    },
    delay_s=0.1,
)

PAYERS = BankApps("auto", ("paid", "paid", "paid", "expires") * 1000, delay_s=0.3)
"""Every fourth customer does not get round to it."""

Say = Callable[[str], None]


class Totem(NamedTuple):
    """One totem of the demo and the far ends of its devices: the independent witnesses."""

    totem: str
    name: str
    data_dir: Path
    port: int
    printer: EscposEmulator
    pinpad: AbecsEmulator
    printer_page: int
    pinpad_page: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"


class Plan(NamedTuple):
    """What to set up. ``by_hand``: people act on the pinpads' pages instead of the emulated
    customers.
    """

    folder: Path
    totems: int
    seed: int
    by_hand: bool


class Floor:
    """Sets everything up, and takes it down again without touching anything else."""

    def __init__(self, plan: Plan, say: Say) -> None:
        self._plan = plan
        self._say = say
        self.children = Children(plan.folder / "logs")
        self.totems: list[Totem] = []
        self.central_dir = plan.folder / "central"
        self.central_port = 0
        self.login = ("", "")
        self.link: Link | None = None
        self.charges = ChargesEmulator(BankApps() if plan.by_hand else PAYERS, plan.folder / "pix")
        self.charges_link: Link | None = None
        self.charges_page = 0

    async def open(self) -> None:
        """Start central, create and enrol the totems, start their agents."""
        await self._open_central()
        self.link = Link(self.central_port)
        await self.link.join()
        self.charges_link = Link(await self.charges.start_tcp())
        self.charges_page = await self.charges.start_http()
        await self.charges_link.join()
        for place in range(self._plan.totems):
            self._say(f"totem {place + 1} of {self._plan.totems}: devices, enrolment, agent")
            self.totems.append(await self._open_totem(place))
        for totem in self.totems:
            await asyncio.to_thread(self.children.wait_ready, f"agent-{totem.totem}", AGENT_START_S)

    async def close(self) -> None:
        """Stop every process and emulator this floor started."""
        await asyncio.to_thread(self.children.stop_all)
        await self.cut_network()
        await self.charges.stop()
        for totem in self.totems:
            await totem.printer.stop()
            await totem.pinpad.stop()

    async def cut_network(self) -> None:
        """No totem reaches headquarters, for its books or for its charges."""
        for link in (self.link, self.charges_link):
            if link is not None:
                await link.cut()

    async def join_network(self) -> None:
        for link in (self.link, self.charges_link):
            if link is not None:
                await link.join()

    async def _open_central(self) -> None:
        self._say("starting PostgreSQL and central")
        self.central_port = free_port()
        self.children.start(
            "central",
            "central",
            "run",
            *("--data-dir", str(self.central_dir)),
            *("--port", str(self.central_port)),
        )
        await asyncio.to_thread(self.children.wait_ready, "central", CENTRAL_START_S)
        self._say("publishing the sample catalogue")
        sample = files("central") / "samples" / "catalogue.json"
        await self.central("catalogue", "import", str(sample))
        password = await self.central("admin", "reset-password")
        self.login = ("admin", password.strip())

    async def _open_totem(self, place: int) -> Totem:
        name = SITES[place % len(SITES)]
        totem = f"T{place + 1:04d}"
        code = await self.central(
            *("totem", "create", SITE, name, "--id", totem, "--site-name", SITE_NAME)
        )
        data_dir = self._plan.folder / totem
        data_dir.mkdir(mode=0o700)
        printer = EscposEmulator(folder=data_dir / "paper", lines_per_s=200)
        pinpad = AbecsEmulator(
            Behaviour(mode="manual") if self._plan.by_hand else CROWD,
            folder=data_dir / "pinpad",
            seed=self._plan.seed + place,
        )
        port = free_port()
        assert self.link is not None, "the links are joined before the totems"
        assert self.charges_link is not None, "the links are joined before the totems"
        (data_dir / "agent.toml").write_text(
            _SETTINGS.format(
                port=port,
                central=self.link.port,
                charges=self.charges_link.port,
                totem=totem,
                printer=await printer.start_tcp(),
                pinpad=await pinpad.start_tcp(),
            )
        )
        await self._run("enrol", f"enrol-{totem}", data_dir, code.strip())
        self.children.start(f"agent-{totem}", "edge_agent", "run", "--data-dir", str(data_dir))
        return Totem(
            totem,
            name,
            data_dir,
            port,
            printer,
            pinpad,
            await printer.start_http(),
            await pinpad.start_http(),
        )

    async def _run(self, command: str, name: str, data_dir: Path, code: str) -> str:
        return await asyncio.to_thread(
            self.children.run,
            name,
            *("edge_agent", command, "--data-dir", str(data_dir), "--code", code),
        )

    async def central(self, *words: str, may_fail: bool = False) -> str:
        """What ``totem-central`` prints for these words."""
        return await asyncio.to_thread(
            self.children.run,
            f"totem-central {words[0]}",
            *("central", *words, "--data-dir", str(self.central_dir)),
            may_fail=may_fail,
        )


def fresh_folder(folder: Path) -> Path:
    """An empty folder of our own; an earlier demo's data in it is removed."""
    mark = folder / ".totem-demo"
    if folder.exists() and any(folder.iterdir()) and not mark.exists():
        raise FileExistsError(f"{folder} is not empty and was not made by a demo: choose another")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o755)
    mark.touch()
    return folder


_SETTINGS = """\
port = {port}
central_url = "http://127.0.0.1:{central}"
charges_url = "http://127.0.0.1:{charges}"
instance_id = "demo-{totem}"

[devices.printer]
driver = "escpos"
address = "tcp:127.0.0.1:{printer}"

[devices.reader]
driver = "abecs"
address = "tcp:127.0.0.1:{pinpad}"
"""
