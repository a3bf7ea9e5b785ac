"""Lines of the kernel's log as the suite compares them: without the numbers that move."""

from __future__ import annotations

import re

MARK = "conformance mark"
OURS = re.compile(r"(remoteproc remoteproc\d+|vrproc vrproc\.\d|virtio_rpmsg_bus virtio\d+|rpmsg_\w+ virtio\d+\.\S+): ")
OUR_VDEVS = re.compile(r"rproc-virtio( rproc-virtio\.\d+\.auto)?: ")
OF_THE_DISTRIBUTION = re.compile(r"firmware: (direct-loading firmware|failed to load) ")
BY_THE_WAY = re.compile(
    r"rpmsg_client_sample |creating channel |msg received with no recipient|already exist$|rpmsg_create_channel failed"
)
"""Lines that come when they come."""
NUMBERS = (
    (re.compile(r"remoteproc\d+"), "remoteproc#"),
    (re.compile(r"rproc-virtio\.\d+\.auto"), "rproc-virtio.#.auto"),
    (re.compile(r"\bvirtio\d+"), "virtio#"),
    (re.compile(r"crash #\d+"), "crash #"),
)


def without_numbers(text: str) -> str:
    """A line or path without the numbers that move."""
    for pattern, word in NUMBERS:
        text = pattern.sub(word, text)
    return text


def is_ours(text: str) -> bool:
    """Whether a line is of the framework and of every kernel, and comes at its time."""
    ours = OURS.match(text) or OUR_VDEVS.match(text)
    return ours is not None and not OF_THE_DISTRIBUTION.search(text) and not BY_THE_WAY.search(text)


def said(*texts: str, by: str = "remoteproc remoteproc#") -> list[str]:
    """What `log_since` gives when a device said this: texts with their level in front, `<6> powering up vr-m4`."""
    return [f"{text[:3]} {by}: {text[4:]}" for text in texts]


def vdev_comes(kind: int = 7, *, online: bool = True) -> list[str]:
    """What a vdev says that was registered; with a driver it is online first."""
    first = ["<6> virtio_rpmsg_bus virtio#: rpmsg host is online"] if online else []
    return [*first, f"<6> rproc-virtio rproc-virtio.#.auto: registered virtio# (type {kind})"]
