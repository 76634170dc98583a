"""Frames: lazy plans that live on the server."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from polaroid.errors import server_errors
from polaroid.expr import Expr, col

if TYPE_CHECKING:
    import pandas
    import polars

    from polaroid.connection import Connection


class Explanation(str):
    """How a plan would run, as text and by its parts."""

    logical_plan: str
    physical_plan: str
    optimizations_applied: list[str]

    @classmethod
    def of(cls, logical: str, physical: str, optimizations: Iterable[str]) -> Explanation:
        applied = list(optimizations)
        parts = [logical]
        if applied:
            parts.append("optimizations applied:\n" + "\n".join(f"  {name}" for name in applied))
        if physical:
            parts.append("physical plan:\n" + physical)
        made = cls("\n\n".join(parts))
        made.logical_plan, made.physical_plan, made.optimizations_applied = logical, physical, applied
        return made


class DataFrame:
    """Rows to be read: a table, a query or files, and what is done to them. Immutable; every operation gives a new frame.

    Nothing is read before ``collect`` and its kin. The server keeps the plan until ``close``, the end of a ``with`` block, or
    until this object is garbage; frames made from it stay.
    """

    def __init__(self, connection: Connection, handle_id: str) -> None:
        self._connection = connection
        self._handle_id = handle_id
        self._forget = weakref.finalize(self, connection._drop_later, handle_id)
        self._forget.atexit = False  # closing the connection, and the handle's time to live, see to the rest

    def filter(self, *predicates: Expr | bool | Iterable[Expr | bool], **constraints: Any) -> DataFrame:
        """The rows for which all conditions are true; ``name=value`` is short for ``col(name) == value``."""
        conditions = [_condition(condition) for condition in _flat(predicates)]
        conditions += [col(name) == value for name, value in constraints.items()]
        if not conditions:
            return self
        together = conditions[0].and_(*conditions[1:])
        return self._next("Filter", predicate=str(together))

    def select(self, *exprs: str | Expr | Iterable[str | Expr]) -> DataFrame:
        """Some columns, in the order given."""
        return self._next("Select", columns=[_column(expr) for expr in _flat(exprs)])

    def sort(
        self,
        by: str | Expr | Iterable[str | Expr],
        *more_by: str | Expr,
        descending: bool | Sequence[bool] = False,
        nulls_last: bool | Sequence[bool] = False,
    ) -> DataFrame:
        """The rows in order. Nulls come first, whatever the direction, unless ``nulls_last``."""
        from polaroid.v1 import dataframe_pb2

        columns = [_column(expr) for expr in _flat((by, *more_by))]
        downwards = _per_column("descending", descending, len(columns))
        last = _per_column("nulls_last", nulls_last, len(columns))
        keys = [
            dataframe_pb2.SortKey(column=column, descending=down, nulls_last=end)
            for column, down, end in zip(columns, downwards, last, strict=True)
        ]
        return self._next("Sort", by=keys)

    def lazy(self) -> DataFrame:
        """This frame, which is lazy already."""
        return self

    def collect(self) -> pa.Table:
        """Runs the plan and gives all its rows."""
        return self._connection._do_get(handle=self._checked())

    def stream_batches(self) -> Iterator[pa.RecordBatch]:
        """Runs the plan and gives its rows as they are computed; a failure may come after some rows."""
        request = self._request("Collect", streaming=True)
        with server_errors():
            for message in self._connection._call("Collect", request):
                with pa.ipc.open_stream(message.arrow_ipc) as reader:
                    yield from reader

    def to_polars(self) -> polars.DataFrame:
        """All rows as a Polars frame."""
        import polars

        return polars.from_arrow(self.collect())

    def to_pandas(self, **kwargs: Any) -> pandas.DataFrame:
        """All rows as a pandas frame; arguments go to ``pyarrow.Table.to_pandas``."""
        return self.collect().to_pandas(**kwargs)

    def explain(self, *, optimized: bool = True) -> Explanation:
        """How the plan would run: a text that also has ``logical_plan``, ``physical_plan`` and ``optimizations_applied``."""
        reply = self._ask("Explain", optimized=optimized)
        return Explanation.of(reply.logical_plan, reply.physical_plan, reply.optimizations_applied)

    @property
    def schema(self) -> pa.Schema:
        """The columns and their types, without reading rows."""
        return pa.ipc.open_stream(self._ask("GetSchema").arrow_ipc).schema

    def collect_schema(self) -> pa.Schema:
        """The same as ``schema``."""
        return self.schema

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return self.schema.names

    def close(self) -> None:
        """Lets the server forget the plan. A closed frame cannot be used; closing twice is fine."""
        self._forget()

    def __enter__(self) -> DataFrame:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "" if self._forget.alive else ", closed"
        return f"<polaroid.DataFrame {self._handle_id}{state}; collect() reads it>"

    def _checked(self) -> str:
        if not self._forget.alive:
            raise ValueError("this frame is closed")
        return self._handle_id

    def _request(self, method: str, **fields: Any) -> Any:
        from polaroid.v1 import dataframe_pb2

        handle = dataframe_pb2.Handle(id=self._checked())
        return getattr(dataframe_pb2, f"{method}Request")(handle=handle, **fields)

    def _ask(self, method: str, **fields: Any) -> Any:
        with server_errors():
            return self._connection._call(method, self._request(method, **fields))

    def _next(self, method: str, **fields: Any) -> DataFrame:
        return DataFrame(self._connection, self._ask(method, **fields).handle.id)


def _flat(items: Iterable[Any]) -> Iterator[Any]:
    for item in items:
        if isinstance(item, str | Expr | bool):
            yield item
        else:
            yield from item


def _condition(condition: Expr | bool | str) -> Expr:
    if isinstance(condition, bool):
        return Expr("TRUE" if condition else "FALSE")
    if isinstance(condition, str):
        return col(condition)
    return condition


def _column(expr: str | Expr) -> str:
    name = expr if isinstance(expr, str) else expr.column
    if name is None:
        raise TypeError(f"only columns can be named here; computed columns are not built yet: {expr}")
    return name


def _per_column(name: str, value: bool | Sequence[bool], count: int) -> list[bool]:
    values = [value] * count if isinstance(value, bool) else list(value)
    if len(values) != count:
        raise ValueError(f"{name} has {len(values)} values for {count} columns")
    return values
