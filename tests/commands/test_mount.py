"""`mount`: plain shell drives the emulated board through files that a real kernel's FUSE shows."""

from __future__ import annotations

import builtins
import os
import pathlib
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from rproc_tui.errors import MountMissing
from rproc_tui.hosts.mount import mount
from tests.commands.conftest import Run


def why_no_fuse() -> str | None:
    try:
        mount.load_fuse()
        os.close(os.open(mount.DEVICE, os.O_RDWR))
    except (MountMissing, OSError) as error:
        return f"FUSE cannot be used here: {error}"
    return None


WHY_NOT = why_no_fuse()
fuse = pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))

OF_RUNTIME = """
set -eu
for processor in "$RPROC_TUI_ROOT"/sys/class/remoteproc/*; do
    if [ "$(cat "$processor/name")" = m33 ]; then break; fi
done
[ "$(cat "$processor/state")" = offline ]
cp "$RPROC_TUI_ROOT/lib/firmware/motor.elf" "$RPROC_TUI_ROOT/lib/firmware/container-4711.elf"
echo container-4711.elf > "$processor/firmware"
echo start > "$processor/state"
until read -r state < "$processor/state" && [ "$state" = running ]; do :; done
if echo other.elf > "$processor/firmware"; then exit 1; fi
echo stop > "$processor/state"
until [ "$(cat "$processor/state")" = offline ]; do :; done
rm "$RPROC_TUI_ROOT/lib/firmware/container-4711.elf"
if echo start > "$processor/state"; then exit 1; fi
cat "$RPROC_TUI_ROOT/dev/kmsg"
"""
"""How arm/remoteproc-runtime works: copy firmware, name it, start, poll, stop, remove."""

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "board"
    path.mkdir()
    return path


@pytest.fixture
def start(homes: pathlib.Path, folder: pathlib.Path) -> Iterator[Start]:
    """Start `mount` on the folder, and wait for its word that it is there; what remains is taken away."""
    begun: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "rproc_tui", "mount", str(folder)]
        program = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "HOME": str(homes)}
        )
        begun.append(program)
        assert program.stderr is not None
        assert "is mounted on" in program.stderr.readline()
        return program

    yield start
    for program in begun:
        program.kill()
        program.communicate()
    if os.path.ismount(folder):
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@fuse
@pytest.mark.emulator
def test_a_runtime_for_containers_drives_a_processor_by_plain_shell(homes: pathlib.Path, folder: pathlib.Path) -> None:
    command = [sys.executable, "-m", "rproc_tui", "mount", str(folder), "--run", OF_RUNTIME]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr.count("I/O error") + ran.stderr.count("Device or resource busy") >= 1
    assert "remote processor m33 is now up" in ran.stdout
    assert "request_firmware failed: -2" in ran.stdout
    assert not os.path.ismount(folder)


@fuse
@pytest.mark.emulator
def test_errno_of_a_write_is_the_kernel_s(start: Start, folder: pathlib.Path) -> None:
    program = start()
    m4 = folder / "sys/class/remoteproc/remoteproc0"
    found = {}
    for name, text in (("firmware", "motor.elf"), ("state", "dance"), ("recovery", "maybe")):
        with pytest.raises(OSError, match=r"Errno") as caught:
            (m4 / name).write_text(text)
        found[name] = caught.value.strerror
    assert found == {
        "firmware": "Device or resource busy",
        "state": "Invalid argument",
        "recovery": "Invalid argument",
    }
    program.send_signal(signal.SIGTERM)
    said, _ = program.communicate(timeout=20)
    assert program.returncode == 128 + signal.SIGTERM
    assert "can't change firmware while running" in said


@fuse
@pytest.mark.emulator
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_is_unmounted_on_a_signal_though_somebody_is_in_it(
    start: Start, folder: pathlib.Path, number: signal.Signals
) -> None:
    program = start()
    inside = os.open(folder / "sys", os.O_RDONLY)
    try:
        program.send_signal(number)
        program.communicate(timeout=20)
    finally:
        os.close(inside)
    assert program.returncode == 128 + number
    assert not os.path.ismount(folder)


@fuse
@pytest.mark.emulator
def test_it_ends_well_when_somebody_unmounts_it(start: Start, folder: pathlib.Path) -> None:
    program = start()
    subprocess.run(["umount", str(folder)], check=True)
    program.communicate(timeout=20)
    assert program.returncode == 0


@fuse
@pytest.mark.emulator
def test_the_exit_code_is_that_of_the_command(run: Run, folder: pathlib.Path) -> None:
    assert run("mount", str(folder), "--run", "exit 7").code == 7
    assert run("--read-only", "mount", str(folder), "--run", 'touch "$RPROC_TUI_ROOT"/lib/firmware/x').code == 1


@fuse
@pytest.mark.emulator
def test_a_folder_that_holds_something_is_not_covered(run: Run, folder: pathlib.Path) -> None:
    (folder / "mine").touch()
    ran = run("mount", str(folder))
    assert (ran.code, "is not empty" in ran.err) == (2, True)
    assert run("mount", str(folder / "nosuch")).code == 2


@fuse
@pytest.mark.emulator
def test_a_board_is_not_mounted_on_its_own_firmware(run: Run, folder: pathlib.Path, tmp_path: pathlib.Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    ran = run("--demo", "mount", str(folder), "--firmware-folder", str(tmp_path / "link"), "--run", "true")
    assert (ran.code, "is the board's firmware folder" in ran.err) == (2, True)


@fuse
@pytest.mark.emulator
def test_what_a_killed_mount_leaves_behind_is_named_with_its_cure(start: Start, run: Run, folder: pathlib.Path) -> None:
    program = start()
    program.kill()
    program.wait()
    ran = run("mount", str(folder), "--run", "true")
    assert (ran.code, f"`umount {folder}`" in ran.err) == (2, True)
    subprocess.run(["umount", str(folder)], check=True)


def test_a_folder_of_files_is_not_mounted_again(run: Run, folder: pathlib.Path) -> None:
    assert run("--root", str(folder), "mount", str(folder)).code == 2


@pytest.mark.emulator
@pytest.mark.parametrize(
    ("failure", "said"),
    [(ImportError("mfusepy"), "rproc-tui[mount]"), (OSError("Unable to find libfuse"), "apt install fuse3")],
)
def test_what_is_missing_is_named_with_the_way_to_get_it(
    run: Run, folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch, failure: Exception, said: str
) -> None:
    imported = builtins.__import__

    def without_fuse(name: str, *arguments: object) -> object:
        if name == "mfusepy":
            raise failure
        return imported(name, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without_fuse)
    ran = run("mount", str(folder))
    assert ran.code == 5
    assert said in ran.err


@pytest.mark.emulator
def test_a_machine_without_the_device_says_so(run: Run, folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mount, "DEVICE", "/dev/no-fuse")
    ran = run("mount", str(folder))
    assert (ran.code, "/dev/no-fuse" in ran.err or "libfuse" in ran.err or "mfusepy" in ran.err) == (5, True)
