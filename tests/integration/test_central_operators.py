"""The operators' API on a real PostgreSQL: logins, scopes, the fleet's figures, sales and their journal."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from central.api.operators import routes
from central.domain.health import health
from central.domain.people import Person
from central.ledger.people import PeopleRecords
from central.ledger.reports import ReportQueries
from central.ledger.schema import metadata
from central.services.people import REPEAT_GRACE, People
from central.services.reports import Reports
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable
from sync_protocol.events import (
    Body,
    CardProof,
    Line,
    PaymentRequested,
    PaymentStoredOffline,
    SaleOpened,
    SalePriced,
    SaleSettled,
    encode_body,
)
from sync_protocol.accounts import legs

NOON = datetime(2026, 6, 10, 15, 0, tzinfo=UTC)
TODAY = "2026-06-10"
PASSWORD = "correct horse battery staple"
KEY = b"k" * 32
SALE = "KIOSK1-1-2-ABCDEFGH"
PAYMENT = "KIOSK1-1-4-ABCDEFGH"
