"""Kill -9 at every durable step of a card sale, a void or a second copy, a restart, the books."""
