"""One of the machine's processors, found by its name: its files in sysfs and debugfs, whatever its number is now."""

from __future__ import annotations

import errno
import os

from rproc_tui.hosts.base import Host
from tests.conformance.patience import until

CLASS = "/sys/class/remoteproc"
DEBUG = "/sys/kernel/debug/remoteproc"
DRIVER = "/sys/bus/platform/drivers/vrproc"
FATAL_ERROR = "2"
OK = "ok"
STARTS_MOST = 8
"""Power references that a test may leave behind."""


async def answer_of(host: Host, path: str, data: bytes) -> str:
    """What one write is answered: `ok`, or the name of its errno."""
    try:
        await host.write(path, data)
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, str(error))
    return OK


async def reading_of(host: Host, path: str) -> str:
    """What reading a file answers: its text, or the name of the errno."""
    try:
        return (await host.read(path)).decode()
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, str(error))


class Processor:
    """A core of the driver. A file name that begins with a slash is one in debugfs: `state`, `/trace0`."""

    def __init__(self, host: Host, name: str, device: str, firmware: str, rest: str) -> None:
        self.host = host
        self.name = name
        self.device = device
        """Its platform device; it stays the same."""
        self.firmware = firmware
        """The file that it loads when nobody asked for another."""
        self.rest = rest
        """Its state when nobody has touched it."""
        self.id = ""
        """`remoteproc0`, as long as it is bound."""
        self.touched = True
        """Somebody asked for one of its paths since it was brought to rest."""

    @property
    def node(self) -> str:
        """Its character device."""
        self.touched = True
        return f"/dev/{self.id}"

    @property
    def parent(self) -> str:
        """The folder of its platform device."""
        self.touched = True
        return f"/sys/devices/platform/{self.device}"

    def path(self, file: str) -> str:
        """Where a file of it is."""
        self.touched = True
        return f"{DEBUG}/{self.id}{file}" if file.startswith("/") else f"{CLASS}/{self.id}/{file}"

    async def find(self) -> bool:
        """Look up its number; False when it is not bound."""
        if self.id and await self.reading("name") == f"{self.name}\n":
            return True
        for entry in await self.host.list(CLASS):
            if await reading_of(self.host, f"{CLASS}/{entry}/name") == f"{self.name}\n":
                self.id = entry
                return True
        return False

    async def read(self, file: str) -> str:
        """The text of a file."""
        return (await self.host.read(self.path(file))).decode()

    async def reading(self, file: str) -> str:
        """The text of a file, or the errno's name."""
        return await reading_of(self.host, self.path(file))

    async def write(self, file: str, text: str | bytes) -> None:
        """One write; OSError as the kernel answers."""
        await self.host.write(self.path(file), os.fsencode(text))

    async def answer(self, file: str, text: str | bytes) -> str:
        """`ok`, or the errno's name."""
        return await answer_of(self.host, self.path(file), os.fsencode(text))

    async def state(self) -> str:
        """The word of its `state`."""
        return (await self.read("state")).rstrip("\n")

    async def becomes(self, state: str) -> None:
        """Wait until it is in a state."""

        async def there() -> bool:
            return await self.state() == state

        await until(there, f"{self.name} is {state}")

    async def traces(self) -> list[str]:
        """The names of its trace files."""
        return [name for name in await self.host.list(self.path("/")) if name.startswith("trace")]

    async def trace_says(self, text: str, file: str = "/trace0") -> str:
        """Wait until a trace holds a text; the whole of it then."""

        async def there() -> bool:
            return text in await self.read(file)

        await until(there, f"{file} of {self.name} holds {text!r}")
        return await self.read(file)

    async def children(self) -> list[str]:
        """The names of its vdevs in sysfs."""
        return [name for name in await self.host.list(self.path("")) if name.startswith("rproc-virtio")]

    async def crash(self, kind: str = FATAL_ERROR) -> None:
        """Report a crash of it; dealt with later."""
        await self.write("/crash", kind)

    async def unbind(self) -> None:
        """Take its device from the driver."""
        self.touched = True
        await self.host.write(f"{DRIVER}/unbind", self.device.encode())

    async def bind(self) -> None:
        """Give it back."""
        await self.host.write(f"{DRIVER}/bind", self.device.encode())
        assert await self.find(), f"{self.name} is not there after its device was bound"

    async def rebind(self) -> None:
        """A fresh processor on the same device; its number may be another one."""
        await self.unbind()
        await self.bind()

    async def reset(self) -> None:
        """Bring it to rest, by rebinding where nothing else helps, and take back what was set."""
        if not await self.find():
            await self.bind()
        if not await self._comes_to_rest():
            await self.rebind()
        wanted = {"recovery": "enabled", "coredump": "disabled", "firmware": self.firmware}
        for file, text in wanted.items():
            if await self.read(file) != f"{text}\n":
                await self.write(file, text)
        self.touched = False

    async def _comes_to_rest(self) -> bool:
        if await self.state() == "crashed":  # unbound as it is, it would leave its devices behind for good
            await self.answer("recovery", "recover")
        state = await self.state()
        for _ in range(STARTS_MOST):
            if state in ("offline", "detached"):
                break
            await self.answer("state", "detach" if state == "attached" else "stop")
            state = await self.state()
        return state == self.rest and not await self.traces() and not await self.children()
