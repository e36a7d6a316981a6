"""Every limit of the protocol in one place, asserted against each other at import."""

INTEGER_MAX = 2**63 - 1
"""Any integer that travels: what a ledger's 64-bit column holds."""

BODY_BYTES_MAX = 32 * 1024
"""One event's body, raw bytes."""

PUSH_EVENTS_MAX = 500
PUSH_EVENTS_MIN = 25
PUSH_EVENTS_STEP = 50
PUSH_RAW_BYTES_MAX = 1024 * 1024
"""One push after inflating."""

PUSH_WIRE_BYTES_MAX = 512 * 1024
"""One push as it travels, compressed."""

INFLATE_RATIO_MAX = 50
INFLATE_BYTES_FREE = 64 * 1024
"""Inflating to this much is allowed whatever the ratio: any one event must be able to travel."""

FEED_ITEMS_MAX = 500
FEED_WAIT_S_MAX = 25
FEED_PAGE_BYTES_MAX = 1024 * 1024
"""Bodies of one page of the feed; one item may be more than that and then travels alone."""

FEED_KEEP_DAYS = 30
"""How long the feed keeps changes that are superseded; an older cursor needs a snapshot."""

LOGO_BYTES_MAX = 64 * 1024
PICTURE_BYTES_MAX = 200 * 1024
PICTURES_BYTES_MAX = 4 * 1024 * 1024
"""All pictures of one catalogue file."""

SLIDES_MAX = 5

AMOUNT_MINOR_MAX = 100_000_000
"""One sale: one million in major units. A larger amount is a mistake, not a sale."""

LINES_MAX = 50
QUANTITY_MAX = 99
OPTIONS_MAX = 20
"""Options on one line."""

CART_OPTIONS_MAX = 100
"""Options on all lines of one sale: with names of 40 characters its price fits a body."""

INSTALMENTS_MAX = 24

PROBE_INTERVAL_S = 60
"""Heads are exchanged at least this often while online."""

BACKOFF_BASE_MS = 2_000
BACKOFF_CAP_MS = 300_000

EPOCHS_A_DAY_MAX = 3
"""New epochs for one machine in 24 hours without an operator: more is two machines, or a fault."""

INSTANCE_SILENCE_MS = 24 * 3600 * 1000
"""A machine not heard for this long may be replaced by another without an operator."""

SEALED_BYTES_MAX = 1024
"""One sealed private record."""

LEASE_DAYS = 45
"""Running time without a signed ack after which a totem takes no money."""

LEASE_WARNING_DAYS = 30

NONCE_LIFE_S = 300
ENROL_CODE_LENGTH = 12
ENROL_CODE_LIFE_S = 900
ENROL_TRIES_MAX = 5

assert BODY_BYTES_MAX < PUSH_RAW_BYTES_MAX, "one event must fit a push"
assert BODY_BYTES_MAX < INFLATE_BYTES_FREE < PUSH_RAW_BYTES_MAX, "any one event must inflate"
assert PUSH_WIRE_BYTES_MAX <= PUSH_RAW_BYTES_MAX
assert PUSH_EVENTS_MIN <= PUSH_EVENTS_STEP <= PUSH_EVENTS_MAX
assert PUSH_EVENTS_MIN * BODY_BYTES_MAX <= PUSH_RAW_BYTES_MAX, (
    "the smallest push must fit the largest events"
)
assert SEALED_BYTES_MAX < BODY_BYTES_MAX
assert LEASE_WARNING_DAYS < LEASE_DAYS
assert BACKOFF_BASE_MS < BACKOFF_CAP_MS
