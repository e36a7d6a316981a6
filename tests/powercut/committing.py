"""What strace watches: sales through the shipped library, and a mark after each answered COMMIT."""

import os
import sys
from pathlib import Path

from edge_agent.services import checkout
from tests.support.bench_totem import basket, open_journal

MARK = b"answered\n"
SALES = 5

if __name__ == "__main__":
    journal = open_journal(Path(sys.argv[1]))
    for _ in range(SALES):
        journal.submit(checkout.sell_at_counter(basket())).result()
        os.write(1, MARK)
    journal.stop()
