"""Python's data as Arrow tables that the server takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from polaroid.dtypes import arrow_type

# What a message holds, so that it stays well below what the server takes.
_MESSAGE_BYTES = 1 << 20


def table_of(data: Any, schema: Any = None, schema_overrides: Mapping[str, Any] | None = None) -> pa.Table:
    """A table of a dict of columns, of rows, of a pandas or Polars frame, of Arrow data, or of nothing."""
    fields = _fields(schema)
    table = _table(data, fields)
    for name, dtype in (schema_overrides or {}).items():
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, table.column(name).cast(arrow_type(dtype)))
    return table


def _fields(schema: Any) -> dict[str, pa.DataType | None]:
    if schema is None:
        return {}
    if isinstance(schema, pa.Schema):
        return dict(zip(schema.names, schema.types, strict=True))
    pairs = schema.items() if isinstance(schema, Mapping) else [(e, None) if isinstance(e, str) else e for e in schema]
    return {name: None if dtype is None else arrow_type(dtype) for name, dtype in pairs}


def _table(data: Any, fields: dict[str, pa.DataType | None]) -> pa.Table:
    if data is None:
        return pa.table({name: pa.array([], dtype or pa.null()) for name, dtype in fields.items()})
    if isinstance(data, Mapping):
        return _columns(data, fields)
    if isinstance(data, Sequence) and all(isinstance(row, Mapping) for row in data):
        return _columns({name: [row.get(name) for row in data] for name in _names(data)}, fields)
    table = arrow_table(data)
    types = [fields.get(name) or table.schema.field(name).type for name in table.column_names]
    return table.cast(pa.schema(zip(table.column_names, types, strict=True))) if fields else table


def _names(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def _columns(data: Mapping[str, Any], fields: dict[str, pa.DataType | None]) -> pa.Table:
    names = list(fields) or list(data)
    arrays = {name: _array(data[name], fields.get(name)) for name in names}
    rows = max((len(array) for array in arrays.values() if array is not None), default=1)
    whole = {name: pa.array([data[name]] * rows, fields.get(name)) if array is None else array for name, array in arrays.items()}
    return pa.table(whole)


def _array(values: Any, dtype: pa.DataType | None) -> Any:
    """The values of a column; None for one value that stands for all rows."""
    if hasattr(values, "__arrow_c_stream__"):
        made = pa.chunked_array(values)
        return made if dtype is None else made.cast(dtype)
    if isinstance(values, str | bytes) or not hasattr(values, "__len__"):
        if hasattr(values, "__iter__") and not isinstance(values, str | bytes):
            return pa.array(list(values), dtype)
        return None
    return values.cast(dtype) if dtype is not None and isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values, dtype)


def arrow_table(data: Any) -> pa.Table:
    """Arrow, Polars or pandas data as one table."""
    if isinstance(data, pa.Table):
        return data
    if isinstance(data, pa.RecordBatch):
        return pa.Table.from_batches([data])
    if isinstance(data, pa.RecordBatchReader):
        return data.read_all()
    if type(data).__module__.split(".")[0] == "pandas":
        return pa.Table.from_pandas(data, preserve_index=False)
    if type(data).__module__.split(".")[0] == "polars" and hasattr(data, "collect"):
        data = data.collect()
    if hasattr(data, "__arrow_c_stream__"):
        return pa.table(data)
    if hasattr(data, "__iter__"):
        return pa.concat_tables([arrow_table(part) for part in data])
    raise TypeError(f"no table is made from a {type(data).__name__}")


def plain(table: pa.Table) -> pa.Table:
    """The table with types that the server takes: no dictionaries, no large or view types."""
    types = [_plain(kind) for kind in table.schema.types]
    if types == table.schema.types:
        return table.replace_schema_metadata(None)
    return pa.table(
        [_cast(column, kind) for column, kind in zip(table.columns, types, strict=True)],
        names=table.column_names,
    )


def _cast(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if not pa.types.is_dictionary(column.type):
        return column.cast(kind)
    # Words first: pyarrow cannot look up views, of which the dictionaries of Polars consist.
    chunks = [
        pa.DictionaryArray.from_arrays(chunk.indices, chunk.dictionary.cast(kind)).dictionary_decode() for chunk in column.chunks
    ]
    return pa.chunked_array(chunks, kind)


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return _plain(kind.value_type)
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind):
        return pa.binary()
    return kind


def batches(table: pa.Table) -> list[pa.RecordBatch]:
    """The table in batches of about a message each."""
    rows = table.num_rows if table.nbytes <= _MESSAGE_BYTES else max(1, table.num_rows * _MESSAGE_BYTES // table.nbytes)
    return table.to_batches(max_chunksize=max(1, rows))
