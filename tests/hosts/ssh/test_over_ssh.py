"""A real OpenSSH server on loopback: with an installed agent, with a shell, with nothing that helps."""

from __future__ import annotations

import asyncio
import os
import pathlib

import pytest

from rproc_tui.errors import AnswerLost, NotConnected
from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.hosts.ssh import SshHost
from rproc_tui.hosts.ssh_command import OPTIONS
from rproc_tui.model.connection import Connection, Link
from tests.hosts.ssh.conftest import Servers, agent_at, over_ssh
from tests.hosts.ssh.proxy import proxy
from tests.hosts.ssh.server import free_port

STATE = "/sys/class/remoteproc/remoteproc0/state"
SHELLS = ("dash", "busybox")


async def settled(host: SshHost) -> Connection:
    """The line, when it is no longer connecting."""
    async with asyncio.timeout(30):
        async for connection in host.connections():
            if connection.link is not Link.CONNECTING:
                return connection
    raise AssertionError("it ended")


async def test_the_installed_agent_is_asked(
    servers: Servers, plain_host: EmulatedHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = servers("agent")
    async with agent_at(board, plain_host), over_ssh(board, monkeypatch) as host:
        assert await host.list("/sys/class/remoteproc") == ["remoteproc0", "remoteproc1"]
        await host.write(STATE, b"start")
        assert await plain_host.read(STATE) == b"running\n"
        with pytest.raises(OSError, match="Invalid argument"):
            await host.write(STATE, b"nonsense")
        assert (host.connection.agent or "").startswith("rproc-tui ")
        assert host.connection.lacks == ()


@pytest.mark.parametrize("kind", SHELLS)
async def test_without_an_agent_a_shell_does(
    servers: Servers, kind: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, told = os.urandom(300_000), list[tuple[int, int]]()
    async with over_ssh(servers(kind), monkeypatch) as host:
        path = f"{tmp_path}/lib/firmware/a b/x.elf"
        await host.put(path, content, progress=lambda done, size: told.append((done, size)))
        assert pathlib.Path(path).read_bytes() == await host.read(path) == content
        assert await host.list(os.path.dirname(path)) == ["x.elf"]
        assert kind in (host.connection.agent or "")
        assert host.connection.lacks
    assert told == sorted(told)
    assert len(told) > 1
    assert told[-1] == (len(content), len(content))


async def test_a_user_without_rights_gets_the_kernels_errno(
    servers: Servers, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with over_ssh(servers("nobody"), monkeypatch) as host:
        assert b"\nUid:\t65534\t" in await host.read("/proc/self/status")
        for asked in (
            host.read("/etc/shadow"),
            host.list("/root"),
            host.put("/root/x", b"x"),
            host.remove("/etc/passwd"),
        ):
            with pytest.raises(PermissionError):
                await asked


async def test_a_key_that_nobody_knows_is_a_refusal(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    board = servers("dash")
    authorized = board.folder / "authorized"
    known = authorized.read_text()
    authorized.write_text("")
    async with over_ssh(board, monkeypatch) as host:
        connection = await settled(host)
        authorized.write_text(known)
        assert connection.link is Link.REFUSED
        assert "Permission denied" in (connection.reason or "")
        host.reconnect()
        assert await host.read("/proc/sys/kernel/osrelease")


async def test_another_host_key_than_before_is_a_refusal(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    board = servers("dash")
    (board.folder / "known").write_text(f"tests {(board.folder / 'user.pub').read_text()}")
    async with over_ssh(board, monkeypatch) as host:
        connection = await settled(host)
    (board.folder / "known").unlink()
    assert connection.link is Link.REFUSED
    assert "ssh-keygen -R" in (connection.reason or "")


async def test_where_nobody_listens_the_line_is_lost_and_tried_again(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with over_ssh(servers("dash"), monkeypatch, port=free_port()) as host:
        connection = await settled(host)
        assert connection.link is Link.LOST
        assert "refused" in (connection.reason or "")
        assert connection.retry_at is not None


async def test_sudo_where_there_is_none_is_a_refusal(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    async with over_ssh(servers("dash"), monkeypatch, sudo=True) as host:
        connection = await settled(host)
        assert connection.link is Link.REFUSED
        assert "--sudo" in (connection.reason or "")


async def test_sudo_without_a_password_is_used_when_asked_for(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = servers("dash")
    sudo = board.folder / "programs" / "sudo"
    sudo.write_text('#!/bin/sh\n[ "$1" = -n ] && shift && SUDO_USED=yes exec "$@"\n')
    sudo.chmod(0o755)
    async with over_ssh(board, monkeypatch, sudo=True) as host:
        assert b"\0SUDO_USED=yes\0" in b"\0" + await host.read("/proc/self/environ")
    sudo.unlink()


async def test_a_dead_line_is_lost_with_what_was_on_it(
    servers: Servers, plain_host: EmulatedHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Traffic stops and nobody hangs up, as when a cable is pulled."""
    monkeypatch.setitem(OPTIONS, "ServerAliveInterval", "1")
    monkeypatch.setitem(OPTIONS, "ServerAliveCountMax", "1")
    board = servers("agent")
    async with (
        agent_at(board, plain_host),
        proxy(board.port) as between,
        over_ssh(board, monkeypatch, port=between.port) as host,
    ):
        assert await host.read(STATE) == b"offline\n"
        between.stop()
        with pytest.raises(AnswerLost):
            await asyncio.wait_for(host.write(STATE, b"start"), 30)
        async with asyncio.timeout(30):
            async for connection in host.connections():
                if "not responding" in (connection.reason or ""):
                    break
        with pytest.raises(NotConnected):
            await host.read(STATE)
        between.resume()
        between.cut()
        async with asyncio.timeout(30):
            async for connection in host.connections():
                if connection.generation == 2:
                    break
        assert await host.read(STATE) in (b"offline\n", b"running\n")


async def test_a_long_way_is_no_hindrance(
    servers: Servers, plain_host: EmulatedHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = servers("agent")
    content = os.urandom(400_000)
    async with (
        agent_at(board, plain_host),
        proxy(board.port, delay=0.04) as between,
        over_ssh(board, monkeypatch, port=between.port) as host,
    ):
        contents = await asyncio.gather(*(host.read(STATE) for _ in range(50)))
        assert set(contents) == {b"offline\n"}
        await host.put("/lib/firmware/far.elf", content)
        assert await plain_host.read("/lib/firmware/far.elf") == content
