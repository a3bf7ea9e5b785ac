"""The port through a shell of this machine: dash and busybox's ash, with busybox's tools alone."""

from __future__ import annotations

import asyncio
import errno
import os
import pathlib
import shutil
from collections.abc import AsyncIterator

import pytest

from rproc_tui.errors import AnswerLost, NotConnected
from rproc_tui.hosts.shell_agent.host import ShellHost
from rproc_tui.hosts.shell_agent.slots import USUAL
from tests.conformance.behind_shell import end_of, start_shell
from tests.hosts.ssh.server import BUSYBOX, programs

PATIENCE = 30.0


@pytest.fixture(scope="session", params=["dash", "busybox"])
def shell(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A command line for a shell that finds only what a small machine has."""
    if shutil.which("dash") is None:
        pytest.skip("needs dash (apt-get install dash)")
    if request.param == "busybox" and BUSYBOX is None:
        pytest.skip("needs busybox (apt-get install busybox)")
    tools = programs(tmp_path_factory.mktemp("tools") / "bin", busybox=request.param == "busybox")
    return ["env", f"PATH={tools}", "dash" if request.param == "dash" else f"{tools}/ash"]


@pytest.fixture
async def process_and_host(shell: list[str]) -> AsyncIterator[tuple[asyncio.subprocess.Process, ShellHost]]:
    command = [shutil.which(shell[2]) or shell[2] if part == shell[2] else part for part in shell]
    process, host = await start_shell(command)
    yield process, host
    await end_of(process, host)


@pytest.fixture
def host(process_and_host: tuple[asyncio.subprocess.Process, ShellHost]) -> ShellHost:
    return process_and_host[1]


async def test_files_are_read_written_listed_described_and_removed(host: ShellHost, tmp_path: pathlib.Path) -> None:
    path = tmp_path / " a  b "
    content = bytes(range(256)) * 3
    path.write_bytes(content)
    (tmp_path / "link").symlink_to(" a  b ")
    assert await host.read(str(path)) == content
    assert await host.read(str(path), offset=100, limit=65) == content[100:165]
    assert await host.read(str(path), offset=10_000) == b""
    assert await host.list(str(tmp_path)) == [" a  b ", "link"]
    assert await host.link(str(tmp_path / "link")) == " a  b "
    await host.write(str(path), b"\\n\0\x81%s")
    assert path.read_bytes() == b"\\n\0\x81%s" + content[6:]
    assert (await host.stat(str(path))).inode == path.stat().st_ino
    await host.remove(str(path))
    assert not path.exists()


@pytest.mark.parametrize("operation", ["read", "list", "link", "stat", "remove", "write"])
@pytest.mark.parametrize(
    ("path", "numbers"),
    [
        ("/nowhere/x", {errno.ENOENT}),
        ("/etc/passwd/x", {errno.ENOTDIR}),
        ("/etc/two\nlines", {errno.EINVAL}),
        ("/" + "x" * 300, {errno.ENAMETOOLONG}),
    ],
)
async def test_the_errno_is_the_kernels(host: ShellHost, operation: str, path: str, numbers: set[int]) -> None:
    more = (b"x",) if operation == "write" else ()
    with pytest.raises(OSError, match=r".") as caught:
        await getattr(host, operation)(path, *more)
    assert caught.value.errno in numbers


async def test_a_file_is_installed_whole_with_the_mode_of_the_old_one(host: ShellHost, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "folder" / "it's $(x) \\0.elf"
    for content in (os.urandom(200_000), b"", b"\0" * 70_000):
        told: list[tuple[int, int]] = []
        await host.put(str(path), content, progress=lambda *so_far, told=told: told.append(so_far))
        assert path.read_bytes() == content
        assert told[-1] == (len(content), len(content))
    assert path.stat().st_mode & 0o777 == 0o644
    path.chmod(0o600)
    await host.put(str(path), b"new")
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


async def test_what_arrives_damaged_is_not_installed(
    host: ShellHost, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.elf"
    path.write_bytes(b"old")
    monkeypatch.setattr("rproc_tui.hosts.shell_agent.sending._prepared", lambda *_: (b"no gzip", "0" * 64))
    with pytest.raises(OSError, match=r"."):
        await host.put(str(path), b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.elf"]


async def test_a_put_that_is_cancelled_leaves_the_old_file_and_nothing_else(
    host: ShellHost, tmp_path: pathlib.Path
) -> None:
    path = tmp_path / "x.elf"
    path.write_bytes(b"old")

    def cancel(_done: int, _size: int) -> None:
        putting.cancel()

    putting = asyncio.ensure_future(host.put(str(path), os.urandom(1_000_000), progress=cancel))
    await asyncio.wait([putting], timeout=PATIENCE)
    assert putting.cancelled()
    await host.put(str(tmp_path / "other"), b"x")  # in the same slot, behind what was dropped
    assert path.read_bytes() == b"old"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["other", "x.elf"]


async def test_a_write_that_blocks_holds_up_nobody(host: ShellHost, tmp_path: pathlib.Path) -> None:
    os.mkfifo(tmp_path / "fifo")  # opening it waits for a reader, as a kernel waits for its firmware
    writing = [asyncio.ensure_future(host.write(str(tmp_path / "fifo"), b"start")) for _ in range(USUAL + 2)]
    for _ in range(3):
        assert await asyncio.wait_for(host.list(str(tmp_path)), PATIENCE) == ["fifo"]
    assert not any(write.done() for write in writing)
    reading = os.open(tmp_path / "fifo", os.O_RDONLY | os.O_NONBLOCK)
    await asyncio.wait_for(asyncio.gather(*writing), PATIENCE)
    assert os.read(reading, 100) == b"start" * len(writing)
    os.close(reading)


async def test_what_is_followed_comes_by_itself_until_it_is_gone(host: ShellHost, tmp_path: pathlib.Path) -> None:
    for name in ("state", "trace0"):
        path = tmp_path / name
        path.write_bytes(b"offline\n")
        contents = host.follow(str(path), 0.01)
        assert await asyncio.wait_for(anext(contents), PATIENCE) == b"offline\n"
        path.write_bytes(b"running\n" * 1000)
        seen = b""
        while seen != b"running\n" * 1000:
            seen = await asyncio.wait_for(anext(contents), PATIENCE)
        path.unlink()
        async with asyncio.timeout(PATIENCE):
            assert [content async for content in contents] == []


async def test_events_and_endpoints_are_lacking_and_that_is_said(host: ShellHost) -> None:
    with pytest.raises(OSError, match="device events"):
        await anext(host.uevents())
    with pytest.raises(OSError, match="endpoints"):
        await host.open_endpoint("/dev/rpmsg_ctrl0", "x", 1, 2)
    assert len(host.lacks) == 2


async def test_when_it_ends_nothing_of_it_is_left(
    process_and_host: tuple[asyncio.subprocess.Process, ShellHost], tmp_path: pathlib.Path
) -> None:
    process, host = process_and_host
    mark = f"rproc-tui-sh-{process.pid}"
    assert [name for name in os.listdir("/tmp") if name == mark]  # noqa: S108 (where the agent keeps its own)
    os.mkfifo(tmp_path / "fifo")
    writing = asyncio.ensure_future(host.write(str(tmp_path / "fifo"), b"start"))
    await host.ping()
    process.terminate()
    with pytest.raises(AnswerLost):
        await asyncio.wait_for(writing, PATIENCE)
    await asyncio.wait_for(process.wait(), PATIENCE)
    os.close(os.open(tmp_path / "fifo", os.O_RDONLY | os.O_NONBLOCK))  # what waits in its kernel is let go
    assert not [name for name in os.listdir("/tmp") if name == mark]  # noqa: S108
    with pytest.raises(NotConnected):
        await host.read("/etc/passwd")
