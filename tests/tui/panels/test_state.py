from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rproc_tui.model.dump_progress import DumpProgress
from rproc_tui.model.outcome import Outcome, Pending, Result, Verb
from rproc_tui.model.processor import Note, Snapshot, State
from rproc_tui.model.watch import Watch, WatchState
from rproc_tui.tui.panels.state import home_relative, state_lines, state_title
from tests.tui.crashes import record
from tests.tui.scripted import failure, host, plain, processors, view

pytestmark = pytest.mark.usefixtures("utc")


def lines(width: int = 42, **changes: Any) -> list[str]:
    first, *rest = processors()
    return plain(state_lines(view(Snapshot((host((replace(first, **changes), *rest)),))), width))


def test_the_state_of_a_running_processor() -> None:
    assert lines() == [
        "state     ● running  3 min · since 22:10",
        "firmware  hub.elf",
        "file      /home/user/demo/firmware/hub.elf",
        "core      Cortex-M4 · stm32-rproc",
        "boot      0x10000249   power 1",
        "recovery  enabled   coredump disabled",
        "crashes   0   trace moves",
    ]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.RUNNING, []),
        (State.OFFLINE, []),
        (State.DETACHED, []),
        (State.ATTACHED, ["openamp   its life cycle says running"]),
        (State.CRASHED, ["openamp   its life cycle says error"]),
    ],
)
def test_openamps_word_is_shown_where_it_is_another_than_the_kernels(state: State, said: list[str]) -> None:
    shown = lines(state=state)
    assert [line for line in shown if line.startswith("openamp")] == said
    assert max(map(len, shown)) <= 42


def test_a_recovery_that_the_watch_does_is_called_so() -> None:
    shown = lines(recovery_by_watch=True)
    assert shown[5:7] == ["recovery  enabled (by the watch)", "coredump  disabled"]


def test_what_cannot_be_known_is_a_dash_and_never_a_guess() -> None:
    unknown = lines(boot_address=None, power=None, crashes=None, recovery=None, coredump=None, core=None, driver=None)
    assert unknown[3:7] == [
        "core      –",  # noqa: RUF001 (a dash)
        "boot      –   power –",  # noqa: RUF001
        "recovery  –   coredump –",  # noqa: RUF001
        "crashes   –   trace moves",  # noqa: RUF001
    ]


def test_what_is_closed_or_cannot_be_read_is_told_below() -> None:
    said = lines(80, closed="may not be commanded: sysfs is read-only", unreadable=("debugfs is not mounted",))
    assert said[-2:] == ["· may not be commanded: sysfs is read-only", "· debugfs is not mounted"]


def test_an_action_on_its_way_shows_its_step_and_its_seconds() -> None:
    pending = Pending(Verb.RELOAD, 997.0, "stopping")
    assert lines(pending=pending)[0] == "state     ● running   ◔ reloading (stopping) 3 s"


@pytest.mark.parametrize(
    ("watch", "said"),
    [
        (Watch("/fw"), ["firmware  hub.elf   ⟳ watched"]),
        (Watch("/fw", WatchState.SETTLING), ["firmware  hub.elf   ⟳ changing …"]),
        (
            Watch("/fw", WatchState.REJECTED, "segment 2 lies in no memory region"),
            ["firmware  hub.elf   ✖ rejected", "          segment 2 lies in no memory", "          region"],
        ),
        (
            Watch("/fw", WatchState.WAITING, "text +1.2 KiB"),
            ["firmware  hub.elf   ⟳ watched", "          text +1.2 KiB"],
        ),
    ],
)
def test_the_watch_stands_beside_the_firmware_and_says_why(watch: Watch, said: list[str]) -> None:
    assert lines(watch=watch)[1 : 1 + len(said)] == said


def test_the_build_of_a_watch_is_shown_by_the_processors_own_firmware_name() -> None:
    assert lines(firmware="hub.rproc-tui-0-1a2b3c4d5e6f.elf")[1] == "firmware  hub.elf"


def test_special_conditions_are_sentences() -> None:
    text = "\n".join(lines(notes=frozenset({Note.STUCK, Note.SILENT})))
    assert "⊗ offline, but a start does nothing" in text
    assert "◍ running, but the trace has not moved" in text


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome(Verb.BOOT, Result.DONE, "m4 is running", 1000.0, took=0.012), "✔ boot done in 12 ms  22:13"),
        (failure(), "✖ boot failed: EINVAL  22:13"),
        (Outcome(Verb.STOP, Result.REFUSED, "no", 1000.0), "• stop not done  22:13"),
    ],
)
def test_the_last_action_is_told_in_place(outcome: Outcome, said: str) -> None:
    assert f"last      {said}" in lines(outcome=outcome)


def test_a_waiting_dump_is_announced() -> None:
    assert "devcd3 waits: c keeps it" in "\n".join(lines(dump="devcd3", crashes=1))


def test_a_dump_on_its_way_shows_how_far_it_is_and_the_key_that_gives_it_up() -> None:
    assert "dump      ◔ 12.0 of 32.0 MiB  c gives up" in lines(
        42, dump="devcd3", dump_progress=DumpProgress(12 << 20, 32 << 20)
    )
    assert "dump      ◔ 1.5 MiB  c gives up" in lines(42, dump_progress=DumpProgress(3 << 19))


def test_a_quiet_trace_is_told_in_coarse_steps() -> None:
    assert "crashes   0   trace quiet 1 min" in lines(trace_moved=900.0)


def test_a_selected_host_shows_itself_and_what_it_lacks() -> None:
    board = Snapshot(
        (host(firmware_folder="/srv/firmware", error="no permission", advice=("add yourself to a group",)),)
    )
    assert plain(state_lines(view(board, None), 42)) == [
        "board     stm32mp157c-dk2",
        "host      demo  emulated",
        "kernel    linux 6.12.20",
        "firmware  /srv/firmware",
        "✖ no permission",
        "→ add yourself to a group",
    ]
    assert state_title(view(board, None)) == "demo"
    assert state_title(view()) == "m4 · remoteproc0"


def test_nothing_selected_says_so() -> None:
    assert plain(state_lines(view(Snapshot()), 40)) == ["nothing selected"]


def test_paths_in_the_home_are_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/user")
    assert home_relative("/home/user/fw/a.elf") == "~/fw/a.elf"
    assert home_relative("/home/username/a.elf") == "/home/username/a.elf"


@pytest.mark.parametrize("width", [34, 42, 60])
def test_the_place_of_a_crash_leaves_room_for_the_key_that_shows_it(width: int) -> None:
    place = lines(width, last_crash=record(place="store_offset (runtime/crash.c:21)"))
    (line,) = (line for line in place if line.endswith("5 shows it all"))
    assert len(line) <= width
