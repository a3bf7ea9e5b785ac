"""Every verb on the bundled board: data on stdout, talk on stderr, exit codes by meaning."""

from __future__ import annotations

import json
import pathlib

import pytest

from tests.commands.conftest import Run

pytestmark = pytest.mark.emulator


def test_list_shows_the_board_with_its_two_processors_that_boot_by_themselves(run: Run) -> None:
    ran = run("--demo", "list", "--json")
    listed = ran.json()
    assert (ran.code, listed["schema"], listed["version"]) == (0, "rproc-tui/list", 1)
    (host,) = listed["hosts"]
    assert (host["label"], host["kind"], host["error"]) == ("demo", "emulated", None)
    states = {processor["name"]: processor["state"] for processor in host["processors"]}
    assert {name for name, state in states.items() if state == "running"} == {"m4", "m0"}
    assert {name for name, state in states.items() if state == "offline"} == {"m33", "lab", "r5f", "rv32"}
    assert set(host["processors"][0]) == {
        "id", "name", "state", "firmware", "driver", "device", "compatible", "core", "recovery", "coredump",
        "crashes", "power", "traces", "watched", "writable", "notes",
    }  # fmt: skip


def test_list_for_people_is_a_table_with_a_row_for_each(run: Run) -> None:
    ran = run("--demo", "list")
    rows = ran.out.splitlines()
    assert len(rows) == 7
    assert rows[0].split()[:3] == ["ID", "NAME", "STATE"]
    assert "Cortex-M4" in ran.out


@pytest.mark.parametrize("wanted", ["m33", "remoteproc2", "2", "12000000.m33"])
def test_a_processor_is_found_by_any_of_its_names(run: Run, wanted: str) -> None:
    ran = run("--demo", "show", wanted, "--json")
    assert ran.code == 0
    assert ran.json()["name"] == "m33"


def test_show_tells_everything_about_one(run: Run) -> None:
    shown = run("--demo", "show", "m4", "--json").json()
    assert shown["schema"] == "rproc-tui/show"
    assert shown["power"] == 1
    assert [entry["type"] for entry in shown["resource_table"]["entries"]] == ["carveout", "vdev", "trace"]
    text = run("--demo", "show", "m4").out
    assert "vring0" in text
    assert "rproc-tui/demo/firmware/hub.elf" in text
    assert shown["firmware_path"] == "/lib/firmware/hub.elf"


def test_boot_says_what_was_read_back(run: Run) -> None:
    ran = run("--demo", "boot", "m33", "--json")
    (outcome,) = ran.json()["outcomes"]
    assert (ran.code, outcome["result"], outcome["message"]) == (0, "done", "m33 is running")


def test_an_action_on_several_answers_with_the_worst(run: Run) -> None:
    ran = run("--demo", "boot", "m33", "m4")
    assert ran.code == 1
    assert "m33 is running" in ran.out
    assert "already running" in ran.err


def test_stop_and_reload_do_what_they_say(run: Run) -> None:
    assert "m4 is offline" in run("--demo", "stop", "m4").out
    assert "m4 runs hub.elf" in run("--demo", "reload", "m4").out


def test_a_boot_that_certainly_fails_is_refused_with_the_errno_the_kernel_s_words_and_advice(
    run: Run, homes: pathlib.Path
) -> None:
    run("--demo", "list")
    (homes / "XDG_DATA_HOME" / "rproc-tui" / "demo" / "firmware" / "motor.elf").write_bytes(b"\x7fELF and no more")
    ran = run("--demo", "boot", "m33")
    assert ran.code == 1
    assert "(EINVAL)" in ran.err
    assert "motor.elf on m33 would not boot: Image is too small (EINVAL)" in ran.err
    assert "its headers reach behind its end at 0x10: it is cut off" in ran.err
    assert ran.out == ""


def test_show_tells_what_is_wrong_once_and_its_cure_below(run: Run, homes: pathlib.Path) -> None:
    assert run("--demo", "list").code == 0  # the board's firmware folder is filled
    folder = homes / "XDG_DATA_HOME" / "rproc-tui" / "demo" / "firmware"
    (folder / "motor.elf").write_bytes((folder / "lights.elf").read_bytes())
    lines = run("--demo", "show", "m33").out.splitlines()
    assert [line.split()[0] for line in lines[-3:]] == ["error", "warning", "→"]
    assert lines[-3].split(maxsplit=1)[1].startswith("segment 0 ")
    assert lines[-1].split(maxsplit=1) == ["→", "linked for another processor? It fits rv32 (remoteproc5, RV32IMAC)"]


def test_firmware_shows_what_there_is_and_sets_another(run: Run) -> None:
    shown = run("--demo", "firmware", "m33", "--json").json()
    assert shown["firmware"] == "motor.elf"
    assert {"hub.elf", "hub-next.elf", "guard.elf", "motor.elf", "fault.elf"} <= {c["name"] for c in shown["choices"]}
    assert "m33 will load hub.elf" in run("--demo", "firmware", "m33", "hub.elf").out


def test_firmware_that_is_missing_is_named_with_the_folder_of_this_machine(run: Run, homes: pathlib.Path) -> None:
    folder = homes / "XDG_DATA_HOME" / "rproc-tui" / "demo" / "firmware"
    assert f"no such file in {folder}: put it there first" in run("--demo", "firmware", "m33", "nosuch.elf").out


def test_where_there_are_no_processors_the_way_to_some_is_named(run: Run, tmp_path: pathlib.Path) -> None:
    ran = run("--root", str(tmp_path), "show", "m4")
    assert (ran.code, ran.err.count("there are")) == (3, 1)
    assert "`rproc-tui doctor` looks why" in ran.err


def test_firmware_of_a_running_processor_is_not_changed(run: Run) -> None:
    ran = run("--demo", "firmware", "m4", "motor.elf")
    assert ran.code == 1
    assert "`stop` it first" in ran.err


def test_trace_prints_what_the_firmware_says(run: Run) -> None:
    ran = run("--demo", "trace", "m4", "m0")
    assert ran.code == 0
    assert "m4: " in ran.out
    assert "m0: " in ran.out
    for line in run("--demo", "trace", "m4", "--json").out.splitlines():
        assert json.loads(line)["name"] == "m4"


def test_a_trace_of_a_stopped_processor_says_why_there_is_none(run: Run) -> None:
    ran = run("--demo", "trace", "m33")
    assert (ran.code, ran.out) == (1, "")
    assert "m33 is offline and has no trace" in ran.err


def test_an_unknown_processor_is_exit_3_and_names_those_that_are_there(run: Run) -> None:
    ran = run("--demo", "boot", "dsp")
    assert ran.code == 3
    assert "remoteproc2 (m33)" in ran.err


def test_read_only_refuses_every_write(run: Run) -> None:
    ran = run("--demo", "--read-only", "stop", "m4")
    assert ran.code == 4
    assert "--read-only" in ran.err


def test_the_options_of_where_are_taken_behind_the_verb_as_well(run: Run) -> None:
    assert run("list", "--demo", "--json").json()["hosts"][0]["label"] == "demo"


def test_a_processor_named_twice_is_acted_on_once(run: Run) -> None:
    ran = run("--demo", "boot", "m33", "remoteproc2", "2")
    assert (ran.code, ran.err) == (0, "")
