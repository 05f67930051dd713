"""The journal in a database; entries are stored before the answer."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import BigInteger, Table, bindparam, delete, func, insert, select, update

from mock_oms.domain import journal as journals
from mock_oms.domain.journal import Dropped, Entry, Outcome, Wanted, last_entries
from mock_oms.store.errors import StoreUnavailableError
from mock_oms.store.sql.connection import Connection
from mock_oms.store.sql.engine import Database
from mock_oms.store.sql.failures import Outage, database_errors
from mock_oms.store.sql.statements import BEGIN_COUNTING, FORGET_ENTRIES
from mock_oms.store.sql.tables import UNATTRIBUTED, journal, journal_count, journal_write, tenant

TIDY_EVERY = 50
"""Entries between two deletions of those above the limit; reading skips them."""

_OWNER = func.coalesce(
    select(tenant.c.id).where(tenant.c.name == bindparam("b_name")).scalar_subquery(), UNATTRIBUTED
)
_ROW = ("entry", "request", "answer")


class _Kind:
    """The statements of one kind of entries, which has its own table."""

    def __init__(self, table: Table, written: int) -> None:
        count = (
            update(journal_count)
            .where(journal_count.c.tenant_id == _OWNER)
            .values(last=journal_count.c.last + 1, writes=journal_count.c.writes + written)
            .returning(journal_count.c.tenant_id, journal_count.c.last)
        )
        own = table.c.tenant_id == bindparam("b_tenant_id")
        values = {name: bindparam(f"b_{name}", type_=table.c[name].type) for name in _ROW}
        self.count = count
        self.add = insert(table).values(
            tenant_id=bindparam("b_tenant_id"), number=bindparam("b_number"), **values
        )
        counted = count.returning(func.set_config("synchronous_commit", "off", True)).cte("counted")
        self.count_and_add = (
            insert(table)
            .from_select(
                ["tenant_id", "number", *_ROW],
                select(counted.c.tenant_id, counted.c.last, *values.values()),
            )
            .returning(table.c.tenant_id, table.c.number.label("last"))
        )
        """One statement on PostgreSQL, without a wait for the disk: a lost entry does no harm."""
        newest = select(table.c.number).where(own).order_by(table.c.number.desc())
        oldest = newest.offset(bindparam("b_limit", type_=BigInteger)).limit(1).scalar_subquery()
        self.tidy = delete(table).where(own, table.c.number <= oldest)
        self.entries = (
            select(table)
            .where(own, table.c.number > bindparam("b_after"))
            .order_by(table.c.number.desc())
            .limit(bindparam("b_limit", type_=BigInteger))
        )


_READS, _WRITES = _Kind(journal, 0), _Kind(journal_write, 1)
_LAST = select(journal_count).where(journal_count.c.tenant_id == _OWNER)
_LOCK = _LAST.with_for_update()


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
            kind = _WRITES if entry.writes else _READS
            if self._database.is_postgresql:
                counted = connection.execute(kind.count_and_add, values).first()
            else:
                counted = connection.execute(kind.count, {"b_name": self._name}).first()
                if counted is not None:
                    key = {"b_tenant_id": counted.tenant_id, "b_number": counted.last}
                    connection.execute(kind.add, values | key)
            if counted is not None:
                entry.number = counted.last
                if counted.last % TIDY_EVERY == 0:
                    for each in (_READS, _WRITES):
                        limit = {"b_tenant_id": counted.tenant_id, "b_limit": journals.ENTRIES_LIMIT}
                        connection.execute(each.tidy, limit)

    def _connection(self) -> AbstractContextManager[Connection]:
        if self._database.is_postgresql:
            return self._database.autocommit()
        return self._database.transaction("")

    def clear(self) -> None:
        with database_errors(), self._database.transaction(self._name or "") as connection:
            found = connection.execute(_LOCK, {"b_name": self._name}).one()
            for statement in (BEGIN_COUNTING, *FORGET_ENTRIES):
                connection.execute(statement, {"b_tenant_id": found.tenant_id})

    def read(self, wanted: Wanted) -> tuple[list[Entry], Dropped]:
        with database_errors(), self._database.snapshot() as connection:
            found = connection.execute(_LAST, {"b_name": self._name}).first()
            if found is None:
                return [], Dropped(0, 0)
            most = journals.ENTRIES_LIMIT
            if wanted == Wanted(wanted.limit):  # without a filter the newest of each kind are enough
                most = min(most, wanted.limit)
            values = {"b_tenant_id": found.tenant_id, "b_after": wanted.after, "b_limit": most}
            rows = [row for kind in (_READS, _WRITES) for row in connection.execute(kind.entries, values)]
        entries = [_entry(row) for row in sorted(rows, key=attrgetter("number"))]
        return last_entries(entries, wanted), Dropped(
            max(0, found.last - found.writes - journals.ENTRIES_LIMIT),
            max(0, found.writes - journals.ENTRIES_LIMIT),
        )


_FIELDS = [field.name for field in fields(Entry) if field.name not in ("request", "answer", "number")]


def _text(entry: Entry) -> str:
    """Returns an entry without its bodies, as ASCII JSON."""
    return json.dumps([getattr(entry, name) for name in _FIELDS], default=datetime.isoformat)


def _entry(row: Any) -> Entry:
    values = dict(zip(_FIELDS, json.loads(row.entry), strict=False))  # older entries have fewer fields
    values["at"] = datetime.fromisoformat(values["at"])
    values["outcomes"] = tuple(Outcome(*outcome) for outcome in values["outcomes"])
    return Entry(**values, request=bytes(row.request), answer=bytes(row.answer), number=row.number)
