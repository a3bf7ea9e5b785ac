"""One processor of a kernel, as far as its files go: the state machine behind `state`, `firmware` and `recovery`.

Follows the kernel's rules of 5.19 and later, with their traps: a second start succeeds and only counts, a failed
recovery leaves the count up.
"""

from __future__ import annotations

import errno

from tests.linux.board import processor
from tests.linux.memory_host import File, MemoryHost, failure

OWN = "/sys/devices/platform/10000000.m4/remoteproc/remoteproc0"
DEBUG = "/sys/kernel/debug/remoteproc/remoteproc0"
STATE = "/sys/class/remoteproc/remoteproc0/state"


class KernelProcessor:
    """`remoteproc0`, driven through `host`."""

    def __init__(self, state: str = "offline", *, firmware: str = "fw.elf") -> None:
        self.state = state
        self.power = 1 if state in ("running", "attached", "crashed") else 0
        self.recovery = "enabled"
        self.coredump = "disabled"
        self.firmware = firmware
        self.missing = False
        """The firmware file is not there."""
        self.stops_crashed = True
        """Kernels of 2026 stop a crashed processor."""
        self.dump: str | None = None
        self.host = MemoryHost(processor(0, "10000000.m4", debug={"crash": File(mode=0o200), "mailbox": File()}))
        own = {"state": self._write_state, "firmware": self._write_firmware, "recovery": self._write_recovery}
        self.host.writers = {f"{OWN}/{name}": write for name, write in own.items()}
        self.host.writers[f"{OWN}/coredump"] = self._write_coredump
        self.host.writers[f"{DEBUG}/crash"] = self._write_crash
        self._show()

    @property
    def words(self) -> list[bytes]:
        """Everything that was written, in order."""
        return [data for _, data in self.host.writes]

    def _show(self) -> None:
        attached = self.state == "attached"
        texts = {"state": self.state, "firmware": "unknown" if attached else self.firmware}
        texts |= {"recovery": self.recovery, "coredump": self.coredump}
        for name, text in texts.items():
            self.host.files[f"{OWN}/{name}"] = f"{text}\n".encode()

    def _write_state(self, data: bytes) -> None:
        word = data.removesuffix(b"\n")
        {b"start": self._start, b"stop": self._stop, b"detach": self._detach}.get(word, self._refuse)()
        self._show()

    def _refuse(self) -> None:
        raise failure(errno.EINVAL, STATE)

    def _start(self) -> None:
        self.power += 1
        if self.power > 1:
            return
        if self.state == "detached":
            self.state = "attached"
        elif self.missing:
            self.power = 0
            raise failure(errno.ENOENT, STATE)
        else:
            self.state = "running"

    def _stop(self) -> None:
        if self.state not in ("running", "attached") and not (self.state == "crashed" and self.stops_crashed):
            self._refuse()
        self.power -= 1
        if self.power == 0:
            self.state = "offline"

    def _detach(self) -> None:
        if self.state != "attached":
            self._refuse()
        self.power -= 1
        if self.power == 0:
            self.state = "detached"

    def _write_firmware(self, data: bytes) -> None:
        if self.state != "offline":
            raise failure(errno.EBUSY, f"{OWN}/firmware")
        self.firmware = data.split(b"\n")[0].decode()
        self._show()

    def _write_recovery(self, data: bytes) -> None:
        word = data.removesuffix(b"\n").decode()
        if word not in ("enabled", "disabled", "recover"):
            raise failure(errno.EINVAL, f"{OWN}/recovery")
        if word != "recover":
            self.recovery = word
        if word != "disabled" and self.state == "crashed":
            self._recover()
        self._show()

    def _recover(self) -> None:
        self.state = "offline" if self.missing else "running"

    def _write_coredump(self, data: bytes) -> None:
        if self.state == "crashed":
            raise failure(errno.EBUSY, f"{OWN}/coredump")
        self.coredump = data.decode()
        self._show()

    def _write_crash(self, data: bytes) -> None:
        int(data)
        self.state = "crashed"
        if self.recovery == "enabled":
            self._recover()
        self._show()
