"""Money as people write it. Amounts are integer minor units everywhere else."""

_SIGNS = {"BRL": "R$", "USD": "US$", "EUR": "€"}


def written(amount_minor: int, currency: str) -> str:
    """``123456`` BRL is ``R$ 1.234,56``; an unknown currency shows its code."""
    whole, cents = divmod(abs(amount_minor), 100)
    grouped = f"{whole:,}".replace(",", ".")
    sign = "-" if amount_minor < 0 else ""
    return f"{sign}{_SIGNS.get(currency, currency)} {grouped},{cents:02d}"
