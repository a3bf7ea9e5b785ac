"""Mounts a host's files in a folder by FUSE, and takes them away again."""

from __future__ import annotations

import asyncio
import concurrent.futures
import errno
import os
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, cast

from rproc_tui.errors import MountMissing, RprocTuiError, UsageError
from rproc_tui.hosts.base import Host
from rproc_tui.hosts.mount.file_system import Files
from rproc_tui.hosts.mount.kernel_messages import KernelMessages

DEVICE = "/dev/fuse"
INSTALL_LIBRARY = "`apt install fuse3`, or whatever brings libfuse and fusermount3 here"
END = ".rproc-tui-ends"
"""A name that is looked up in the mount to wake it, so that it sees that it is to end."""

IDLE_THREADS = 10
"""Threads that libfuse 3 keeps; its own default is a number that it complains of."""


class Fuse(Protocol):
    """What is used of mfusepy."""

    fuse_version_major: int

    def FUSE(self, operations: object, mountpoint: str, **options: object) -> object:  # noqa: N802 (its name)
        """Mount, serve until the end, unmount."""
        ...

    def fuse_exit(self) -> None:
        """End it; to be called within an operation."""
        ...


def load_fuse() -> Fuse:
    """Mfusepy and the system's library; MountMissing says which of both is not there."""
    try:
        import mfusepy  # noqa: PLC0415 (an extra, for one verb)
    except ImportError:
        raise MountMissing("mounting needs mfusepy", hint="pip install 'rproc-tui[mount]'") from None
    except (OSError, AttributeError) as error:
        raise MountMissing(f"mounting needs the library libfuse ({error})", hint=INSTALL_LIBRARY) from None
    if not os.path.exists(DEVICE):
        raise MountMissing(f"there is no {DEVICE}", hint="`modprobe fuse`; a container needs --device /dev/fuse")
    return cast("Fuse", mfusepy)


class _Operations(Files):
    """The files, with a beginning and an end."""

    def __init__(
        self,
        host: Host,
        ask: Callable[[Coroutine[Any, Any, Any]], Any],
        messages: KernelMessages,
        *,
        began: Callable[[], None],
        end: Callable[[], None],
    ) -> None:
        super().__init__(host, ask, messages)
        self._began = began
        self._end = end
        self.ends = False

    def init(self, _path: str) -> None:
        """It is mounted."""
        self._began()

    def getattr(self, path: str, number: int | None = None) -> dict[str, int]:
        """As any file, and the way to end the mount from within."""
        if self.ends and path == f"/{END}":
            self._end()
        return super().getattr(path, number)


class Mount:
    """A host's files in a folder, from `begin` to `close`. The host is asked on the event loop that runs then."""

    def __init__(self, host: Host, folder: str, *, read_only: bool = False) -> None:
        """The folder must be empty: what is in it could not be seen. UsageError, MountMissing."""
        self.folder = os.path.abspath(folder)
        self._fuse = load_fuse()
        self._host = host
        self._read_only = read_only
        self._loop = asyncio.get_running_loop()
        self._began: asyncio.Future[None] = self._loop.create_future()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._asked: set[concurrent.futures.Future[Any]] = set()
        self._lock = threading.Lock()
        self.messages = KernelMessages()
        self._operations = _Operations(host, self._ask, self.messages, began=self._tell_began, end=self._fuse.fuse_exit)
        _check(self.folder, host)

    async def begin(self) -> None:
        """Mount; RprocTuiError when that fails, and libfuse has said why on stderr."""
        threading.Thread(target=self._serve, name=f"mount on {self.folder}", daemon=True).start()
        await asyncio.wait([self._began, self._ended], return_when=asyncio.FIRST_COMPLETED)
        if self._ended.done():
            hint = f"root may; others need to read and write {DEVICE}, and a set-uid fusermount3 (apt install fuse3)"
            raise RprocTuiError(f"{self.folder} could not be mounted", hint=hint)

    async def ended(self) -> None:
        """Until somebody has unmounted it."""
        await asyncio.shield(self._ended)

    async def close(self) -> None:
        """Unmount, whoever still uses it; what a program waits for answers ENODEV."""
        if not self._began.done():
            return
        self._operations.ends = True
        with self._lock:
            for future in self._asked:
                future.cancel()
        await asyncio.to_thread(os.path.exists, os.path.join(self.folder, END))
        await self._ended

    def _serve(self) -> None:
        options: dict[str, object] = {"max_idle_threads": IDLE_THREADS} if self._fuse.fuse_version_major > 2 else {}
        if self._read_only:
            options["ro"] = True
        try:
            self._fuse.FUSE(
                self._operations,
                self.folder,
                foreground=True,
                direct_io=True,  # a write is the write(2) of its caller, with the kernel's errno
                attr_timeout=0,  # files come and go with each boot
                entry_timeout=0,
                fsname="rproc-tui",
                **options,
            )
        except RuntimeError:
            pass  # libfuse has said why
        finally:
            self._loop.call_soon_threadsafe(self._ended.set_result, None)

    def _tell_began(self) -> None:
        self._loop.call_soon_threadsafe(self._began.set_result, None)

    def _ask(self, question: Coroutine[Any, Any, Any]) -> Any:
        """On a thread of FUSE's: have the host answer on its loop."""
        with self._lock:
            if self._operations.ends:
                question.close()
                raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
            future = asyncio.run_coroutine_threadsafe(question, self._loop)
            self._asked.add(future)
        try:
            return future.result()
        except concurrent.futures.CancelledError:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV)) from None
        finally:
            with self._lock:
                self._asked.discard(future)


def _check(folder: str, host: Host) -> None:
    """Refuse a folder that cannot be covered; with the board's own firmware in it, each look would wait for itself."""
    try:
        os.stat(folder)
    except OSError as error:
        if error.errno == errno.ENOTCONN:
            hint = f"`umount {folder}`, or `fusermount3 -u {folder}`"
            raise UsageError(f"what was mounted on {folder} was killed", hint=hint) from None
    if not os.path.isdir(folder):
        raise UsageError(f"{folder} is no folder", hint="make it first; it has to be empty")
    if os.path.ismount(folder):
        raise UsageError(f"something is mounted on {folder} already", hint=f"`umount {folder}`")
    if os.listdir(folder):
        raise UsageError(f"{folder} is not empty", hint="what is in it could not be seen; take another one")
    firmware = host.local_path("/lib/firmware")
    if firmware is not None and os.path.realpath(firmware) == os.path.realpath(folder):
        raise UsageError(f"{folder} is the board's firmware folder", hint="mount it on another one")
