"""The state of one processor, or of a host, as labelled lines."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator

from textual.content import Content

from rproc_tui.firmware.units import address_text
from rproc_tui.linux.staged_name import own_name
from rproc_tui.model.connection import Link
from rproc_tui.model.openamp_state import openamp_state
from rproc_tui.model.outcome import Outcome
from rproc_tui.model.processor import HostState, Processor, State
from rproc_tui.model.watch import Watch, WatchState
from rproc_tui.tui.elapsed import age_text, ahead_text, pending_text, took_text
from rproc_tui.tui.line_words import line_word
from rproc_tui.tui.marks import NOTE_SENTENCES, NOTES, PENDING_GLYPH, PENDING_STYLE, RESULTS, STATES, doing
from rproc_tui.tui.panels.columns import LABEL_WIDTH, cut, cut_left, dimmed, indented, joined, labelled
from rproc_tui.tui.panels.crash_list import place_text, what_text
from rproc_tui.tui.view import View

_WATCH_MARKS = {
    WatchState.WAITING: ("⟳ watched", "$accent"),
    WatchState.SETTLING: ("⟳ changing …", "$state-pending"),
    WatchState.RELOADING: ("⟳ reloading …", "$state-pending"),
    WatchState.REJECTED: ("✖ rejected", "bold $state-crashed"),
    WatchState.MISSING: ("✖ no file", "bold $state-crashed"),
}
_QUIET_AFTER = 5.0
"""Seconds without a new trace line after which a trace is called quiet."""

_SHOWN = "5 shows it all"
_NOW = "C tries now"


def state_title(view: View) -> str:
    """`m4 · remoteproc0`, or the host's label."""
    if view.processor is not None:
        return f"{view.processor.name} · {view.processor.id}"
    return view.host.label if view.host is not None else "State"


def state_lines(view: View, width: int) -> list[Content]:
    """What the state panel says."""
    lines = [] if view.host is None else list(_connection_lines(view, view.host, width))
    if view.processor is not None:
        found = _processor_lines(view, view.processor, width)
        return [*lines, *map(dimmed, found)] if lines else list(found)
    if view.host is not None:
        return [*lines, *host_lines(view.host, width)]
    return [Content.assemble(("nothing selected", "$label"))]


def _connection_lines(view: View, host: HostState, width: int) -> Iterator[Content]:
    """Why a board is not reached, and when that is tried again; nothing while it is."""
    connection = host.connection
    if connection is None or host.is_reached:
        return
    yield labelled("line", (line_word(host, view.now), "bold $state-unknown"))
    if connection.reason is not None:
        yield from indented("✖ ", connection.reason, width, "$state-crashed")
    if connection.retry_at is not None:
        yield labelled("next try", view.wall.brief(connection.retry_at), (f"   {_NOW}", "$label"))
    elif connection.link is Link.CONNECTING:
        yield labelled("next try", "under way")
    else:
        yield labelled("next try", (f"none by itself   {_NOW}", "$label"))


def host_lines(host: HostState, width: int) -> Iterator[Content]:
    """What is known about a host, and what it lacks."""
    if host.model:
        yield labelled("board", cut(host.model, width - LABEL_WIDTH))
    yield labelled("host", host.label, ("  " + host.kind, "$label"))
    if host.kernel:
        yield labelled("kernel", f"linux {host.kernel}")
    if host.firmware_folder:
        yield labelled("firmware", cut_left(home_relative(host.firmware_folder), width - LABEL_WIDTH))
    if host.is_reached and host.connection is not None and host.connection.agent:
        yield labelled("agent", cut(host.connection.agent, width - LABEL_WIDTH))
        for sentence in host.connection.lacks:
            yield from indented("· ", sentence, width, "$label")
    if host.clock is not None and (text := ahead_text(host.clock)):
        yield labelled("clock", text)
    if host.error and host.is_reached:
        yield from indented("✖ ", host.error, width, "$state-crashed")
    for sentence in host.advice:
        yield from indented("→ ", sentence, width, "$foreground")


def home_relative(path: str) -> str:
    """A path of this machine, shorter where it lies in the user's home."""
    home = os.path.expanduser("~")
    return "~" + path[len(home) :] if len(home) > 1 and path.startswith(home + "/") else path


def errno_name(number: int) -> str:
    """`EINVAL` and the like."""
    return errno.errorcode.get(number, f"errno {number}")


def outcome_text(outcome: Outcome) -> Content:
    """`✔ boot done in 12 ms`, `✖ boot failed: EINVAL`: one line of how an action ended."""
    mark = RESULTS[outcome.result]
    took = f" in {took_text(outcome.took)}" if outcome.ok and outcome.took else ""
    number = f": {errno_name(outcome.errno)}" if outcome.errno else ""
    return Content.assemble((f"{mark.glyph} ", mark.style), f"{outcome.verb} ", (mark.word + number + took, mark.style))


