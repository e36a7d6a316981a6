"""Operators log in, stay logged in and log out.

A password is checked against argon2id, at the same cost whether or not the username exists. A login
yields an access token (JWT, 10 minutes) and a refresh token that works once: its successor is
derived from it with our key, so a repeated request gets the same one though only hashes are stored.
"""

import asyncio
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import jwt
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from central import clock
from central.domain.people import SCOPES, Credential, Pass, Person
from central.domain.problems import ProblemError
from central.domain.rate_limit import RateLimit
from central.ledger.people import PeopleRecords, Rotation

ACCESS_LIFETIME = timedelta(minutes=10)
REFRESH_LIFETIME = timedelta(days=7)
REPEAT_GRACE = timedelta(seconds=30)
LOGINS_PER_MINUTE = 5
PASSWORD_CHARACTERS_MAX = 1024
ISSUER = "totem-central"
AUDIENCE = "totem-dashboard"


class People:
    """``key`` (32 random bytes or more, from a 0600 file) signs and derives the tokens."""

    def __init__(
        self, records: PeopleRecords, key: bytes, now: Callable[[], datetime] = clock.now
    ) -> None:
        self._records = records
        self._key = key
        self._now = now
        self._hasher = PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))
        self._limit = RateLimit(LOGINS_PER_MINUTE, 60.0)

    async def seed_admin(self) -> str | None:
        """Create ``admin`` when there is no operator; returns its password, told only now."""
        if await self._records.anybody():
            return None
        password = secrets.token_urlsafe(12)
        added = await self.add(Person("admin", "Admin", list(SCOPES)), password)
        return password if added else None

    async def add(self, person: Person, password: str) -> bool:
        """Store a new operator; False when the username is taken."""
        hashed = await asyncio.to_thread(self._hasher.hash, password)
        return await self._records.add(Credential(person, hashed))

    async def reset_password(self, username: str, password: str) -> bool:
        """Change a password and end the person's logins; False when there is no such person."""
        hashed = await asyncio.to_thread(self._hasher.hash, password)
        return await self._records.set_password(username, hashed)

    async def login(self, username: str, password: str, address: str) -> Pass:
        """Raises ProblemError 401 for wrong credentials and 429 after too many tries."""
        keys = (f"username {username}", f"address {address}")
        self._admit(keys)
        credential = await self._records.credential(username)
        hashed = credential.password_hash if credential else self._nobody
        right = await asyncio.to_thread(self._matches, hashed, password)
        if credential is None or not right:
            raise ProblemError(401, "bad-login", "Username or password is wrong.")
        for key in keys:
            self._limit.uncount(key)
        token = secrets.token_urlsafe(32)
        expires_at = self._now() + REFRESH_LIFETIME
        await self._records.begin_family(str(uuid4()), username, token, expires_at)
        return self._pass(credential.person, token)

    async def refresh(self, token: str) -> Pass:
        """Exchange a refresh token. Raises ProblemError 401 when it buys nothing: log in again."""
        successor = self._successor(token)
        step = Rotation(token, successor, self._now(), REFRESH_LIFETIME, REPEAT_GRACE)
        username = await self._records.rotate(step)
        credential = await self._records.credential(username) if username else None
        if credential is None:
            raise ProblemError(401, "login-required", "This login has ended. Log in again.")
        return self._pass(credential.person, successor)

    async def logout(self, token: str) -> None:
        """End the login this refresh token belongs to. Idempotent."""
        await self._records.end_family(token)

    def authenticate(self, access_token: str) -> Person:
        """Who holds this access token. Raises ProblemError 401."""
        try:
            claims = jwt.decode(
                access_token,
                self._key,
                algorithms=["HS256"],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={"require": ["exp", "sub", "name", "scopes"]},
            )
        except jwt.InvalidTokenError as error:
            detail = "The access token is missing, wrong or expired. Refresh it or log in again."
            raise ProblemError(401, "login-required", detail) from error
        return Person(claims["sub"], claims["name"], claims["scopes"])

    def _admit(self, keys: tuple[str, ...]) -> None:
        now_s = clock.monotonic_s()
        wait_s = max(self._limit.wait_s(key, now_s) for key in keys)
        if wait_s:
            detail = f"Too many logins. Try again in {wait_s} seconds."
            raise ProblemError(429, "too-many-logins", detail, retry_after_s=wait_s)
        for key in keys:
            self._limit.count(key, now_s)

    def _matches(self, hashed: str, password: str) -> bool:
        if len(password) > PASSWORD_CHARACTERS_MAX:
            return False
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False

    def _successor(self, token: str) -> str:
        digest = hmac.digest(self._key, b"totem refresh\x00" + token.encode(), "sha256")
        return urlsafe_b64encode(digest).rstrip(b"=").decode()

    def _pass(self, person: Person, refresh_token: str) -> Pass:
        now = self._now()
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": person.username,
            "name": person.name,
            "scopes": person.scopes,
            "iat": now,
            "exp": now + ACCESS_LIFETIME,
        }
        access = jwt.encode(claims, self._key, algorithm="HS256")
        return Pass(access, int(ACCESS_LIFETIME.total_seconds()), refresh_token, person)
