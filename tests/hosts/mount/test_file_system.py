"""What system calls on a mounted board answer, asked without FUSE."""

from __future__ import annotations

import asyncio
import errno
import os
import pathlib
import stat
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest

from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.hosts.mount.file_system import UTIME_NOW, UTIME_OMIT, Files
from rproc_tui.hosts.mount.kernel_messages import KernelMessages
from rproc_tui.model.kernel_log import KernelLine

Answer = TypeVar("Answer")

M4 = "/sys/class/remoteproc/remoteproc0"


class Caller:
    """Calls operations as FUSE does: on other threads than the host's."""

    def __init__(self, host: EmulatedHost) -> None:
        loop = asyncio.get_running_loop()

        def ask(question: Coroutine[Any, Any, Any]) -> Any:
            return asyncio.run_coroutine_threadsafe(question, loop).result()

        self.messages = KernelMessages()
        self.files = Files(host, ask, self.messages)

    async def __call__(self, operation: Callable[..., Answer], *arguments: object) -> Answer:
        return await asyncio.to_thread(operation, *arguments)

    async def errno(self, operation: Callable[..., object], *arguments: object) -> str:
        """The name of the errno; empty where it works."""
        try:
            await self(operation, *arguments)
        except OSError as error:
            return errno.errorcode[error.errno or 0]
        return ""

    async def read(self, path: str) -> bytes:
        number = await self(self.files.open, path, os.O_RDONLY)
        content = await self(self.files.read, path, 4096, 0, number)
        await self(self.files.release, path, number)
        return content

    async def write(self, path: str, data: bytes) -> None:
        number = await self(self.files.open, path, os.O_WRONLY | os.O_TRUNC)
        try:
            await self(self.files.write, path, data, 0, number)
        finally:
            await self(self.files.flush, path, number)
            await self(self.files.release, path, number)


@pytest.fixture
async def call(plain_host: EmulatedHost) -> Caller:
    return Caller(plain_host)


async def test_a_processor_is_driven_by_its_files(call: Caller) -> None:
    assert await call.read(f"{M4}/state") == b"offline\n"
    await call.write(f"{M4}/firmware", b"m4.elf\n")
    await call.write(f"{M4}/state", b"start\n")
    assert await call.read(f"{M4}/state") == b"running\n"
    for attribute, text, number in (("firmware", b"dsp.elf\n", errno.EBUSY), ("state", b"dance\n", errno.EINVAL)):
        with pytest.raises(OSError, match=os.strerror(number)) as caught:
            await call.write(f"{M4}/{attribute}", text)
        assert caught.value.errno == number


@pytest.mark.parametrize(
    ("path", "flags", "name"),
    [
        (f"{M4}/name", os.O_WRONLY, "EACCES"),
        (f"{M4}/nosuch", os.O_RDONLY, "ENOENT"),
        (f"{M4}/state", os.O_RDWR, ""),
        ("/lib/firmware/nosuch.elf", os.O_RDONLY, "ENOENT"),
        ("/sys/kernel/debug/remoteproc/remoteproc0/crash", os.O_WRONLY, ""),
    ],
)
async def test_opening_answers_as_the_kernel_does(call: Caller, path: str, flags: int, name: str) -> None:
    assert await call.errno(call.files.open, path, flags) == name


@pytest.mark.parametrize(
    ("operation", "path", "name"),
    [
        ("create", "/sys/class/remoteproc/mine", "EACCES"),
        ("create", "/etc", "EROFS"),
        ("mkdir", "/sys/mine", "EPERM"),
        ("unlink", f"{M4}/state", "EPERM"),
        ("chmod", f"{M4}/state", "EPERM"),
        ("rename", f"{M4}/state", "EPERM"),
        ("rmdir", "/sys", "EPERM"),
        ("symlink", "/sys/mine", "EPERM"),
        ("utimens", f"{M4}/state", ""),
        ("truncate", f"{M4}/state", ""),
    ],
)
async def test_what_cannot_be_done_to_the_kernel_s_files(call: Caller, operation: str, path: str, name: str) -> None:
    arguments: dict[str, list[object]] = {
        "create": [0o644, os.O_WRONLY],
        "mkdir": [0o755],
        "chmod": [0o600],
        "rename": ["/sys/other"],
        "symlink": ["target"],
        "truncate": [0],
    }
    assert await call.errno(getattr(call.files, operation), path, *arguments.get(operation, [])) == name


