"""A device on the bus: a named way to one remote address (`struct rpmsg_device`)."""

from __future__ import annotations

import errno
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from rproc_tui.rpmsg.addresses import NAME_SERVICE_ADDRESS, signed
from rproc_tui.rpmsg.log_level import ERROR
from rproc_tui.rpmsg.name_service import CREATE, DESTROY, announcement

if TYPE_CHECKING:
    from rproc_tui.rpmsg.bus import RpmsgBus
    from rproc_tui.rpmsg.endpoint import Endpoint, Receive


class Channel:
    """What `/sys/bus/rpmsg/devices` lists. A driver binds to it and thereby gives it a local address."""

    def __init__(self, bus: RpmsgBus, name: str, source: int, destination: int, *, announce: bool = False) -> None:
        self.bus = bus
        self.name = name
        """As announced; bytes that are no UTF-8 are surrogates, so sanitise before showing."""
        self.source = source
        """Local address; ADDRESS_ANY until a driver with a callback binds, and kept when it leaves."""
        self.destination = destination
        """Remote address."""
        self.announce = announce
        """Whether the remote side is told of it while a driver is bound."""
        # The kernel's names of devices have no slash.
        self.device_name = f"{bus.name}.{name.replace('/', '!')}.{signed(source)}.{signed(destination)}"
        """`virtio0.rpmsg-raw.-1.1024`: fixed from the start, with signed addresses."""
        self.driver: str | None = None
        """Name of the bound driver (`rpmsg_chrdev`)."""
        self.endpoint: Endpoint | None = None
        """The bound driver's endpoint, where it has a callback."""
        self.on_unbind: Callable[[], None] | None = None
        """The bound driver's remove: called before its endpoint goes."""

    def log(self, level: int, text: str) -> None:
        """A line on this device rather than on the bus."""
        self.bus.on_channel_log(self, level, text)

    def bind(self, driver: str, callback: Receive | None, on_unbind: Callable[[], None] | None = None) -> None:
        """Let a driver have this channel; with a callback it gets an endpoint at `source`.

        OSError: EBUSY when another one has it, ENOMEM when there is no address, what sending gives when the
        announcement fails.
        """
        if self.driver is not None:
            raise OSError(errno.EBUSY, f"{self.device_name} is bound to {self.driver}")
        self.driver = driver
        self.on_unbind = on_unbind
        if callback is None:
            return
        try:
            self.endpoint = self.bus.create_endpoint(callback, self.source, self)
        except OSError as error:
            self.log(ERROR, "failed to create endpoint")
            self.unbind()
            raise OSError(errno.ENOMEM, "no endpoint") from error
        self.source = self.endpoint.address
        try:
            self._tell(CREATE)
        except OSError:
            self.log(ERROR, "failed to announce creation")
            self.unbind()
            raise

    def unbind(self) -> None:
        """Take the channel from its driver; nothing when it has none."""
        self.retire()
        self.driver = None

    def retire(self) -> None:
        """The same for a device that goes: `driver` stays, for those who are told that it is gone."""
        endpoint, on_unbind = self.endpoint, self.on_unbind
        if endpoint is not None:
            with suppress(OSError):  # logged; the kernel goes on as well
                self._tell(DESTROY)
        self.on_unbind = None
        if on_unbind is not None:
            on_unbind()
        self.endpoint = None
        if endpoint is not None:
            endpoint.close()

    def send(self, data: bytes) -> None:
        """Send to the channel's remote address; OSError as `Endpoint.send`, EPIPE without an endpoint."""
        self._bound().send(data, self.destination)

    def try_send(self, data: bytes) -> None:
        """The same without waiting: ENOMEM when no buffer is free."""
        self._bound().try_send(data, self.destination)

    def _bound(self) -> Endpoint:
        if self.endpoint is None:
            raise OSError(errno.EPIPE, f"{self.device_name} has no endpoint")
        return self.endpoint

    def _tell(self, flags: int) -> None:
        endpoint = self.endpoint
        if endpoint is None or not self.announce or not self.bus.name_service or self.bus.removed:
            return
        try:
            endpoint.send(announcement(self.name, self.source, flags), NAME_SERVICE_ADDRESS)
        except OSError as error:
            self.log(ERROR, f"failed to announce service {-(error.errno or 0)}")
            raise