def _processor_lines(view: View, processor: Processor, width: int) -> Iterator[Content]:
    yield _state_line(view, processor)
    yield from _firmware_lines(processor, width)
    path = processor.firmware_local_path or processor.firmware_path
    if path:
        yield labelled("file", (cut_left(home_relative(path), width - LABEL_WIDTH), ""))
    for note in NOTES:
        if note in processor.notes:
            yield from indented(f"{NOTES[note].glyph} ", NOTE_SENTENCES[note], width, NOTES[note].style)
    parts = [part for part in (processor.core, processor.driver) if part]
    yield labelled("core", _known(cut(" · ".join(parts), width - LABEL_WIDTH)))
    yield _boot_line(processor)
    yield from _setting_lines(processor)
    yield _crash_line(view, processor)
    if processor.dump_progress is not None:
        yield labelled(
            "dump", (f"{PENDING_GLYPH} {processor.dump_progress}", PENDING_STYLE), ("  c gives up", "$label")
        )
    if processor.last_crash is not None:
        crash = processor.last_crash
        room = max(8, width - LABEL_WIDTH)
        yield labelled("died of", (cut(what_text(crash), room), "$state-crashed"))
        place = f"{cut(place_text(crash), max(8, room - len(_SHOWN) - 2))}  " if place_text(crash) else ""
        yield labelled("", (place, "$state-crashed"), (_SHOWN, "$label"))
    if processor.outcome is not None:
        yield labelled(
            "last", outcome_text(processor.outcome), (f"  {view.wall.brief(processor.outcome.at)[:5]}", "$dim")
        )
    openamp = openamp_state(processor.state)
    if openamp is not None and openamp.word != processor.state:
        yield labelled("openamp", f"its life cycle says {openamp.word}")
    if processor.closed is not None:
        yield from indented("· ", processor.closed, width, "$label")
    for text in processor.unreadable:
        yield from indented("· ", text, width, "$label")


def _state_line(view: View, processor: Processor) -> Content:
    mark = STATES[processor.state]
    parts: list[tuple[str, str]] = [(f"{mark.glyph} {mark.word}", mark.style)]
    if processor.pending is not None:
        pending = processor.pending
        words = " ".join(filter(None, (PENDING_GLYPH, doing(pending.verb), pending.step and f"({pending.step})")))
        parts.append((f"   {words} {pending_text(view.now - pending.since)}", PENDING_STYLE))
    elif processor.since is not None:
        age = age_text(view.now - processor.since)
        parts.append((f"  {age} · " if age else "  ", ""))
        parts.append((f"since {view.wall.brief(processor.since)[:5]}", "$label"))
    return labelled("state", *parts)


def _firmware_lines(processor: Processor, width: int) -> Iterator[Content]:
    watch = processor.watch
    word, style = _WATCH_MARKS[watch.state] if watch is not None else ("", "")
    room = width - LABEL_WIDTH - (len(word) + 3 if word else 0)
    name = cut(own_name(processor.firmware or "none"), room)  # the build of a watch has a name of its own
    yield labelled("firmware", (name, "bold"), (f"   {word}" if word else "", style))
    if watch is not None and watch.message:
        yield from _watch_message(watch, width)


def _watch_message(watch: Watch, width: int) -> list[Content]:
    bad = watch.state in (WatchState.REJECTED, WatchState.MISSING)
    return indented(" " * LABEL_WIDTH, watch.message, width, "$state-crashed" if bad else "$label")


def _boot_line(processor: Processor) -> Content:
    address = _known(None if processor.boot_address is None else address_text(processor.boot_address))
    power = _known(None if processor.power is None else str(processor.power))
    return labelled("boot", address, ("   power ", "$label"), power)


def _setting_lines(processor: Processor) -> Iterator[Content]:
    """What is set for its next crash; on two lines where there is more to say of one."""
    recovery, coredump = _known(processor.recovery_text), _known(processor.coredump)
    if processor.recovery_by_watch:
        yield labelled("recovery", recovery)
        yield labelled("coredump", coredump)
    else:
        yield labelled("recovery", recovery, ("   coredump ", "$label"), coredump)


def _crash_line(view: View, processor: Processor) -> Content:
    parts: list[Content | tuple[str, str]] = [
        (str(processor.crashes), "bold $state-crashed")
        if processor.crashes
        else _known(None if processor.crashes is None else "0")
    ]
    if processor.dump and processor.dump_progress is None:
        parts.append((f"{processor.dump} waits: c keeps it", "$warning"))
    moved = processor.trace_moved
    if processor.state in (State.RUNNING, State.ATTACHED) and moved is not None:
        quiet = view.now - moved
        parts.append(
            ("trace moves", "$label") if quiet < _QUIET_AFTER else (f"trace quiet {age_text(quiet)}".rstrip(), "$label")
        )
    return labelled("crashes", joined(parts, "   "))


def _known(text: str | None) -> tuple[str, str]:
    """A fact, or a dash for one that cannot be had."""
    return (text, "") if text else ("–", "$dim")  # noqa: RUF001 (a dash)
