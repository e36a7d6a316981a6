"""Enrolment: a one-time code becomes an identity, kept in one private file."""

from pathlib import Path

from msgspec import json

from edge_agent.settings import Settings
from edge_agent.sync.identity import load_identity, write_private
from edge_agent.sync.transport import enrol_at
from sync_protocol import chain
from sync_protocol.messages import EnrolAnswer, EnrolRequest

RECORD_FILE = "enrolment.json"

EnrolmentRecord = EnrolAnswer


class NotEnrolledError(Exception):
    """This data folder has no enrolment: run totem enrol first."""


def enrol(settings: Settings, code: str) -> EnrolmentRecord:
    """Enrol and keep the record durably. Repeating it with the same code gives the same record.
    Raises SyncError."""
    identity = load_identity(settings.data_dir, settings.instance_id)
    public_key = identity.public_key
    proof = identity.sign(chain.enrol_bytes(code, public_key, identity.instance_id))
    request = EnrolRequest(code, public_key, identity.instance_id, proof)
    record = enrol_at(settings.central_url, request)
    write_private(settings.data_dir / RECORD_FILE, json.encode(record))
    return record


def load_record(data_dir: Path) -> EnrolmentRecord:
    """Raises NotEnrolledError."""
    path = data_dir / RECORD_FILE
    if not path.exists():
        raise NotEnrolledError(
            f"{path} is not there: run totem enrol --data-dir {data_dir} --code …"
        )
    return json.decode(path.read_bytes(), type=EnrolmentRecord)
