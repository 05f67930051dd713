"""Users and tokens in a database."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from sqlalchemy import BigInteger, bindparam, delete, insert, select, update

from mock_oms.domain import users
from mock_oms.domain.users import Session, User, UserStore
from mock_oms.store.errors import StoreUnavailableError, UnknownTenantError
from mock_oms.store.sql import codec
from mock_oms.store.sql.codec import microseconds, moment, storable
from mock_oms.store.sql.engine import Database
from mock_oms.store.sql.failures import database_errors
from mock_oms.store.sql.tables import app_user, session, tenant

_USER = (
    select(app_user.c.location, app_user.c.password, tenant.c.name)
    .join(tenant, tenant.c.id == app_user.c.tenant_id)
    .where(app_user.c.username == bindparam("b_username"))
)
_COUNT = (
    update(tenant)
    .where(tenant.c.name == bindparam("b_name"))
    .values(tokens=tenant.c.tokens + 1)
    .returning(tenant.c.id, tenant.c.tokens)
)
_FORGET = delete(session).where(
    session.c.tenant_id == bindparam("b_tenant_id"), session.c.number <= bindparam("b_number")
)
USED = 2**60
"""Added to the number of a token at its first use; all numbers of logins are lower."""
_USE = (
    update(session)
    .where(session.c.digest == bindparam("b_digest"), session.c.number < USED)
    .values(number=session.c.number + USED)
    .returning(session.c.tenant_id)
)
_OLDEST_USED = (
    select(session.c.number)
    .where(session.c.tenant_id == bindparam("b_tenant_id"), session.c.number >= USED)
    .order_by(session.c.number.desc())
    .offset(bindparam("b_limit", type_=BigInteger))
    .limit(1)
)
_FORGET_USED = delete(session).where(
    session.c.tenant_id == bindparam("b_tenant_id"), session.c.number.between(USED, bindparam("b_number"))
)
_SESSION = (
    select(
        session.c.number,
        session.c.username,
        session.c.location,
        session.c.expires_at,
        tenant.c.name,
        tenant.c.digest.label("settings"),
        tenant.c.frozen_at,
        tenant.c.offset_us,
    )
    .join(tenant, tenant.c.id == session.c.tenant_id)
    .where(session.c.digest == bindparam("b_digest"))
)


class SqlUserStore(UserStore):
    """Users and tokens in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def user(self, username: str) -> User | None:
        with database_errors(), self._database.autocommit() as connection:
            row = connection.execute(_USER, {"b_username": storable(username)}).first()
        return None if row is None else User(username, row.name, row.location, row.password)

    def _keep(self, key: bytes, kept: Session) -> None:
        with database_errors(), self._database.transaction(kept.tenant) as connection:
            counted = connection.execute(_COUNT, {"b_name": kept.tenant}).first()
            if counted is None:
                raise UnknownTenantError(kept.tenant)
            columns = {
                "digest": key,
                "tenant_id": counted.id,
                "number": counted.tokens,
                "username": kept.username,
                "location": kept.location,
                "expires_at": microseconds(kept.expires_at),
            }
            connection.execute(insert(session), columns)
            oldest = counted.tokens - users.TOKENS_LIMIT
            if oldest > 0:
                connection.execute(_FORGET, {"b_tenant_id": counted.id, "b_number": oldest})

    def _found(self, key: bytes) -> Session | None:
        with database_errors(), self._database.autocommit() as connection:
            row = connection.execute(_SESSION, {"b_digest": key}).first()
        if row is None:
            return None
        if row.number < USED:
            with suppress(StoreUnavailableError):  # what only reads goes on
                self._use(key, row.name)
        return _session(row)

    def _use(self, key: bytes, tenant: str) -> None:
        with database_errors(), self._database.transaction(tenant) as connection:
            owner = connection.execute(_USE, {"b_digest": key}).scalar()
            if owner is None:  # another call was faster
                return
            values = {"b_tenant_id": owner, "b_limit": users.TOKENS_LIMIT}
            oldest = connection.execute(_OLDEST_USED, values).scalar()
            if oldest is not None:
                connection.execute(_FORGET_USED, {"b_tenant_id": owner, "b_number": oldest})


def _session(row: Any) -> Session:
    settings = codec.cached_settings(row.settings)
    if settings is not None:
        settings = codec.with_clock(settings, row.frozen_at, row.offset_us)
    return Session(row.username, row.name, row.location, moment(row.expires_at), settings)
