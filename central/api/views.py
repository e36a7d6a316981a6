"""What the dashboard sends and sees. Amounts are minor units; instants are RFC 3339 in UTC.

The reports travel as the domain has them; what belongs to this API alone is here.
"""

from msgspec import Struct

from central.domain.agreement import Agreement
from central.domain.reports import Fleet, SaleDetail, SalesPage, Summary

__all__ = [
    "Agreement",
    "Fleet",
    "Login",
    "Refresh",
    "SaleDetail",
    "SalesPage",
    "Summary",
    "Tokens",
]


class Login(Struct, frozen=True, forbid_unknown_fields=True):
    username: str
    password: str


class Refresh(Struct, frozen=True, forbid_unknown_fields=True):
    refresh_token: str


class Tokens(Struct, frozen=True):
    """``access_token`` is a bearer JWT for ``expires_in_s``; ``refresh_token`` works once."""

    access_token: str
    expires_in_s: int
    refresh_token: str
    username: str
    name: str
    scopes: list[str]
