"""The journal in a database; entries are stored before the answer."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from mock_oms.domain import journal as journals
from mock_oms.domain.journal import Entry, Outcome, Wanted, last_entries
from mock_oms.store.errors import StoreUnavailableError
from mock_oms.store.sql.connection import Connection
from mock_oms.store.sql.engine import Database
from mock_oms.store.sql.failures import Outage, database_errors
from mock_oms.store.sql.statements import BEGIN_COUNTING, FORGET_ENTRIES
from mock_oms.store.sql.tables import UNATTRIBUTED, journal, journal_count, tenant

TIDY_EVERY = 50
"""Entries between two deletions of those above the limit; reading skips them."""

_OWNER = func.coalesce(
    select(tenant.c.id).where(tenant.c.name == bindparam("b_name")).scalar_subquery(), UNATTRIBUTED
)
_COUNT = (
    update(journal_count)
    .where(journal_count.c.tenant_id == _OWNER)
    .values(last=journal_count.c.last + 1)
    .returning(journal_count.c.tenant_id, journal_count.c.last)
)
_ADD = insert(journal).values(
    tenant_id=bindparam("b_tenant_id"),
    number=bindparam("b_number"),
    entry=bindparam("b_entry"),
    request=bindparam("b_request"),
    answer=bindparam("b_answer"),
)
_COUNTED = _COUNT.returning(func.set_config("synchronous_commit", "off", True)).cte("counted")
_COUNT_AND_ADD = (
    insert(journal)
    .from_select(
        ["tenant_id", "number", "entry", "request", "answer"],
        select(
            _COUNTED.c.tenant_id,
            _COUNTED.c.last,
            bindparam("b_entry", type_=journal.c.entry.type),
            bindparam("b_request", type_=journal.c.request.type),
            bindparam("b_answer", type_=journal.c.answer.type),
        ),
    )
    .returning(journal.c.tenant_id, journal.c.number.label("last"))
)
"""Writes an entry in one statement on PostgreSQL, without a wait for the disk: a lost entry does no harm."""
_TIDY = delete(journal).where(
    journal.c.tenant_id == bindparam("b_tenant_id"), journal.c.number <= bindparam("b_number")
)
_LAST = select(journal_count.c.tenant_id, journal_count.c.last).where(journal_count.c.tenant_id == _OWNER)
_ENTRIES = (
    select(journal)
    .where(journal.c.tenant_id == bindparam("b_tenant_id"), journal.c.number > bindparam("b_number"))
    .order_by(journal.c.number)
)


class SqlJournal:
    """The last calls of one tenant, or the unattributed ones."""

    def __init__(self, database: Database, outage: Outage, name: str | None) -> None:
        self._database = database
        self._outage = outage
        self._name = name

    def append(self, entry: Entry) -> None:
        try:
            self._append(entry)
        except StoreUnavailableError as reason:
            self._outage.begins(reason)
        else:
            self._outage.ends()

    def _append(self, entry: Entry) -> None:
        values = {
            "b_name": self._name,
            "b_entry": _text(entry),
            "b_request": entry.request,
            "b_answer": entry.answer,
        }
        with database_errors(), self._connection() as connection:
            if self._database.is_postgresql:
                counted = connection.execute(_COUNT_AND_ADD, values).first()
            else:
                counted = connection.execute(_COUNT, {"b_name": self._name}).first()
                if counted is not None:
                    key = {"b_tenant_id": counted.tenant_id, "b_number": counted.last}
                    connection.execute(_ADD, values | key)
            if counted is not None:
                entry.number = counted.last
                self._tidy(connection, counted)

    def _connection(self) -> AbstractContextManager[Connection]:
        if self._database.is_postgresql:
            return self._database.autocommit()
        return self._database.transaction("")

    def _tidy(self, connection: Connection, counted: Any) -> None:
        if counted.last % TIDY_EVERY == 0:
            oldest = counted.last - journals.ENTRIES_LIMIT
            connection.execute(_TIDY, {"b_tenant_id": counted.tenant_id, "b_number": oldest})

    def clear(self) -> None:
        with database_errors(), self._database.transaction(self._name or "") as connection:
            found = connection.execute(_LAST.with_for_update(), {"b_name": self._name}).one()
            connection.execute(BEGIN_COUNTING, {"b_tenant_id": found.tenant_id})
            connection.execute(FORGET_ENTRIES, {"b_tenant_id": found.tenant_id})

    def read(self, wanted: Wanted) -> tuple[list[Entry], int]:
        with database_errors(), self._database.snapshot() as connection:
            found = connection.execute(_LAST, {"b_name": self._name}).first()
            if found is None:
                return [], 0
            everything = wanted == Wanted(wanted.limit)
            most = min(wanted.limit, journals.ENTRIES_LIMIT) if everything else journals.ENTRIES_LIMIT
            oldest = max(found.last - most, wanted.after)
            rows = connection.execute(_ENTRIES, {"b_tenant_id": found.tenant_id, "b_number": oldest})
            entries = [_entry(row) for row in rows]
        return last_entries(entries, wanted), max(0, found.last - journals.ENTRIES_LIMIT)


_FIELDS = [field.name for field in fields(Entry) if field.name not in ("request", "answer", "number")]


def _text(entry: Entry) -> str:
    """Returns an entry without its bodies, as ASCII JSON."""
    return json.dumps([getattr(entry, name) for name in _FIELDS], default=datetime.isoformat)


def _entry(row: Any) -> Entry:
    values = dict(zip(_FIELDS, json.loads(row.entry), strict=False))  # older entries have fewer fields
    values["at"] = datetime.fromisoformat(values["at"])
    values["outcomes"] = tuple(Outcome(*outcome) for outcome in values["outcomes"])
    return Entry(**values, request=bytes(row.request), answer=bytes(row.answer), number=row.number)
