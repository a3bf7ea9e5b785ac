"""The fields of a request to the agent, checked: what is missing or of another shape is a `BadRequest`."""

from __future__ import annotations

from typing import Any

from rproc_tui.hosts.agent_content import unpacked
from rproc_tui.hosts.agent_put import Coming

Request = dict[str, Any]

EVERY_MOST = 3600.0
"""Seconds between two looks at a followed file."""


class BadRequest(ValueError):
    """The line is no request; the message says what is wrong with it."""


def path_of(request: Request, key: str = "path") -> str:
    """An absolute path."""
    path = request.get(key)
    if not isinstance(path, str) or not path.startswith("/") or "\0" in path:
        raise BadRequest(f"`{key}` is an absolute path")
    return path


def number_of(request: Request, key: str, default: int | None) -> int | None:
    """A whole number, 0 or more."""
    value = request.get(key, default)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise BadRequest(f"`{key}` is a number, 0 or more")
    return value


def content_of(request: Request) -> bytes:
    """What is to be written."""
    try:
        return unpacked(request)
    except ValueError as error:
        raise BadRequest(str(error)) from None


def every_of(request: Request) -> float:
    """Seconds between two looks."""
    every = request.get("every")
    if not isinstance(every, int | float) or isinstance(every, bool) or not 0 <= every <= EVERY_MOST:
        raise BadRequest(f"`every` is a number of seconds, {EVERY_MOST:g} at most")
    return float(every)


def coming_of(request: Request) -> Coming:
    """A file that is announced."""
    digest, packing = request.get("sha256"), request.get("compression")
    if not isinstance(digest, str) or packing not in (None, "zlib"):
        raise BadRequest("`sha256` is a digest in hex, `compression` zlib or null")
    return Coming(path_of(request), number_of(request, "size", 0) or 0, digest.lower(), packing == "zlib")
