"""Kill -9 at every durable step of a card sale, then a restart, then the books."""
