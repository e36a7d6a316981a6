"""The key on disk, the fingerprint of the machine, and the enrolment record."""

from pathlib import Path

import httpx
import pytest
import respx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import json, structs

from edge_agent.settings import DeviceSettings, DevicesSettings, Settings
from edge_agent.sync.enrol import NotEnrolledError, enrol, load_record
from edge_agent.sync.errors import CentralUnreachableError, IdentityError
from edge_agent.sync.identity import (
    KEY_FILE,
    hardware_instance,
    load_identity,
    make_identity,
    verify,
)
from sync_protocol import chain
from sync_protocol.messages import EnrolAnswer, EnrolRequest, Grant

SERVER = Ed25519PrivateKey.generate()
DEVICE = DeviceSettings("escpos", "tcp:127.0.0.1:9100")


def test_the_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    made = make_identity(tmp_path, "bench")
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert make_identity(tmp_path, "bench").public_key == made.public_key
    assert load_identity(tmp_path, "bench").public_key == made.public_key


def test_a_lost_key_is_never_replaced_silently(tmp_path: Path) -> None:
    with pytest.raises(IdentityError, match="holds no key"):
        load_identity(tmp_path, "bench")
    assert not (tmp_path / KEY_FILE).exists()


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    make_identity(tmp_path, "bench")
    (tmp_path / KEY_FILE).chmod(0o644)
    with pytest.raises(IdentityError, match="chmod 600"):
        load_identity(tmp_path, "bench")


def machine(root: Path, serial: str, mac: str, assigned: str = "0") -> Path:
    for path, text in {
        "sys/class/dmi/id/board_serial": serial,
        "etc/machine-id": "abc",
        "sys/class/net/eth0/address": mac,
        "sys/class/net/eth0/addr_assign_type": assigned,
        "sys/class/net/eth0/device/uevent": "",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(f"{text}\n")
    return root


def test_a_disk_in_another_machine_is_another_instance(tmp_path: Path) -> None:
    first = hardware_instance(machine(tmp_path / "a", "S1", "02:00"))
    assert first == hardware_instance(machine(tmp_path / "b", "S1", "02:00"))
    assert first != hardware_instance(machine(tmp_path / "c", "S2", "02:00"))
    assert first != hardware_instance(machine(tmp_path / "d", "S1", "02:01"))


def test_a_random_network_address_does_not_make_another_instance(tmp_path: Path) -> None:
    first = hardware_instance(machine(tmp_path / "a", "S1", "02:00", assigned="1"))
    assert first == hardware_instance(machine(tmp_path / "b", "S1", "02:99", assigned="1"))


def test_a_machine_without_any_mark_asks_for_one(tmp_path: Path) -> None:
    with pytest.raises(IdentityError, match="instance_id"):
        hardware_instance(tmp_path)


def central_answers(signer: Ed25519PrivateKey) -> respx.Route:
    def answer(request: httpx.Request) -> httpx.Response:
        asked = json.decode(request.content, type=EnrolRequest)
        signed = chain.enrol_bytes(asked.code, asked.public_key, asked.instance_id)
        assert verify(asked.public_key, asked.proof, signed)
        grant = Grant("T0001", asked.instance_id, 1, [], "A", 1, "n", "k1", b"")
        grant = structs.replace(grant, sig=signer.sign(chain.grant_bytes(grant)))
        keys = {"k1": SERVER.public_key().public_bytes_raw()}
        record = EnrolAnswer("T0001", "Hall", "s1", "Lab", grant, keys, "n2", ["org"])
        kind = {"content-type": "application/json"}
        return httpx.Response(200, headers=kind, content=json.encode(record))

    return respx.post("http://127.0.0.1:1/v1/enrol").mock(side_effect=answer)


def settings(data_dir: Path) -> Settings:
    return Settings(
        central_url="http://127.0.0.1:1",
        devices=DevicesSettings(DEVICE, DEVICE),
        instance_id="bench",
        data_dir=data_dir,
    )


@respx.mock
def test_enrolment_is_kept_and_a_repetition_asks_nobody(tmp_path: Path) -> None:
    route = central_answers(SERVER)
    record = enrol(settings(tmp_path), "C0DE")
    assert load_record(tmp_path) == record
    assert enrol(settings(tmp_path), "C0DE") == record
    assert route.call_count == 1


@respx.mock
def test_a_grant_that_central_did_not_sign_is_not_kept(tmp_path: Path) -> None:
    central_answers(Ed25519PrivateKey.generate())
    with pytest.raises(CentralUnreachableError, match="not signed"):
        enrol(settings(tmp_path), "C0DE")
    with pytest.raises(NotEnrolledError):
        load_record(tmp_path)
