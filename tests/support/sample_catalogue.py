"""The sample catalogue as the feed brings it: the shop that the browser's customers walk into."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from msgspec import json

from central.domain.catalogue_file import items_of
from sync_protocol.feed import FeedItem, FeedPage, encode_item
from tests.support.asking_totem import UNSEALER

SAMPLE = Path(__file__).parents[2] / "central" / "samples" / "catalogue.json"


QUIET: Mapping[str, Any] = {"priority": "off", "identify": []}
"""A site that asks nothing."""


def sample_page(policy: Mapping[str, Any] = QUIET) -> FeedPage:
    """With these changes to the sample's policy, and a key to seal what customers say."""
    sample = json.decode(SAMPLE.read_bytes())
    keyed = items_of({**sample, "policy": {**sample["policy"], **policy}})
    keyed["privacy"] = encode_item(UNSEALER.public)
    items = [
        FeedItem("org", place + 1, place, "put", key, body, sha256(body).digest())
        for place, (key, body) in enumerate(keyed.items())
    ]
    return FeedPage(items, {"org": len(items)}, True)
