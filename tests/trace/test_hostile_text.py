"""Nothing that firmware leaves in its buffer breaks the tail, grows without bound, or reaches a terminal raw."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from rproc_tui.model.trace_line import LineKind
from rproc_tui.trace.clean import MAX_LINE
from tests.trace.watching import Watcher

_TEXT = st.one_of(
    st.binary(max_size=300),
    st.lists(st.sampled_from([b"\x1b[31m", b"\x1b]0;x\x07", b"\x9b", b"\r", b"\n", b"\t", b"tick\n", b"\xe2\x80"])).map(
        b"".join
    ),
    st.binary(min_size=1, max_size=8).map(lambda piece: piece * 2000),
)


@settings(deadline=None)
@given(looks=st.lists(st.one_of(_TEXT, st.none()), max_size=12), size=st.one_of(st.none(), st.integers(0, 2000)))
def test_whatever_the_looks_show_lines_are_printable_bounded_and_numbered_for_good(
    looks: list[bytes | None], size: int | None
) -> None:
    watcher = Watcher(size)
    for content in looks:
        before = watcher.lines
        new = watcher.boot() if content is None else watcher.look(content)
        kept = before[:-1] if new and before and before[-1].partial else before
        assert watcher.lines[: len(kept)] == kept
        assert all(line.text.isprintable() for line in new)
        assert all(len(line.text) <= 10 * MAX_LINE for line in new)
        assert len(watcher.tail.partial) <= MAX_LINE + 1
        assert not any(line.partial for line in new[:-1])
        assert all(line.text for line in new if line.kind is not LineKind.TEXT)


@settings(deadline=None)
@given(text=st.binary(max_size=400).map(lambda text: text.replace(b"\0", b"")), cuts=st.lists(st.integers(0, 400)))
def test_the_lines_do_not_depend_on_when_one_looks_while_text_is_appended(text: bytes, cuts: list[int]) -> None:
    at_once, watcher = Watcher(4096), Watcher(4096)
    at_once.look(b"")
    at_once.look(text)
    for cut in sorted(cuts):
        watcher.look(text[:cut])
    watcher.look(text)
    assert watcher.shown() == at_once.shown()
