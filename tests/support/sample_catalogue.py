"""The sample catalogue as the feed brings it: the shop that the browser's customers walk into."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from msgspec import json, to_builtins

from central.domain.catalogue_file import items_of
from sync_protocol.feed import Attendant, FeedItem, FeedPage, encode_item
from tests.support.asking_totem import UNSEALER

SAMPLE = Path(__file__).parents[2] / "central" / "samples" / "catalogue.json"


QUIET: Mapping[str, Any] = {"priority": "off", "identify": []}
"""A site that asks nothing."""


def sample_page(
    policy: Mapping[str, Any] = QUIET,
    staff: Sequence[Attendant] = (),
    voucher: Mapping[str, int] | None = None,
) -> FeedPage:
    """With these changes to the sample's policy, these people at the counter, and a key to seal
    what customers say. ``voucher``: what these services cost by voucher.
    """
    sample = json.decode(SAMPLE.read_bytes())
    for service in sample["services"]:
        if voucher is not None and service["id"] in voucher:
            service["prices"]["voucher"] = voucher[service["id"]]
    changes = {"policy": {**sample["policy"], **policy}, "staff": to_builtins(staff)}
    keyed = items_of({**sample, **changes})
    keyed["privacy"] = encode_item(UNSEALER.public)
    items = [
        FeedItem("org", place + 1, place, "put", key, body, sha256(body).digest())
        for place, (key, body) in enumerate(keyed.items())
    ]
    return FeedPage(items, {"org": len(items)}, True)
