"""What the server, or the way to it, said was wrong."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import grpc
import pyarrow as pa
from google.rpc import error_details_pb2, status_pb2
from pyarrow import flight

_DETAILS = "grpc-status-details-bin"
_SLUG_AND_DETAIL = re.compile(r"([a-z][a-z0-9]*(?:-[a-z0-9]+)*): (.*)", re.DOTALL)
# What pyarrow puts before and after the server's words.
_FLIGHT_HEAD = re.compile(r"^[\w :,-]*?with message: ")
_FLIGHT_TAIL = re.compile(r"\. (?:gRPC client debug context|Client context|Detail): .*", re.DOTALL)


class PolaroidError(Exception):
    """A failure with a slug to act on and a detail to read.

    Attributes:
        slug: the kind of failure, such as ``unknown-column``; ``unreachable`` where no server answered.
        detail: what was wrong, in a sentence.
        context: the parts of the detail by name, such as ``{"column": "prise"}``.
    """

    def __init__(self, slug: str, detail: str, context: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{detail} [{slug}]")
        self.slug = slug
        self.detail = detail
        self.context = dict(context or {})

    def __reduce__(self) -> tuple:
        return PolaroidError, (self.slug, self.detail, self.context)


@contextmanager
def server_errors() -> Iterator[None]:
    """Turns the errors of gRPC and Flight that leave the block into :class:`PolaroidError`."""
    try:
        yield
    except grpc.RpcError as error:
        raise from_grpc(error) from error
    except (flight.FlightError, pa.ArrowException) as error:
        raise from_flight(error) from error


def from_grpc(error: grpc.RpcError) -> PolaroidError:
    """The failure that the status of a call names in its details, else one made from its code."""
    for key, value in error.trailing_metadata() or ():
        if key == _DETAILS:
            for packed in status_pb2.Status.FromString(value).details:
                info = error_details_pb2.ErrorInfo()
                if packed.Unpack(info):
                    return PolaroidError(info.reason, error.details() or info.reason, info.metadata)
    if error.code() is grpc.StatusCode.UNAVAILABLE:
        return PolaroidError("unreachable", f"no server answered: {error.details()}")
    return PolaroidError(error.code().name.lower().replace("_", "-"), error.details() or error.code().name)


def from_flight(error: Exception) -> PolaroidError:
    """The failure whose slug stands before the text of a Flight error, else one made from the kind of error."""
    text = str(error.args[0]) if error.args else str(error)  # str() of the kind that is a KeyError adds quotes
    text = _FLIGHT_TAIL.sub("", _FLIGHT_HEAD.sub("", text))
    named = _SLUG_AND_DETAIL.fullmatch(text)
    if named:
        return PolaroidError(named[1], named[2])
    if isinstance(error, flight.FlightUnavailableError):
        return PolaroidError("unreachable", f"no server answered: {text}")
    return PolaroidError("flight", text)


def unknown_column(name: str, names: Sequence[str]) -> PolaroidError:
    """What is said of a column that a frame has not, with the name that was probably meant."""
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(names)}"
    return PolaroidError("unknown-column", f"there is no column {name}{hint}", {"column": name})
