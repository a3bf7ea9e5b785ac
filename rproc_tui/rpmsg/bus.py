"""One virtio device of type 7 and everything on it (drivers/rpmsg/virtio_rpmsg_bus.c): the host's side of rpmsg.

Interrupts come on the remote processor's thread, sends on any, `remove` on the framework's. Callbacks, kicks and
`on_channel` run without a lock of the bus held.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from threading import Lock
from typing import Final

from rproc_tui.rpmsg.addresses import ADDRESS_ANY, NAME_SERVICE_ADDRESS, AddressSpace, address_of
from rproc_tui.rpmsg.channel import Channel
from rproc_tui.rpmsg.endpoint import Endpoint, Receive
from rproc_tui.rpmsg.header import BUFFER_SIZE, RECEIVE_RING, SEND_RING, buffer_count
from rproc_tui.rpmsg.log_level import ERROR, INFO, Log
from rproc_tui.rpmsg.name_service import NameService, read_name, wire_name
from rproc_tui.rpmsg.receiver import Receiver
from rproc_tui.rpmsg.sender import Sender
from rproc_tui.rpmsg.statistics import BusStatistics, ring_fill
from rproc_tui.rpmsg.virtqueue import Virtqueue
from rproc_tui.rpmsg.vring import Vring
from rproc_tui.sanitise import sanitise

MAX_CHANNELS: Final = 1024
"""More than these are refused; the kernel goes on until it has no memory left."""


def _ignore_channel(_channel: Channel, _created: bool) -> None:
    """The hook of a bus that nobody watches."""


class RpmsgBus:
    """The bus on one pair of rings. Its log lines carry no prefix; whoever makes it adds driver and device."""

    def __init__(
        self,
        name: str,
        receive: Vring,
        send: Vring,
        buffers: memoryview,
        buffers_address: int,
        *,
        kick: Callable[[int], None],
        log: Log,
        name_service: bool,
        monotonic: Callable[[], float],
        event_index: bool = False,
        control_device: bool = True,
        name_service_device: bool = True,
    ) -> None:
        """Drive zeroed rings, with `buffer_count(receive.num)` buffers of 512 bytes at a physical address.

        `kick` takes a ring's number; `name_service` and `event_index` are the negotiated bits 0 and 29. Kernels before
        5.18 have no control device, before 5.11 no name service device. ValueError when the buffers do not fit.
        """
        size = buffer_count(receive.num) * BUFFER_SIZE
        if len(buffers) < size:
            raise ValueError(f"{buffer_count(receive.num)} buffers need {size} bytes, not {len(buffers)}")
        half = size // 2
        self.name = name
        """Name of the virtio device (`virtio0`)."""
        self.name_service = name_service
        """Whether the remote side may announce channels, and is told of ours."""
        self.on_channel: Callable[[Channel, bool], None] = _ignore_channel
        """Told of every channel: True when it is there, False when its driver has left it and it is gone.

        Runs on the thread that made the change, often the remote processor's; it may bind a driver, and must not wait
        for somebody who waits for `remove`.
        """
        self.on_channel_log: Callable[[Channel, int, str], None] = lambda _channel, level, text: log(level, text)
        """Takes the lines of a channel's own device, as `log` takes those of the bus."""
        self.monotonic = monotonic
        self._log = log
        self._kick = kick
        self._control_device = control_device
        self._name_service_device = name_service_device
        self._addresses: AddressSpace[Endpoint] = AddressSpace()
        self._receiver = Receiver(
            Virtqueue("input", receive, log, event_index=event_index),
            buffers[:half],
            buffers_address,
            find=self._addresses.find,
            log=log,
            kick=kick,
            monotonic=monotonic,
        )
        output = Virtqueue("output", send, log, event_index=event_index)
        self._sender = Sender(output, buffers[half:size], buffers_address + half, kick, monotonic)
        self._channels: tuple[Channel, ...] = ()
        self._lock = Lock()
        self._last: BusStatistics | None = None
        self.removed = False
        """Whether `remove` was called."""

    def probe(self, device_ready: Callable[[], None] | None = None) -> None:
        """Lend the receive buffers and go online; `device_ready` sets DRIVER_OK, just before the first kick."""
        self._receiver.fill()
        self._sender.queue.disable_callback()
        if self._control_device:
            control = self._register("rpmsg_ctrl", 0, 0)
            control.bind("rpmsg_ctrl", None)
            self._tell(control, created=True)
        if self.name_service:
            self._serve_names()
        kick = self._receiver.queue.kick_needed()
        if device_ready is not None:
            device_ready()
        if kick:
            self._kick(RECEIVE_RING)
        self._log(INFO, "rpmsg host is online")

    def interrupt(self, ring: int) -> None:
        """The remote side has notified a ring: messages came (0) or were consumed (1). Never raises for its sake."""
        if ring == RECEIVE_RING:
            self._receiver.interrupt()
        elif ring == SEND_RING:
            self._sender.interrupt()

    def remove(self) -> None:
        """Take everything down: blocked senders wake, channels and endpoints go. The memory is not touched afterwards.

        Waits for a callback that runs on another thread; may be called from within one.
        """
        with self._lock:
            if self.removed:
                return
            self.removed = True
        self._sender.stop()
        self._receiver.stop()
        self._last = self._look()
        channels, self._channels = self._channels, ()
        for channel in channels:
            self._unregister(channel)
        for endpoint in self._addresses.occupants():
            endpoint.close()

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Every device on the bus, oldest first; the control device and the name service are devices too."""
        return self._channels

    def create_endpoint(self, callback: Receive, source: int = ADDRESS_ANY, channel: Channel | None = None) -> Endpoint:
        """Receive at a local address; what goes wrong there is logged on `channel` where there is one.

        OSError: ENOSPC when the address is taken, EINVAL when it is out of range, ENODEV when the bus is gone.
        """
        log = self._log if channel is None else channel.log
        with self._lock:
            if self.removed:
                raise OSError(errno.ENODEV, f"{self.name} is gone")
            try:
                return Endpoint(callback, self._addresses, self._sender, log, source)
            except OSError as error:
                log(ERROR, f"idr_alloc failed: {-(error.errno or 0)}")
                raise

    def create_channel(self, name: str, source: int, destination: int) -> Channel:
        """Put a device on the bus; one with a fixed source is announced when a driver binds.

        OSError: EEXIST when there is one, ENOMEM when there are too many, ENODEV when the bus is gone.
        """
        source = address_of(source)
        channel = self._register(
            read_name(wire_name(name)), source, address_of(destination), announce=source != ADDRESS_ANY
        )
        self._tell(channel, created=True)
        return channel

    def destroy_channel(self, name: str, source: int, destination: int) -> None:
        """Take a device off the bus; ADDRESS_ANY means any. OSError: EINVAL when there is none."""
        with self._lock:
            channel = self._find(read_name(wire_name(name)), address_of(source), address_of(destination))
            if channel is None:
                raise OSError(errno.EINVAL, f"no channel {sanitise(name)}")
            self._channels = tuple(other for other in self._channels if other is not channel)
        self._unregister(channel)

    def statistics(self) -> BusStatistics:
        """How full the rings are and what went through; after `remove` what it was then."""
        with self._lock:
            return self._last or self._look()

    def _serve_names(self) -> None:
        service = NameService(self.create_channel, self.destroy_channel, self._log)
        if not self._name_service_device:
            self.create_endpoint(service.receive, NAME_SERVICE_ADDRESS)
            return
        channel = self._register("rpmsg_ns", NAME_SERVICE_ADDRESS, NAME_SERVICE_ADDRESS)
        channel.bind("rpmsg_ns", service.receive)
        self._tell(channel, created=True)

    def _register(self, name: str, source: int, destination: int, *, announce: bool = False) -> Channel:
        channel = Channel(self, name, source, destination, announce=announce)
        with self._lock:
            if self.removed:
                raise OSError(errno.ENODEV, f"{self.name} is gone")
            if self._find(name, source, destination) is not None:
                self._log(ERROR, f"channel {sanitise(name)}:{source:x}:{destination:x} already exist")
                raise OSError(errno.EEXIST, "the channel exists")
            if any(other.device_name == channel.device_name for other in self._channels):
                channel.log(ERROR, f"device_register failed: {-errno.EEXIST}")  # `a/b` beside `a!b`
                raise OSError(errno.EEXIST, "the device exists")
            if len(self._channels) >= MAX_CHANNELS:
                raise OSError(errno.ENOMEM, f"{MAX_CHANNELS} channels are enough")
            self._channels += (channel,)
        return channel

    def _find(self, name: str, source: int, destination: int) -> Channel | None:
        """The first channel that matches; an address that is ADDRESS_ANY matches every one."""
        for channel in self._channels:
            if (
                channel.name == name
                and source in (ADDRESS_ANY, channel.source)
                and destination in (ADDRESS_ANY, channel.destination)
            ):
                return channel
        return None

    def _unregister(self, channel: Channel) -> None:
        channel.retire()
        self._tell(channel, created=False)

    def _tell(self, channel: Channel, *, created: bool) -> None:
        self.on_channel(channel, created)

    def _look(self) -> BusStatistics:
        receiver, sender = self._receiver, self._sender
        return BusStatistics(
            receive=ring_fill(receiver.queue),
            send=ring_fill(sender.queue),
            received_messages=receiver.messages,
            received_bytes=receiver.bytes,
            dropped_messages=receiver.dropped,
            sent_messages=sender.messages,
            sent_bytes=sender.bytes,
            waiting_senders=sender.sleepers,
        )
