from __future__ import annotations

from dataclasses import replace
from typing import Any

from rproc_tui.model.outcome import Pending, Verb
from rproc_tui.model.processor import Snapshot
from rproc_tui.model.watch import Watch, WatchState
from rproc_tui.tui.panels.processors import Row, rows_of, strip_line, tree_lines
from tests.tui.scripted import host, key, plain, processors, view

NONE: frozenset[str] = frozenset()


def board(**changes: Any) -> Snapshot:
    first, *rest = processors()
    return Snapshot((host((replace(first, **changes), *rest)),))


def test_the_tree_lists_processors_under_their_host_with_glyph_word_and_crashes() -> None:
    assert plain(tree_lines(view(), NONE, 24)) == [
        "▾ stm32mp157c-dk2",
        "  ● m4    running",
        "  ✖ dsp   crashed     ×3",  # noqa: RUF001 (times)
        "  ○ pru0  offline",
        "  ◐ r5f   attached",
    ]


def test_an_action_on_its_way_shows_with_its_seconds() -> None:
    line = plain(tree_lines(view(board(pending=Pending(Verb.RELOAD, 996.5))), NONE, 24))[1]
    assert line == "  ◔ m4    reloading  3 s"


def test_a_watched_file_shows_at_the_right() -> None:
    line = plain(tree_lines(view(board(watch=Watch("/fw"))), NONE, 24))[1]
    assert line.endswith("⟳")


def test_a_rejected_file_is_coloured_as_a_fault() -> None:
    rejected = Watch("/fw", WatchState.REJECTED)
    line = tree_lines(view(board(watch=rejected)), NONE, 24)[1]
    assert any(line.plain[span.start : span.end].strip() == "⟳" and "crashed" in str(span.style) for span in line.spans)


def test_a_folded_host_hides_its_processors() -> None:
    folded = frozenset({"demo"})
    assert rows_of(view(), folded) == (Row("demo"),)
    assert plain(tree_lines(view(), folded, 24)) == ["▸ stm32mp157c-dk2"]


def test_only_the_faulty_are_listed_when_asked_for() -> None:
    assert rows_of(view(faulty_only=True), NONE) == (Row("demo"), Row("demo", key("dsp")))


def test_a_host_that_cannot_be_reached_is_marked() -> None:
    lost = Snapshot((host((), error="connection refused"),))
    assert plain(tree_lines(view(lost), NONE, 24)) == ["▾ stm32mp157c-dk2 ✖"]


def test_long_and_wide_names_keep_the_columns() -> None:
    named = board(name="処理装置プロセッサー一号")
    widths = {line.cell_length for line in tree_lines(view(named), NONE, 30)[1:]}
    assert widths == {30}


def test_a_long_name_is_shown_whole_and_its_glyph_tells_the_state() -> None:
    lines = plain(tree_lines(view(board(name="4d80800000.txpru", crashes=2)), NONE, 24))
    assert lines[1] == "  ● 4d80800000.txpru  ×2"  # noqa: RUF001 (times)
    assert lines[3].split() == ["○", "pru0", "offline"]


def test_processors_of_one_name_are_told_apart_by_their_numbers() -> None:
    first, second, *rest = processors()
    twins = (replace(first, name="zynqmp-r5-remoteproc@0"), replace(second, name="zynqmp-r5-remoteproc@0"))
    snapshot = Snapshot((host((*twins, *rest)),))
    lines = plain(tree_lines(view(snapshot), NONE, 24))
    assert [line.split()[-1] for line in lines[1:3]] == ["0", "×3"]  # noqa: RUF001
    assert lines[1] == "  ● zynqmp-r5-remotep… 0"
    assert lines[2].split()[-2] == "1"
    assert "remoteproc@0 1" in strip_line(view(snapshot), rows_of(view(snapshot), NONE), 0, 200).plain


def test_the_strip_keeps_the_selected_processor_in_sight() -> None:
    rows = rows_of(view(), NONE)
    assert strip_line(view(), rows, 1, 80).plain.rstrip() == (
        " demo ▸● m4 running  ✖ dsp crashed ×3  ○ pru0 offline  ◐ r5f attached"  # noqa: RUF001
    )
    assert "r5f attached" in strip_line(view(), rows, 4, 30).plain
    assert strip_line(view(), rows, 4, 30).cell_length == 30
