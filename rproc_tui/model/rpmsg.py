"""What rpmsg offers on one processor: channels, endpoints, and how full the rings below them are."""

from __future__ import annotations

from dataclasses import dataclass

MESSAGE_MOST = 496
"""Bytes of one message on a virtio bus."""


@dataclass(frozen=True, slots=True)
class RpmsgChannel:
    """A named way to one remote address, as the firmware or somebody on Linux made it."""

    device: str
    """The kernel's name for it (`virtio0.rpmsg-raw.-1.1024`)."""
    name: str
    """As announced, safe to show."""
    source: int | None
    """Our address; None while no driver with an endpoint has the channel, or where it cannot be read."""
    destination: int | None
    """The remote address; None where it is any, or cannot be read."""
    driver: str | None = None
    announce: bool = False
    """Whether the firmware is told of it."""
    node: str | None = None
    """What its driver made of it (`/dev/rpmsg0`, `/dev/ttyRPMSG0`)."""
    control: str | None = None
    """The device through which endpoints on its bus are made (`/dev/rpmsg_ctrl0`)."""

    @property
    def is_line(self) -> bool:
        """Whether its node is a terminal line, which keeps no message borders."""
        return self.node is not None and self.node.startswith("/dev/tty")

    def payload(self, text: str) -> bytes:
        """What is sent for a text that a person typed: on a line with a line end."""
        data = text.encode("utf-8", "surrogateescape")
        return data + b"\n" if self.is_line and not data.endswith(b"\n") else data


@dataclass(frozen=True, slots=True)
class RpmsgEndpoint:
    """A device that a program had made through a control device."""

    node: str
    """`/dev/rpmsg1`."""
    name: str
    source: int | None
    """As asked for; None for any."""
    destination: int | None


@dataclass(frozen=True, slots=True)
class RingFill:
    """Where the descriptors of one ring are; the three counts add up to `size`."""

    bus: str
    """`virtio0`."""
    name: str
    """`input` (to Linux) or `output` (to the firmware), as the kernel calls them."""
    size: int
    free: int
    """Describe nothing."""
    waiting: int
    """With the remote side: empty buffers on the input ring, messages that it has not read on the output ring."""
    returned: int
    """Given back by the remote side and not taken by Linux yet."""
    messages: int
    """That went through since the bus came up."""

    @property
    def messages_waiting(self) -> int:
        """Messages that lie in the ring, whoever is to read them."""
        return self.waiting if self.name == "output" else self.returned


@dataclass(frozen=True, slots=True)
class Rpmsg:
    """Everything of one processor; empty while it is not up or has no rpmsg device."""

    channels: tuple[RpmsgChannel, ...] = ()
    """In the order of the kernel's names; the bus's own devices (control, name service) are not among them."""
    endpoints: tuple[RpmsgEndpoint, ...] = ()
    controls: tuple[str, ...] = ()
    """Control devices (`/dev/rpmsg_ctrl0`), one for each bus."""
    rings: tuple[RingFill, ...] = ()
    """Where the host shows them; a kernel does not."""

    def find(self, wanted: str) -> RpmsgChannel | None:
        """A channel by the kernel's name for it, else the first of that name, else by its node."""
        for name_of in (_device, _name, _node):
            for channel in self.channels:
                if wanted in name_of(channel):
                    return channel
        return None


def _device(channel: RpmsgChannel) -> tuple[str, ...]:
    return (channel.device,)


def _name(channel: RpmsgChannel) -> tuple[str, ...]:
    return (channel.name,)


def _node(channel: RpmsgChannel) -> tuple[str, ...]:
    return () if channel.node is None else (channel.node, channel.node.removeprefix("/dev/"))
