"""The doctor on a real kernel, and its udev rule put to work: a user who owns nothing may then do what root may."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pathlib
import re
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from rproc_tui.hosts.local import LocalHost
from rproc_tui.linux import verbs
from rproc_tui.linux.doctor.check import Check, Status, Topic, all_well
from rproc_tui.linux.doctor.examine import examine
from rproc_tui.linux.doctor.udev_rule import CONTROL, GROUP, PATH, TEXT
from rproc_tui.model.processor import State
from tests.conformance.machine import Machine
from tests.conformance.patience import until

GID = 60995
"""A number for the group that nobody has."""

CLASS = pathlib.Path("/sys/class/remoteproc")
ATTRIBUTES = ("state", "firmware", "recovery", "coredump")
UDEVD = "/lib/systemd/systemd-udevd"
SUBSYSTEMS = ("remoteproc", "rpmsg", "devcoredump")


@contextlib.contextmanager
def nobody(*groups: int) -> Iterator[None]:
    """This process acts as the user nobody meanwhile, without capabilities."""
    os.setgroups(groups)
    os.setegid(65534)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups([0])


@pytest.fixture
def group() -> Iterator[None]:
    """The rule's group is known by name, and nobody is in it; afterwards everything is root's again."""
    accounts = pathlib.Path("/etc/group")
    before = accounts.read_text()
    accounts.write_text(f"{before}{GROUP}:x:{GID}:\n")
    yield
    accounts.write_text(before)
    for file in (folder / name for folder in CLASS.iterdir() for name in ATTRIBUTES):
        shutil.chown(file, "root", "root")
        file.chmod(0o644)


async def asked(*groups: int) -> dict[str, Check]:
    """What the doctor tells nobody, who may be in some groups."""
    with nobody(*groups):
        return {check.name: check for check in (await examine(LocalHost())).checks}


def of_processors(checks: dict[str, Check]) -> list[Check]:
    found = [check for check in checks.values() if re.fullmatch(r".* \(remoteproc[0-9]+\)", check.name)]
    assert len(found) == 3
    return found


def apply_by_hand(device: pathlib.Path) -> None:
    """Run what the rule runs for a processor."""
    for line in TEXT.splitlines():
        if line.startswith('SUBSYSTEM=="remoteproc"'):
            for program in re.findall(r'RUN\+="([^"]*)"', line):
                subprocess.run(program.replace("/sys%p", str(device)).split(" "), check=True)


async def boots_and_stops(machine: Machine) -> None:
    """As a member of the group."""
    with nobody(GID):
        assert (await verbs.boot(machine.host, machine.m4.id)).state is State.RUNNING
        assert (await verbs.stop(machine.host, machine.m4.id)).state is State.OFFLINE


async def test_root_lacks_nothing_here_but_what_this_small_kernel_was_built_without(machine: Machine) -> None:
    checks = (await examine(LocalHost())).checks
    assert all_well(checks)
    lacking = {check.name for check in checks if check.status is not Status.OK}
    assert lacking <= {"CONFIG_FW_LOADER_COMPRESS", "udev"}


async def test_a_user_is_told_what_is_kept_from_them(machine: Machine) -> None:
    checks = await asked()
    lacking = {check.name for check in checks.values() if check.status is not Status.OK}
    assert {"debugfs", "new files"} <= lacking
    assert {check.status for check in of_processors(checks)} == {Status.MISSING}
    assert {check.status for check in checks.values() if check.name.startswith("/dev/remoteproc")} == {Status.MISSING}


async def test_what_the_rule_runs_lets_its_group_command_processors(machine: Machine, group: None) -> None:
    for folder in CLASS.iterdir():
        apply_by_hand(folder)
    for check in of_processors(await asked()):
        assert f"usermod -aG {GROUP} nobody" in (check.cure or "")
    assert {check.status for check in of_processors(await asked(GID))} == {Status.OK}
    await boots_and_stops(machine)


@pytest.mark.skipif(not os.path.exists(UDEVD), reason="no udev daemon is installed on this machine")
async def test_a_udev_daemon_takes_the_rule_and_gives_nodes_and_dumps_to_the_group(
    machine: Machine, group: None
) -> None:
    pathlib.Path(PATH).parent.mkdir(parents=True, exist_ok=True)
    pathlib.Path(PATH).write_text(TEXT)
    daemon = await asyncio.create_subprocess_exec(UDEVD)
    try:
        await until(lambda: exists(CONTROL), "udev listens")
        for subsystem in SUBSYSTEMS:
            await run("udevadm", "trigger", f"--subsystem-match={subsystem}")
        await run("udevadm", "settle", "-t", "20")
        await boots_and_stops(machine)
        await machine.m4.write("coredump", "enabled")
        await machine.start(machine.m4)
        await machine.m4.crash()
        await until(lambda: exists(machine.m4.path("devcoredump")), "a dump waits")
        await run("udevadm", "settle", "-t", "20")
        checks = [check for check in (await asked(GID)).values() if check.topic is Topic.PERMISSIONS]
        kinds = {re.sub("[0-9].*", "", check.name) for check in checks}
        assert {"/dev/remoteproc", "/dev/rpmsg_ctrl", "/sys/class/devcoredump/devcd"} <= kinds
        assert {check.status for check in checks} == {Status.OK}
    finally:
        daemon.terminate()
        await daemon.wait()
        pathlib.Path(PATH).unlink()


async def run(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(*command)
    assert await process.wait() == 0


async def exists(path: str) -> bool:
    return os.path.exists(path)
