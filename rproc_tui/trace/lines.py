"""Cuts the stream of a trace into lines, however firmware ends them: LF, CR LF, LF CR, CR, or not at all."""

from __future__ import annotations

import re

from rproc_tui.model.trace_line import LineKind, TraceLine
from rproc_tui.trace.clean import MAX_LINE, clean_lines
from rproc_tui.trace.timestamp import firmware_time

_LINE_END = re.compile(rb"\r*\n\r*|\r+")
_CUT = "…".encode()


def cut_lines(partial: bytes, new: bytes, now: float) -> tuple[list[TraceLine], bytes]:
    """The complete lines of `partial + new`, seen at `now`, and the bytes after the last line end.

    A CR at the very end stays with the rest: the LF that belongs to it may follow. Lines longer than `MAX_LINE` are
    cut, so the rest is never longer than that.
    """
    body, rest = _split(partial + new)
    if len(body) > MAX_LINE or len(rest) > MAX_LINE:
        body, rest = _cut_overlong(body, rest)
    if not body:
        return [], rest
    return [TraceLine(text, now, LineKind.TEXT, firmware_time(text)) for text in clean_lines(body[:-1])], rest


def partial_line(rest: bytes, now: float) -> TraceLine | None:
    """The line that has no end yet, as it can be shown now; None where there is nothing of it."""
    visible = rest.rstrip(b"\r")
    if not visible:
        return None
    text = clean_lines(visible)[0]
    return TraceLine(text, now, firmware_time=firmware_time(text), partial=True)


def _split(data: bytes) -> tuple[bytes, bytes]:
    """Whole lines with LF as their only line end, and the rest."""
    held = b""
    if b"\r" in data:
        stripped = data.rstrip(b"\r")
        held = data[len(stripped) :][:1]
        data = stripped.lstrip(b"\r").replace(b"\r\n", b"\n")
        if b"\r" in data:
            data = _LINE_END.sub(b"\n", data)
    end = data.rfind(b"\n") + 1
    rest = data[end:]
    return data[:end], rest + held if rest else b""


def _cut_overlong(body: bytes, rest: bytes) -> tuple[bytes, bytes]:
    """The same with no line longer than `MAX_LINE`."""
    lines = body.split(b"\n")
    if max(map(len, lines)) > MAX_LINE:
        body = b"\n".join(piece for line in lines for piece in _pieces(line))
    *whole, rest = _pieces(rest)
    return body + b"".join(piece + b"\n" for piece in whole), rest


def _pieces(line: bytes) -> list[bytes]:
    """A line cut into pieces of at most `MAX_LINE` bytes with the mark, never inside a UTF-8 character."""
    pieces = []
    start = 0
    while len(line) - start > MAX_LINE:
        end = start + MAX_LINE - len(_CUT)
        while (
            end > start + MAX_LINE // 2 and line[end] & 0xC0 == 0x80
        ):  # a continuation byte: the character began before
            end -= 1
        pieces.append(line[start:end] + _CUT)
        start = end
    return [*pieces, line[start:]]
