from __future__ import annotations

from rproc_tui.tui.panels.crash_advice import no_crash_lines
from tests.tui.scripted import plain, processors


def test_it_says_what_will_appear_where_it_is_kept_and_how_to_get_one() -> None:
    text = " ".join(plain(no_crash_lines(processors()[0], "/state", 200)))
    assert "the line of C" in text
    assert "/state/crashes" in text
    assert "`c` makes the kernel keep the memory of m4 too" in text
    assert "`x` crashes m4 on purpose" in text


def test_without_a_processor_only_what_is_true_of_all() -> None:
    text = " ".join(plain(no_crash_lines(None, "/state", 200)))
    assert "on purpose" not in text
    assert "rproc-tui coredump FILE" in text
