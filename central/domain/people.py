"""Operators: who they are, and what each scope lets them read."""

from typing import Literal, get_args

from msgspec import Struct

Scope = Literal["fleet:read", "sales:read"]
SCOPES: tuple[Scope, ...] = get_args(Scope)


class Person(Struct, frozen=True):
    """An operator of headquarters. A scope that is not listed is denied."""

    username: str
    name: str
    scopes: list[str]


class Credential(Struct, frozen=True):
    """An operator with the argon2id hash of their password."""

    person: Person
    password_hash: str


class Pass(Struct, frozen=True):
    """What a login or a refresh yields. ``refresh_token`` works once."""

    access_token: str
    expires_in_s: int
    refresh_token: str
    person: Person