async def test_attributes_have_the_type_mode_and_size_that_the_kernel_claims(call: Caller) -> None:
    attribute = await call(call.files.getattr, f"{M4}/state")
    assert (attribute["st_mode"], attribute["st_size"]) == (stat.S_IFREG | 0o644, 4096)
    assert stat.S_ISLNK((await call(call.files.getattr, M4))["st_mode"])
    assert stat.S_ISDIR((await call(call.files.getattr, "/sys/class/remoteproc"))["st_mode"])
    assert stat.S_ISDIR((await call(call.files.getattr, "/lib/firmware"))["st_mode"])
    assert await call.errno(call.files.getattr, "/nosuch") == "ENOENT"


async def test_links_stay_within_the_mount(call: Caller) -> None:
    assert (await call(call.files.readlink, M4)).startswith("../../devices/")
    assert await call(call.files.readlink, "/proc/device-tree") == "../sys/firmware/devicetree/base"
    assert await call.errno(call.files.readlink, f"{M4}/state") == "EINVAL"


async def test_the_kernel_s_log_is_a_file(call: Caller) -> None:
    call.messages.add(KernelLine(1, 2.0, 6, "remoteproc remoteproc0: m4 is available"))
    assert await call.read("/dev/kmsg") == b"6,1,2000000,-;remoteproc remoteproc0: m4 is available\n"
    assert "kmsg" in await call(call.files.readdir, "/dev", 0)
    assert await call.errno(call.files.open, "/dev/kmsg", os.O_WRONLY) == "EACCES"


async def test_firmware_is_the_folder_of_this_machine(call: Caller, firmware_folder: pathlib.Path) -> None:
    new, moved = "/lib/firmware/sub/new.elf", "/lib/firmware/moved.elf"
    await call(call.files.mkdir, "/lib/firmware/sub", 0o755)
    number = await call(call.files.create, new, 0o600, os.O_WRONLY)
    await call(call.files.write, new, b"firmware", 0, number)
    assert (await call(call.files.getattr, new, number))["st_size"] == 8
    await call(call.files.truncate, new, 4, number)
    await call(call.files.release, new, number)
    await call(call.files.chmod, new, 0o640)
    await call(call.files.rename, new, moved)
    await call(call.files.rmdir, "/lib/firmware/sub")
    await call(call.files.symlink, "/lib/firmware/link.elf", "moved.elf")
    assert await call(call.files.readlink, "/lib/firmware/link.elf") == "moved.elf"
    assert (firmware_folder / "link.elf").read_bytes() == b"firm"
    assert (firmware_folder / "moved.elf").stat().st_mode & 0o777 == 0o640
    await call(call.files.unlink, moved)
    assert not (firmware_folder / "moved.elf").exists()


async def test_times_of_firmware_are_set_as_utimensat_sets_them(call: Caller, firmware_folder: pathlib.Path) -> None:
    path, file = "/lib/firmware/m4.elf", firmware_folder / "m4.elf"
    await call(call.files.utimens, path, (1_000_000_000, 2_000_000_000))
    assert (file.stat().st_atime_ns, file.stat().st_mtime_ns) == (1_000_000_000, 2_000_000_000)
    await call(call.files.utimens, path, (UTIME_OMIT, 3_000_000_000))
    assert (file.stat().st_atime_ns, file.stat().st_mtime_ns) == (1_000_000_000, 3_000_000_000)
    await call(call.files.utimens, path, (UTIME_NOW, UTIME_NOW))
    assert file.stat().st_mtime_ns > 3_000_000_000
