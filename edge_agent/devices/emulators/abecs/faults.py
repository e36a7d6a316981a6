"""What can be wrong with this pinpad, its line or the card held to it, by name."""

from typing import Literal, get_args

Fault = Literal[
    "nak_first",
    "drop_ack",
    "crc_flip",
    "split_bytes",
    "silent",
    "notify_flood",
    "gix_needs_list",
    "old_pinpad",
    "table_error",
    "ctls_multiple",
    "ctls_error",
    "ctls_error_twice",
    "ctls_invalidated",
    "ctls_problems",
    "ctls_no_app",
    "ctls_refused",
    "ctls_phone",
    "ctls_interface",
]
FAULTS: dict[Fault, str] = {
    "nak_first": "the first copy of every command is refused",
    "drop_ack": "commands are carried out but never acknowledged",
    "crc_flip": "the first copy of every response is broken",
    "split_bytes": "everything is written one byte at a time",
    "silent": "hears everything, answers nothing, not even CAN",
    "notify_flood": "twenty notifications before the answer to a blocking command",
    "gix_needs_list": "GIX without a list is 019",
    "old_pinpad": "older than ABECS: a secure OPN is answered bare, commands with TLVs are unknown",
    "table_error": "TLE finds no room for the tables: 021, and the old ones stay",
    "ctls_multiple": "two cards are held to the antenna: 080, then one card",
    "ctls_error": "the tapped card is pulled away: 081, then it is held",
    "ctls_error_twice": "no tap is ever read: 081 as long as the antenna is on",
    "ctls_invalidated": "the tapped card is blocked: 082 as long as the antenna is on",
    "ctls_problems": "the tapped card is faulty: 083 as long as the antenna is on",
    "ctls_no_app": "the tapped card has no such application: 084 as long as the antenna is on",
    "ctls_refused": "the tapped card is not accepted: 085 as long as the antenna is on",
    "ctls_phone": "the phone wants its owner first: 086, then it pays",
    "ctls_interface": "the tapped card wants its chip read: 087 as long as the antenna is on",
}
assert set(FAULTS) == set(get_args(Fault))
