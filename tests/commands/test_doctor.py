"""The verb doctor: on the bundled board, on folders of files, on this machine, and as a user who owns nothing."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator

import pytest

from rproc_tui.linux.doctor.udev_rule import TEXT
from tests.commands.conftest import Run
from tests.commands.unprivileged import NOBODY, as_nobody, needs_root

CHECK = {"topic", "name", "status", "detail", "cure", "needed"}


@pytest.fixture
def tree() -> Iterator[pathlib.Path]:
    """Files of a board with one processor. Anybody may read them, as in sysfs; pytest's own folders are ours alone."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        make_board(folder)
        yield folder


def make_board(root: pathlib.Path) -> None:
    device = root / "sys/devices/platform/10000000.m4"
    own = device / "remoteproc/remoteproc0"
    own.mkdir(parents=True)
    texts = {"name": "m4", "state": "offline", "firmware": "hub.elf", "recovery": "enabled", "coredump": "disabled"}
    for name, text in texts.items():
        (own / name).write_text(f"{text}\n")
        (own / name).chmod(0o444 if name == "name" else 0o644)
    (own / "device").symlink_to("../..")
    (root / "sys/class/remoteproc").mkdir(parents=True)
    (root / "sys/class/remoteproc/remoteproc0").symlink_to("../../devices/platform/10000000.m4/remoteproc/remoteproc0")
    (root / "lib/firmware").mkdir(parents=True)
    (root / "lib/firmware/hub.elf").write_bytes(b"\x7fELF")


def status_of(uid: int) -> str:
    capabilities = "0" * 16 if uid else "000001ffffffffff"
    numbers = "\t".join([str(uid)] * 4)
    return f"Uid:\t{numbers}\nGid:\t{numbers}\nGroups:\t\nCapEff:\t{capabilities}\n"


def claim(tree: pathlib.Path, uid: int) -> None:
    """Let the tree say who looks at it."""
    (tree / "proc/self").mkdir(parents=True)
    (tree / "proc/self/status").write_text(status_of(uid))


@pytest.mark.emulator
def test_the_bundled_board_lacks_nothing_that_an_action_needs(run: Run) -> None:
    ran = run("--demo", "doctor", "--json")
    told = ran.json()
    assert (ran.code, told["schema"], told["version"], told["ok"]) == (0, "rproc-tui/doctor", 1, True)
    (host,) = told["hosts"]
    assert (host["label"], host["kind"], host["udev_rule"]) == ("demo", "emulated", None)
    assert all(set(check) == CHECK for check in host["checks"] + told["here"])
    assert {check["status"] for check in host["checks"]} == {"ok"}
    assert {check["topic"] for check in told["here"]} == {"terminal", "extras"}


def test_a_board_for_its_root_is_well_and_for_a_user_is_not(run: Run, tree: pathlib.Path) -> None:
    claim(tree, 0)
    assert run("--root", str(tree), "doctor").code == 0
    (tree / "proc/self/status").write_text(status_of(1000))
    ran = run("--root", str(tree), "doctor", "--json")
    assert ran.code == 1
    rule = ran.json()["hosts"][0]["udev_rule"]
    assert (rule["text"], rule["group"]) == (TEXT, "remoteproc")


def test_people_get_the_rule_the_commands_and_a_sentence_at_the_end(run: Run, tree: pathlib.Path) -> None:
    claim(tree, 1000)
    ran = run("--root", str(tree), "doctor")
    for line in TEXT.splitlines():
        assert f"    {line}\n" in ran.out
    assert "    sudo usermod -aG remoteproc 1000" in ran.out
    assert "  missing  m4 (remoteproc0)" in ran.out
    assert ran.err == "actions need what is not ok: m4 (remoteproc0)\n"


def test_a_cure_is_said_once(run: Run, tree: pathlib.Path) -> None:
    claim(tree, 1000)
    own = tree / "sys/class/remoteproc"
    for number in (1, 2):
        (own / f"remoteproc{number}").symlink_to((own / "remoteproc0").readlink())
    said = run("--root", str(tree), "doctor").out
    assert said.count("→ install the udev rule below") == 1
    assert said.count("→ as above") == 2


def test_a_command_is_never_broken_into_lines(run: Run, tree: pathlib.Path) -> None:
    claim(tree, 1000)
    said = run("--root", str(tree), "doctor").out
    assert "`printf /path/to/folder | sudo tee /sys/module/firmware_class/parameters/path`\n" in said


def test_the_rule_alone_can_be_put_into_a_file(run: Run) -> None:
    assert (run("doctor", "--udev-rule").out, run("doctor", "--udev-rule").code) == (TEXT, 0)


def test_nothing_is_written_under_the_doctors_eyes(run: Run, tree: pathlib.Path) -> None:
    before = {path: path.lstat().st_mtime_ns for path in tree.rglob("*")}
    assert run("--root", str(tree), "--read-only", "doctor").code == 0
    assert {path: path.lstat().st_mtime_ns for path in tree.rglob("*")} == before


def test_a_folder_without_anything_is_exit_1(run: Run, tmp_path: pathlib.Path) -> None:
    ran = run("--root", str(tmp_path), "doctor")
    assert ran.code == 1
    assert "remoteproc class" in ran.err


def test_this_machine_is_examined_without_a_screen_or_an_engine() -> None:
    code = """
import sys, json
from rproc_tui.commands import command_line
code = command_line.run(["doctor", "--json"], None)
found = {"textual", "rich", "unicorn", "devicetree", "capstone", "elftools"} & set(sys.modules)
print(json.dumps([code, sorted(found)]), file=sys.stderr)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    told = json.loads(ran.stdout)
    assert json.loads(ran.stderr.splitlines()[-1]) == [0 if told["ok"] else 1, []]
    names = [check["name"] for check in told["hosts"][0]["checks"]]
    assert names[0] == "remoteproc class"
    assert {"kernel log", "device events", "search path", "new files"} <= set(names)


@needs_root
def test_a_real_user_is_told_what_is_closed_to_them_and_to_whom_it_belongs(tree: pathlib.Path) -> None:
    claim(tree, NOBODY)
    ran = as_nobody("--root", str(tree), "doctor", "--json")
    assert (ran.returncode, ran.stderr) == (1, "")
    checks = {check["name"]: check for check in json.loads(ran.stdout)["hosts"][0]["checks"]}
    assert checks["m4 (remoteproc0)"]["status"] == "missing"
    assert checks["new files"]["status"] == "missing"
    assert "user 65534 may not write state" in checks["m4 (remoteproc0)"]["detail"]


@needs_root
def test_a_real_user_gets_an_answer_about_this_machine() -> None:
    ran = as_nobody("doctor", "--json")
    told = json.loads(ran.stdout)
    assert (ran.returncode, ran.stderr) == (0 if told["ok"] else 1, "")
    checks = {check["name"]: check for check in told["hosts"][0]["checks"]}
    assert checks["new files"]["status"] == "missing"
