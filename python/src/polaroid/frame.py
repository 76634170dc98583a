"""Frames: lazy plans that live on the server."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import pyarrow as pa

from polaroid import lowering
from polaroid.durations import duration
from polaroid.errors import server_errors, unknown_column
from polaroid.expr import ClosedInterval, Expr, _flat, col, condition_of, lit
from polaroid.groups import GroupBy
from polaroid.joins import JoinMethods
from polaroid.measures import MeasureMethods
from polaroid.tables import table_of
from polaroid.windows import column_name, column_names

if TYPE_CHECKING:
    import pandas
    import polars

    from polaroid.connection import Connection
    from polaroid.series import Series
    from polaroid.timeseries import TimeSeries

T = TypeVar("T")
WriteMode = Literal["error", "overwrite", "append", "ignore"]

IntoExpr = Any
"""A column by its name, an expression, or a constant."""


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


class DataFrame(JoinMethods, MeasureMethods):
    """Rows to be read: a table, a query or files, and what is done to them. Immutable; every operation gives a new frame.

    Nothing is read before ``collect`` and its kin. The server keeps the plan until ``close``, the end of a ``with`` block, or
    until this object is garbage; frames made from it stay.

    ``DataFrame(data)`` sends rows to the server: a dict of columns, a list of dicts, a pandas, Polars or Arrow table.
    """

    _connection: Connection
    _handle_id: str

    def __init__(
        self,
        data: Any = None,
        schema: Any = None,
        *,
        schema_overrides: Mapping[str, Any] | None = None,
        connection: Connection | None = None,
    ) -> None:
        from polaroid.connection import newest

        sender = connection or newest()
        self._begin(sender, sender._upload(table_of(data, schema, schema_overrides)))

    def _begin(self, connection: Connection, handle_id: str) -> None:
        self._connection = connection
        self._handle_id = handle_id
        self._forget = weakref.finalize(self, connection._drop_later, handle_id)
        self._forget.atexit = False  # closing the connection, and the handle's time to live, see to the rest

    @classmethod
    def _of(cls, connection: Connection, handle_id: str) -> DataFrame:
        """A frame on a plan that is on the server."""
        frame = cls.__new__(cls)
        frame._begin(connection, handle_id)
        return frame

    def filter(self, *predicates: Expr | bool | Iterable[Expr | bool], **constraints: Any) -> DataFrame:
        """The rows for which all conditions are true; ``name=value`` is short for ``col(name) == value``."""
        conditions = [condition_of(condition) for condition in _flat(predicates)]
        conditions += [col(name) == value for name, value in constraints.items()]
        if not conditions:
            return self
        together = conditions[0].and_(*conditions[1:])
        if not together._windows:
            return self._next("Filter", predicate=str(together))
        prepared = lowering.prepared(self, together, [])
        return prepared._next("Filter", predicate=str(together))._next("Select", columns=self.columns)

    def drop_nulls(self, subset: str | Expr | Sequence[str | Expr] | None = None) -> DataFrame:
        """The rows that have a value in each column, or in each of some."""
        return self.filter(*(col(name).is_not_null() for name in (column_names(subset) or self.columns)))

    def pipe(self, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """What a function makes of this frame, for programs that are written as a chain."""
        return function(self, *args, **kwargs)

    def select(self, *exprs: IntoExpr | Iterable[IntoExpr], **named_exprs: IntoExpr) -> DataFrame:
        """Some columns, or what is computed from them, in the order given. Aggregates alone give one row."""
        pairs = lowering.named(exprs, named_exprs)
        if all(expr.column == name for name, expr in pairs):
            return self._next("Select", columns=[name for name, _ in pairs])
        aggregates = [expr._aggregate for _, expr in pairs]
        if all(aggregates):
            return self.group_by().agg(*(expr.alias(name) for name, expr in pairs))
        if any(aggregates):
            raise TypeError("aggregates and columns cannot be selected together: use over, or join the aggregates")
        return lowering.with_columns(self, pairs)._next("Select", columns=[name for name, _ in pairs])

    def with_columns(self, *exprs: IntoExpr | Iterable[IntoExpr], **named_exprs: IntoExpr) -> DataFrame:
        """The frame with computed columns: new ones last, others in the place of the column of their name."""
        return lowering.with_columns(self, lowering.named(exprs, named_exprs))

    def withcolumn_name(self, column: IntoExpr) -> DataFrame:
        """The frame with one computed column."""
        return self.with_columns(column)

    def drop(self, *columns: str | Iterable[str], strict: bool = True) -> DataFrame:
        """The frame without some columns."""
        names, gone = self.columns, [column_name(name) for name in _flat(columns)]
        unknown = [name for name in gone if name not in names]
        if unknown and strict:
            raise unknown_column(unknown[0], names)
        return self._next("Select", columns=[name for name in names if name not in gone])

    def rename(self, mapping: Mapping[str, str], *, strict: bool = True) -> DataFrame:
        """The frame with other names for some columns."""
        names = self.columns
        unknown = [name for name in mapping if name not in names]
        if unknown and strict:
            raise unknown_column(unknown[0], names)
        return self.select(*(col(name).alias(mapping[name]) if name in mapping else name for name in names))

    def sort(
        self,
        by: str | Expr | Iterable[str | Expr],
        *more_by: str | Expr,
        descending: bool | Sequence[bool] = False,
        nulls_last: bool | Sequence[bool] = False,
    ) -> DataFrame:
        """The rows in order. Nulls come first, whatever the direction, unless ``nulls_last``."""
        columns = [column_name(expr) for expr in _flat((by, *more_by))]
        return self._next("Sort", by=sort_keys(columns, descending, nulls_last))

    def head(self, n: int = 5) -> DataFrame:
        """The first rows."""
        return self.limit(n)

    def limit(self, n: int = 5) -> DataFrame:
        """The first rows."""
        return self._next("Limit", rows=n)

    def slice(self, offset: int, length: int | None = None) -> DataFrame:
        """``length`` rows after ``offset`` others."""
        if offset < 0:
            raise ValueError(f"offset is {offset}; rows are counted from the first: sort the other way round to take the last")
        return self._next("Limit", rows=2**62 if length is None else length, offset=offset)

    def group_by(self, *by: IntoExpr | Iterable[IntoExpr], maintain_order: bool = False, **named_by: IntoExpr) -> GroupBy:
        """Groups of equal keys, for ``.agg(...)``. They come in order of their first rows; null is a key like others."""
        frame, keys, names = lowering.keys(self, lowering.named(by, named_by))
        return GroupBy(frame, "GroupBy", keys, names, by=keys, maintain_order=maintain_order)

    def group_by_dynamic(
        self,
        index_column: str | Expr,
        *,
        every: str | timedelta,
        period: str | timedelta | None = None,
        offset: str | timedelta | None = None,
        include_boundaries: bool = False,
        closed: ClosedInterval = "left",
        label: Literal["left", "right", "datapoint"] = "left",
        group_by: str | Expr | Iterable[str | Expr] | None = None,
        start_by: str = "window",
    ) -> GroupBy:
        """Windows on a grid of time, for ``.agg(...)``. Empty windows are absent."""
        return self.resample(
            index_column,
            every,
            period=period,
            offset=offset,
            include_boundaries=include_boundaries,
            closed=closed,
            label=label,
            group_by=group_by,
            start_by=start_by,
        )

    def resample(
        self,
        index_column: str | Expr,
        every: str | timedelta,
        *,
        period: str | timedelta | None = None,
        offset: str | timedelta | None = None,
        include_boundaries: bool = False,
        closed: ClosedInterval = "left",
        label: Literal["left", "right", "datapoint"] = "left",
        group_by: str | Expr | Iterable[str | Expr] | None = None,
        start_by: str = "window",
        time_zone: str = "",
        calendar: str = "",
        fill: str | Mapping[str, Any] | None = None,
    ) -> GroupBy:
        """``group_by_dynamic`` with what Polars has not: a zone whose days count, a trading calendar, and filling.

        Args:
            fill: what empty windows between the first and the last row of a group hold: ``"null"``, ``"previous"``,
                ``"linear"`` or a constant, for all columns or, in a mapping, for each by its name.
        """
        from polaroid.v1 import dataframe_pb2

        frame, keys, names = self._keys(group_by)
        fills = fill if isinstance(fill, Mapping) else {} if fill is None else {"": fill}
        return GroupBy(
            frame,
            "Resample",
            [*keys, column_name(index_column)],
            names,
            time_column=column_name(index_column),
            frequency=duration(every),
            period="" if period is None else duration(period),
            offset="" if offset is None else duration(offset),
            include_boundaries=include_boundaries,
            closed=closed,
            label=label,
            by=keys,
            start_by=start_by,
            timezone=time_zone,
            calendar=calendar,
            fill=[dataframe_pb2.Fill(column=name, **_fill(value)) for name, value in fills.items()],
        )

    def rolling(
        self,
        index_column: str | Expr,
        *,
        period: str | timedelta,
        offset: str | timedelta | None = None,
        closed: ClosedInterval = "right",
        group_by: str | Expr | Iterable[str | Expr] | None = None,
    ) -> GroupBy:
        """A window of time before each row, for ``.agg(...)``: one result row for each row."""
        frame, keys, names = self._keys(group_by)
        return GroupBy(
            frame,
            "RollingWindow",
            [*keys, column_name(index_column)],
            names,
            time_column=column_name(index_column),
            window=duration(period),
            offset="" if offset is None else duration(offset),
            closed=closed,
            by=keys,
        )

    def sessions(
        self, index_column: str | Expr, *, gap: str | timedelta, group_by: str | Expr | Iterable[str | Expr] | None = None
    ) -> GroupBy:
        """Windows that end where no row follows for longer than ``gap``, for ``.agg(...)``."""
        frame, keys, names = self._keys(group_by)
        time = column_name(index_column)
        return GroupBy(frame, "Sessions", [*keys, time], names, time_column=time, gap=duration(gap), by=keys)

    def _keys(self, group_by: Any) -> tuple[DataFrame, list[str], dict[str, str]]:
        return lowering.keys(self, [] if group_by is None else lowering.named((group_by,), {}))

    def align(
        self,
        time_column: str,
        *,
        every: str | timedelta,
        group_by: str | Sequence[str] | None = None,
        tolerance: str | timedelta | None = None,
        others: DataFrame | Sequence[DataFrame] = (),
        suffixes: str | Sequence[str] = "_right",
    ) -> DataFrame:
        """All series on one grid of times: at each of them a series' last row at or before it, unless beyond the tolerance.

        With ``others``, frames with the same time and key columns, their rows stand beside those of this one; names that
        are taken get a suffix, one for all or one for each of the others.
        """
        from polaroid.v1 import dataframe_pb2

        frames = [others] if isinstance(others, DataFrame) else list(others)
        return self._next(
            "Align",
            time_column=time_column,
            every=duration(every),
            by=column_names(group_by),
            tolerance="" if tolerance is None else duration(tolerance),
            others=[dataframe_pb2.Handle(id=frame._checked()) for frame in frames],
            suffixes=[suffixes] * len(frames) if isinstance(suffixes, str) else list(suffixes),
        )

    def upsample(
        self,
        time_column: str,
        *,
        every: str | timedelta,
        group_by: str | Sequence[str] | None = None,
        maintain_order: bool = False,
    ) -> DataFrame:
        """Rows at a fixed step from the first time to the last; rows that were not there are null."""
        keys = column_names(group_by)
        return self._next("Upsample", time_column=time_column, every=duration(every), by=keys, maintain_order=maintain_order)

    def shift(self, n: int = 1, *, fill_value: Any = None) -> DataFrame:
        """All columns, ``n`` rows later; earlier where ``n`` is negative."""
        return self._each(lambda column: column.shift(n, fill_value=fill_value))

    def lag(self, column: str | Expr, n: int = 1, *, by: str | Sequence[str] | None = None, name: str | None = None) -> DataFrame:
        """The frame with a column of the values ``n`` rows before, per group of ``by``; it is called ``column_lag_n``."""
        return self._column_op("Lag", column, n, by, name, "lag")

    def diff(
        self, column: str | Expr, n: int = 1, *, by: str | Sequence[str] | None = None, name: str | None = None
    ) -> DataFrame:
        """The frame with a column of differences to ``n`` rows before, per group of ``by``; it is called ``column_diff_n``."""
        return self._column_op("Diff", column, n, by, name, "diff")

    def pct_change(
        self, column: str | Expr, n: int = 1, *, by: str | Sequence[str] | None = None, name: str | None = None
    ) -> DataFrame:
        """The frame with a column of relative differences to ``n`` rows before; it is called ``column_pct_change_n``."""
        return self._column_op("PctChange", column, n, by, name, "pct_change")

    def forward_fill(self, *columns: str | Expr, limit: int | None = None, by: str | Sequence[str] | None = None) -> DataFrame:
        """Nulls of some columns, by default of all, replaced by the value before them."""
        return self._next("FillForward", columns=column_names(_flat(columns)), limit=limit, by=column_names(by))

    def backward_fill(self, *columns: str | Expr, limit: int | None = None, by: str | Sequence[str] | None = None) -> DataFrame:
        """Nulls of some columns, by default of all, replaced by the value after them."""
        return self._next("FillBackward", columns=column_names(_flat(columns)), limit=limit, by=column_names(by))

    def as_timeseries(self, timestamp_col: str | None = None, frequency: str | timedelta | None = None) -> TimeSeries:
        """The same rows, sorted by a time column that need not be named any more."""
        from polaroid.timeseries import TimeSeries

        return TimeSeries.over(self, timestamp_col, None if frequency is None else duration(frequency))

    def __getitem__(self, key: str | Sequence[str]) -> Series | DataFrame:
        from polaroid.series import Series

        return Series.named(self, key) if isinstance(key, str) else self.select(*key)

    def cache(self) -> DataFrame:
        """The same rows, computed now and kept on the server."""
        from polaroid.v1 import dataframe_pb2

        request = dataframe_pb2.CollectRequest(handle=dataframe_pb2.Handle(id=self._checked()))
        with server_errors():
            return self._like(self._connection._call("CollectLazy", request).handle.id)

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

    def write_parquet(self, file: str | os.PathLike[str], *, compression: str = "zstd") -> None:
        """Writes all rows into a file of this machine, batch by batch."""
        import pyarrow.parquet as pq

        with pq.ParquetWriter(file, self.schema, compression=compression) as writer:
            for batch in self.stream_batches():
                writer.write_batch(batch)

    def sink_parquet(self, path: str | os.PathLike[str], *, mode: WriteMode = "overwrite", compression: str = "zstd") -> int:
        """Writes all rows into a file of the server, whole or not at all; how many they are.

        The path lies inside the folders that the server writes into: ``POLAROID_DATA/files``, and of a local server the folder
        that it was started in. Times in nanoseconds with a zone are written as those of UTC without one.

        Args:
            mode: what becomes of a file that is there: ``"overwrite"`` replaces it, ``"error"`` leaves it and fails, ``"ignore"``
                leaves it and does nothing. ``"append"`` takes ``path`` for a folder and adds a file to it.
        """
        return self._ask("WriteParquet", path=os.fspath(path), mode=mode, compression=compression).rows

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
        return self._like(self._ask(method, **fields).handle.id)

    def _like(self, handle_id: str) -> DataFrame:
        """A frame made from this one."""
        return DataFrame._of(self._connection, handle_id)

    def _copy(self, column: str, name: str) -> DataFrame:
        return self._next("WithColumn", name=name, expression=str(col(column)))

    def _column_op(self, method: str, column: str | Expr, n: int, by: Any, name: str | None, word: str) -> DataFrame:
        source = column_name(column)
        return self._next(method, column=source, periods=n, by=column_names(by), name=name or f"{source}_{word}_{n}")

    def _each(self, change: Callable[[Expr], Expr]) -> DataFrame:
        return self.select(*(change(col(name)) for name in self.columns))


def _fill(value: Any) -> dict[str, str]:
    if isinstance(value, str) and value in ("none", "null", "previous", "linear"):
        return {"mode": value}
    return {"mode": "constant", "value": str(lit(value))}


def sort_keys(
    columns: Sequence[str], descending: bool | Sequence[bool] = False, nulls_last: bool | Sequence[bool] = False
) -> list[Any]:
    """Columns to sort by, as the server takes them."""
    from polaroid.v1 import dataframe_pb2

    downwards = _percolumn_name("descending", descending, len(columns))
    last = _percolumn_name("nulls_last", nulls_last, len(columns))
    return [
        dataframe_pb2.SortKey(column=column, descending=down, nulls_last=end)
        for column, down, end in zip(columns, downwards, last, strict=True)
    ]


def _percolumn_name(name: str, value: bool | Sequence[bool], count: int) -> list[bool]:
    values = [value] * count if isinstance(value, bool) else list(value)
    if len(values) != count:
        raise ValueError(f"{name} has {len(values)} values for {count} columns")
    return values
