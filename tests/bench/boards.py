"""Twenty boards behind ssh at once: what they cost while nothing moves, and how soon a change is seen."""

from __future__ import annotations

import asyncio
import functools
import os
import pathlib
import tempfile
import time
from collections.abc import Callable, Iterator

from rproc_tui.clock import SystemClock
from rproc_tui.controller.changes import Change
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.settings import Settings
from rproc_tui.hosts.ssh import SshHost
from rproc_tui.hosts.ssh_line import dial
from rproc_tui.model.processor import State
from tests.bench.measure import Measure, p90
from tests.hosts.ssh.proxy import proxy
from tests.hosts.ssh.server import SSH, SSHD, programs, python, server

BOARDS = 20
WATCHED = 20.0
"""Seconds of idleness that are measured: several keep-alives of each line."""
SETTLING = 5.0
"""Seconds after which what the first look causes is over."""
ROUNDS = 40
PATIENCE = 60.0
STATE = "/sys/class/remoteproc/remoteproc0/state"


def run() -> Iterator[Measure]:
    """Agents of 20 boards, each behind its own connection to one server of the system's OpenSSH."""
    if SSHD is None or SSH is None:
        return
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        agent = python("tests.hosts.ssh.plain_agent")
        with server(folder, str(programs(folder / "programs", agent=agent))) as there:
            yield from asyncio.run(_measure(there.port, there.way, str(folder)))


async def _measure(port: int, way: Callable[[int | None], str], folder: str) -> list[Measure]:
    async with proxy(port) as between:
        os.environ["PATH"] = way(between.port)
        clock = SystemClock()
        names = [f"board{number}" for number in range(BOARDS)]
        hosts = [SshHost(name, functools.partial(dial, name), clock) for name in names]
        controller = Controller(hosts, clock=clock, settings=Settings(state_folder=folder))
        began = time.perf_counter()
        await controller.start()
        start = time.perf_counter() - began
        await asyncio.sleep(SETTLING)
        bytes_before, cpu_before = between.passed, _cpu()
        await asyncio.sleep(WATCHED)
        idle, cpu = (between.passed - bytes_before) / WATCHED / BOARDS, (_cpu() - cpu_before) / WATCHED
        seen = [await _change(controller, hosts[number % BOARDS]) for number in range(ROUNDS)]
        await controller.close()
    note = f"{BOARDS} boards, connected and read in {start:.1f} s"
    return [
        Measure("boards behind ssh: idle traffic of each", idle, 200, "B/s", note),
        Measure("boards behind ssh: CPU of all while idle", cpu * 100, 5, "%", "with their ssh and this proxy"),
        Measure("boards behind ssh: state change to snapshot, p90", p90(seen) * 1e3, 500, "ms"),
    ]


async def _change(controller: Controller, host: SshHost) -> float:
    """Seconds from a write on one board until the snapshot shows what came of it."""
    before = _state(controller, host)
    after = State.OFFLINE if before is State.RUNNING else State.RUNNING
    changed = asyncio.Event()

    def listen(_change: Change) -> None:
        changed.set()

    unsubscribe = controller.subscribe(listen)
    began = time.perf_counter()
    await host.write(STATE, b"stop" if before is State.RUNNING else b"start")
    async with asyncio.timeout(PATIENCE):
        while _state(controller, host) is not after:
            await changed.wait()
            changed.clear()
    unsubscribe()
    return time.perf_counter() - began


def _state(controller: Controller, host: SshHost) -> State:
    return next(p.state for p in controller.snapshot.processors if p.key.host == host.label and p.id == "remoteproc0")


def _cpu() -> float:
    """Seconds of processor time of this process and of the ssh clients below it."""
    own = os.times()
    return own.user + own.system + sum(map(_cpu_of, _children()))


def _children() -> list[int]:
    return [int(pid) for pid in pathlib.Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]


def _cpu_of(pid: int) -> float:
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
