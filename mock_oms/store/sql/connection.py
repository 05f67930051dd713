"""Runs statements on a connection of the driver.

Each statement is compiled once. SQLAlchemy writes the statements, but does not run them: its execution takes
ten times as long as SQLite itself.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import Dialect, Executable, Insert, exc

STATEMENTS_MAX = 512
"""Compiled statements of one database; those in use are far fewer."""

Values = Mapping[str, Any]
NOTHING: Values = MappingProxyType({})


class Rows(list[Any]):
    """The rows that a statement returned, as named tuples."""

    def first(self) -> Any:
        """Return the first row, or None."""
        return self[0] if self else None

    def one(self) -> Any:
        """Return the only row; raises `ValueError` if there are none or several."""
        (row,) = self
        return row

    def scalar(self) -> Any:
        """Return the first value, or None."""
        return self[0][0] if self else None

    def scalar_one(self) -> Any:
        """Return the value of the only row; raises `ValueError`."""
        return self.one()[0]

    def scalars(self) -> list[Any]:
        """Return the first value of each row."""
        return [row[0] for row in self]


class Compiled:
    """The text of a statement for a driver, with its values' order."""

    __slots__ = ("_defaults", "_names", "row", "text")

    def __init__(self, statement: Executable, dialect: Dialect, columns: Sequence[str] | None) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=columns)  # type: ignore[attr-defined] # each of our statements has it
        self.text = str(compiled)
        self._defaults = {name: value for name, value in compiled.params.items() if value is not None}
        self._names: tuple[str, ...] | None = compiled.positiontup and tuple(compiled.positiontup)
        self.row: Any = None  # makes a named tuple of a row; known after the first run

    def values(self, given: Values) -> Any:
        """Return values as the driver takes them: a tuple, or a mapping."""
        if self._defaults:
            given = {**self._defaults, **given}
        return given if self._names is None else tuple(map(given.__getitem__, self._names))


class Statements:
    """The compiled statements of a database."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._compiled: dict[Executable, Compiled] = {}

    def compiled(self, statement: Executable, values: Values) -> Compiled:
        """Return a compiled statement; an insert sets the columns of `values`."""
        found = self._compiled.get(statement)
        if found is None:
            columns = list(values) if isinstance(statement, Insert) else None
            found = Compiled(statement, self.dialect, columns)
            if len(self._compiled) >= STATEMENTS_MAX:
                self._compiled.clear()
            self._compiled[statement] = found
        return found


class Connection:
    """A connection of the driver, in a transaction or not.

    Errors of the driver are raised as those of SQLAlchemy, without statement and values.
    """

    __slots__ = ("_errors", "_statements", "raw")

    def __init__(self, raw: Any, statements: Statements, errors: type[Exception]) -> None:
        self.raw = raw
        self._statements = statements
        self._errors = errors

    def execute(self, statement: Executable, values: Values | Sequence[Values] = NOTHING) -> Rows:
        """Run a statement, once for each mapping of a list."""
        if isinstance(values, Mapping):
            compiled = self._statements.compiled(statement, values)
            return self._run(compiled.text, compiled.values(values), compiled)
        compiled = self._statements.compiled(statement, values[0])
        try:
            self.raw.cursor().executemany(compiled.text, [compiled.values(row) for row in values])
        except self._errors as error:
            raise self.converted(error) from None
        return Rows()

    def run(self, text: str) -> Rows:
        """Run a statement without values."""
        return self._run(text, (), None)

    def _run(self, text: str, values: Any, compiled: Compiled | None) -> Rows:
        try:
            cursor = self.raw.execute(text, values)
            if cursor.description is None:
                return Rows()
            rows = cursor.fetchall()
        except self._errors as error:
            raise self.converted(error) from None
        if compiled is None:
            return Rows(rows)
        if compiled.row is None:
            names = [column[0] for column in cursor.description]
            made: Any = namedtuple("Row", names)  # type: ignore[misc] # the names are known at run time
            compiled.row = made._make
        return Rows(map(compiled.row, rows))

    def converted(self, error: Exception) -> exc.DBAPIError:
        """Return the error of SQLAlchemy for one of the driver."""
        is_lost = self._statements.dialect.is_disconnect(error, self.raw, None)  # type: ignore[arg-type] # Error
        return exc.DBAPIError.instance(  # type: ignore[return-value] # it converts any error of the driver
            None,
            None,
            error,
            self._errors,
            hide_parameters=True,
            dialect=self._statements.dialect,
            connection_invalidated=is_lost,
        )
