"""Laws: what goes into a simulated buffer comes out as lines, however long the buffer and whenever one looks."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Callable, Iterator
from itertools import accumulate, cycle

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rproc_tui.model.trace_line import LineKind
from tests.trace.watching import Watcher
from tests.trace.writers import LogBuff, MemoryLog, RamConsole, WholeLines, Writer

# Every line carries a number of fixed width, and the rest of the line has no digits: so no line is equal to another,
# nor to a piece of one. Firmware that prints equal lines can overwrite text with itself, which nobody can see.
_BODIES = st.lists(st.text("abc é~", max_size=20), min_size=1, max_size=40)
_ENDS = st.sampled_from([b"\n", b"\r\n"])
_LONGEST = len(b"000000 ") + 2 * 20 + 2
_SIZES = st.integers(8 * _LONGEST, 1200)
_STEPS = st.lists(st.integers(1, 1200), min_size=1, max_size=12)
_TEARING = [RamConsole, MemoryLog]
_IN_PLACE = st.sampled_from(_TEARING)

# What must be left standing between two looks, so that what was written can be told from a whole lap: two line ends,
# in front of which a line may not have been recognised as written because the old text was the same.
_LEFT_STANDING = 4 * _LONGEST


def _lines(bodies: list[str], count: int) -> list[str]:
    return [f"{number:06} {bodies[number % len(bodies)]}" for number in range(count)]


def _encode(lines: list[str], end: bytes) -> bytes:
    return b"".join(line.encode() + end for line in lines)


def _write_and_look(writer: Writer, watcher: Watcher, text: bytes, steps: list[int]) -> None:
    """Write `text` in pieces of the given lengths, again and again, with a look after each."""
    for piece in _pieces(text, steps):
        writer.write(piece)
        watcher.look(writer.shown())


def _pieces(text: bytes, steps: list[int]) -> Iterator[bytes]:
    """The text in pieces of the given lengths in turn; not in more than some hundred, whatever the lengths."""
    at = 0
    for step in cycle(steps):
        length = max(step, len(text) // 200)
        yield text[at : at + length]
        at += length
        if at >= len(text):
            return


@settings(deadline=None)  # a busy machine is slow, not wrong
@given(
    kind=st.sampled_from([*_TEARING, WholeLines]),
    size=_SIZES,
    bodies=_BODIES,
    end=_ENDS,
    steps=_STEPS,
    told=st.booleans(),
)
@example(  # a bare line end is left standing
    kind=WholeLines, size=392, bodies=["", "a" * 14, "a" * 9 + "éé"], end=b"\n", steps=[1], told=False
)
def test_what_is_written_in_place_comes_out_once_and_in_order_while_looks_come_before_a_lap_is_over(
    *, kind: Callable[[int], Writer], size: int, bodies: list[str], end: bytes, steps: list[int], told: bool
) -> None:
    writer = kind(size)
    watcher = Watcher(size if told else None)
    watcher.look(writer.shown())
    written = _lines(bodies, 4 * size // _LONGEST + 20)
    text = _encode(written, end)
    _write_and_look(writer, watcher, text, [step % (writer.room - _LEFT_STANDING) for step in steps])

    assert watcher.marks == []
    # The last line waits for the next byte that differs when its end lies on an equal old one.
    assert watcher.complete == written[: len(watcher.complete)]
    assert len(watcher.complete) >= len(written) - 1


@settings(deadline=None)  # a busy machine is slow, not wrong
@given(size=_SIZES, bodies=_BODIES, end=_ENDS, steps=_STEPS)
def test_a_hidden_lap_is_read_whole_when_a_look_falls_on_its_end(
    size: int, bodies: list[str], end: bytes, steps: list[int]
) -> None:
    writer, watcher = LogBuff(size), Watcher(size)
    watcher.look(writer.shown())
    written = _lines(bodies, 4 * size // _LONGEST)
    text = _encode(written, end)
    for piece in _pieces(text, steps):
        rest = piece
        while rest:
            room = writer.room - writer.position or writer.room - 1
            writer.write(rest[:room])
            watcher.look(writer.shown())
            rest = rest[room:]

    assert watcher.marks == []
    assert watcher.complete == written


@settings(deadline=None)  # a busy machine is slow, not wrong
@given(size=_SIZES, bodies=_BODIES, steps=_STEPS, told=st.booleans())
def test_of_hidden_laps_all_that_could_be_read_comes_out_and_each_hidden_end_is_marked(
    size: int, bodies: list[str], steps: list[int], told: bool
) -> None:
    # Weaker than for the others on principle: what this writer puts between the last look and the end of the buffer
    # is behind its NUL before anyone can read it.
    writer, watcher = LogBuff(size), Watcher(size if told else None)
    watcher.look(writer.shown())
    text = _encode(_lines(bodies, 4 * size // _LONGEST), b"\n")
    readable = [b""]
    for piece in _pieces(text, [1 + step % (size // 2) for step in steps]):
        before = writer.position
        writer.write(piece)
        content = writer.shown()
        if before + len(piece) <= writer.room:
            readable[-1] += piece
        elif before == writer.room and told:
            readable[-1] += content
        else:
            readable.append(content)
        watcher.look(content)

    assert watcher.marks == [LineKind.LOST] * (len(readable) - 1)
    assert _runs(watcher) == [part.removesuffix(b"\n").split(b"\n") for part in readable]


def _runs(watcher: Watcher) -> list[list[bytes]]:
    """The lines between the marks, as the bytes that they were: half a character shows as an escape."""
    runs: list[list[bytes]] = [[]]
    for line in watcher.lines:
        if line.kind is not LineKind.TEXT:
            runs.append([])
        else:
            raw = re.sub(r"\\x([0-9a-f]{2})", lambda found: chr(0xDC00 + int(found[1], 16)), line.text)
            runs[-1].append(raw.encode(errors="surrogateescape"))
    return runs


@settings(deadline=None)  # a busy machine is slow, not wrong
@given(
    kind=_IN_PLACE,
    size=_SIZES,
    bodies=_BODIES,
    before=st.integers(0, 3000),
    laps=st.integers(1, 5),
    told=st.booleans(),
)
def test_more_than_a_buffer_is_marked_as_lost_and_what_follows_is_the_end_of_what_was_written(
    *, kind: Callable[[int], Writer], size: int, bodies: list[str], before: int, laps: int, told: bool
) -> None:
    # Lines that end before the look, with the firmware's time: without it, nothing tells where the text begins.
    writer = kind(size)
    watcher = Watcher(size if told else None)
    written = [f"[{number:5}.000] {bodies[number % len(bodies)]}" for number in range(800)]
    seen = before // 40
    for line in written[:seen]:
        writer.write(_encode([line], b"\n"))
        watcher.look(writer.shown())
    burst = seen
    while len(_encode(written[seen:burst], b"\n")) <= laps * size:
        burst += 1
    writer.write(_encode(written[seen:burst], b"\n"))
    watcher.look(writer.shown())
    for line in written[burst : burst + 3]:
        writer.write(_encode([line], b"\n"))
        watcher.look(writer.shown())

    # A burst at the first look is not known to be one: the buffer was full, and that is what is said of it.
    assert watcher.marks in ([[LineKind.LOST]] if seen else [[LineKind.SEAM], []])
    at = next((at for at, line in enumerate(watcher.lines) if line.kind is LineKind.LOST), 0)
    # The remainder of the overwritten line stands at the seam: first, or where the file ends with it, last of the look.
    after = [line.text for line in watcher.lines[at:] if not line.partial and line.firmware_time is not None]
    last = burst + 3 - watcher.lines[-1].partial
    assert len(after) >= 4
    assert after == written[last - len(after) : last]


@pytest.mark.parametrize("kind", [RamConsole, MemoryLog, LogBuff])
@settings(deadline=None)  # a busy machine is slow, not wrong
@given(size=_SIZES, bodies=_BODIES, steps=_STEPS, cleared=st.booleans())
def test_after_a_boot_that_was_told_the_lines_of_the_new_run_come_whole(
    kind: Callable[[int], Writer], size: int, bodies: list[str], steps: list[int], cleared: bool
) -> None:
    writer, watcher = kind(size), Watcher(size)
    watcher.look(writer.shown())
    old = _encode(_lines(bodies, 12), b"\n")[: size // 2]
    _write_and_look(writer, watcher, old, steps)
    old_lines = watcher.complete + ([watcher.lines[-1].text] if watcher.lines[-1].partial else [])

    again = kind(size)  # the same firmware: prints the same, and more
    watcher.boot()
    if cleared:
        watcher.look(again.shown())
    new = _lines(bodies, 14)
    _write_and_look(again, watcher, _encode(new, b"\n")[: size // 2], steps)

    assert watcher.marks == [LineKind.RESTART]
    new_lines = watcher.complete[len(old_lines) :]
    assert new_lines == new[: len(new_lines)]
    assert len(new_lines) == again.shown().count(b"\n")


_TIMES: dict[str, Callable[[float], str]] = {
    "TI": lambda seconds: f"[m0] {int(seconds):5}.{seconds % 1 * 1e6:06.0f}s : ",
    "TI without a core": lambda seconds: f"{seconds:.6f}s : ",
    "Zephyr": lambda seconds: f"[00:{int(seconds) // 60:02}:{int(seconds) % 60:02}.{seconds % 1 * 1e3:03.0f},000] ",
    "SYS/BIOS": lambda seconds: f"[0][{seconds:11.3f}] ",
    "none": lambda seconds: f"{int(seconds):05} at ",
}


def _watch_the_first_wrap(writer: Writer, watcher: Watcher, form: str, shift: int, end: bytes) -> list[str]:
    """A look at most of the first lap, then one after each line; gives what was written.

    The first line is longer by `shift`, so that every place of a line can meet the end of the buffer.
    """
    written = ["guard " + "." * shift]
    written += [f"{_TIMES[form](number * 1.0071)}VBUS {number % 7} ok" for number in range(1, writer.room // 20)]
    lengths = list(accumulate(len(line) + len(end) for line in written))
    early = bisect(lengths, writer.room - 100)
    written = written[: bisect(lengths, writer.room + 200)]
    writer.write(_encode(written[:early], end))
    watcher.look(writer.shown())
    for line in written[early:]:
        writer.write(_encode([line], end))
        watcher.look(writer.shown())
    return written


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("size", [1024, 2048, 4096])
@pytest.mark.parametrize("form", list(_TIMES))
@pytest.mark.parametrize("kind", [RamConsole, MemoryLog])
def test_the_first_wrap_is_no_restart_wherever_it_tears_a_line(
    kind: Callable[[int], Writer], form: str, size: int, end: bytes
) -> None:
    for shift in range(40):
        watcher = Watcher(size if shift % 3 else None)
        written = _watch_the_first_wrap(kind(size), watcher, form, shift, end)

        assert watcher.marks == []
        assert watcher.complete == written[: len(watcher.complete)]
        assert len(watcher.complete) >= len(written) - 1


@pytest.mark.parametrize("size", [1024, 2048, 4096])
@pytest.mark.parametrize("form", list(_TIMES))
def test_the_first_wrap_of_a_hidden_lap_is_no_restart_and_takes_one_line_at_most(form: str, size: int) -> None:
    for shift in range(40):
        watcher = Watcher(size)
        written = _watch_the_first_wrap(LogBuff(size), watcher, form, shift, b"\n")

        assert watcher.marks in ([], [LineKind.LOST])
        assert len(set(written) - set(watcher.complete)) <= len(watcher.marks)


@pytest.mark.parametrize("kind", [RamConsole, MemoryLog, LogBuff])
@pytest.mark.parametrize("size", [1024, 2048, 4096])
@pytest.mark.parametrize("line_length", [16, 31, 32])
def test_a_buffer_filled_exactly_goes_round_without_a_mark(
    kind: Callable[[int], Writer], size: int, line_length: int
) -> None:
    writer, watcher = kind(size), Watcher(size)
    written = [f"{number:6}.0s : ".ljust(line_length - 1, "x") for number in range(writer.room // line_length)]
    rest = writer.room - line_length * len(written)
    if rest:
        written.append("." * (rest - 1))
    written += [f"{number:6}.5s : going round" for number in range(len(written), len(written) + 20)]
    for line in written:
        writer.write(_encode([line], b"\n"))
        watcher.look(writer.shown())

    assert watcher.marks == []
    assert watcher.complete[: len(written) - 1] == written[:-1]
