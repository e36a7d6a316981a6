"""Enrolment: a one-time code becomes an identity, kept in one private file.

The key is on disk before central hears of it, and central answers the same code and key with the
same record: a power cut at any point is mended by running the command again.
"""

from pathlib import Path

from msgspec import DecodeError, json

from edge_agent.settings import Settings
from edge_agent.sync.errors import CentralUnreachableError
from edge_agent.sync.identity import Identity, make_identity, verify, write_private
from edge_agent.sync.transport import enrol_at
from sync_protocol import chain
from sync_protocol.messages import EnrolAnswer, EnrolRequest, EpochAnswer

RECORD_FILE = "enrolment.json"

EnrolmentRecord = EnrolAnswer


class NotEnrolledError(Exception):
    """This data folder has no enrolment: run totem enrol first."""


def enrol(settings: Settings, code: str) -> EnrolmentRecord:
    """Enrol and keep the record durably; a machine that is enrolled already keeps its record.
    Raises SyncError.
    """
    path = settings.data_dir / RECORD_FILE
    if path.exists():
        return load_record(settings.data_dir)
    identity = make_identity(settings.data_dir, settings.instance_id)
    record = enrol_at(settings.central_url, _request(identity, code))
    _check_grant(record, identity)
    write_private(path, json.encode(record))
    return record


def load_record(data_dir: Path) -> EnrolmentRecord:
    """Raises NotEnrolledError."""
    path = data_dir / RECORD_FILE
    try:
        return json.decode(path.read_bytes(), type=EnrolmentRecord)
    except (OSError, DecodeError) as error:
        raise NotEnrolledError(
            f"{path} holds no enrolment ({error}): run totem enrol --data-dir {data_dir} --code …"
        ) from error


def granted(record: EnrolmentRecord) -> EpochAnswer:
    """What enrolment says of epochs."""
    return EpochAnswer(record.grant, record.held, record.server_gen)


def _request(identity: Identity, code: str) -> EnrolRequest:
    public_key = identity.public_key
    proof = identity.sign(chain.enrol_bytes(code, public_key, identity.instance_id))
    return EnrolRequest(code, public_key, identity.instance_id, proof)


def _check_grant(record: EnrolmentRecord, identity: Identity) -> None:
    grant = record.grant
    key = record.server_keys.get(grant.key_id, b"")
    if (grant.totem, grant.instance_id) != (record.totem, identity.instance_id):
        raise CentralUnreachableError(f"the grant is for {grant.totem} on another machine")
    if not verify(key, grant.sig, chain.grant_bytes(grant)):
        raise CentralUnreachableError("the grant is not signed by any of central's keys")
