"""What an agent says as two machines can be compared by it: without numbers, addresses and times that move."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from tests.conformance.lines import OF_THE_DISTRIBUTION, OUR_VDEVS, OURS, without_numbers
from tests.conformance.texts import without_addresses

TIME_STAMP = re.compile(r"^\[ *\d+\.\d{6}\]", re.MULTILINE)
NODE_NUMBER = re.compile(r"\b(rpmsg|rpmsg_ctrl|ttyRPMSG|devcd)\d+\b")
DEVICE_NUMBER = re.compile(r"(MAJOR|MINOR)=\d+|^\d+:\d+$|\bc\d+:\d+\b", re.MULTILINE)
COMPARED = 900
"""Characters of a log line: a kernel cuts a record at its size, and a number of two digits moves the cut."""
MOVES_IN_STAT = ("mtime_ns", "inode")
MOVES_IN_HELLO = ("version", "label", "kind", "kernel")
WORDS_FOR_PEOPLE = "message"
"""What the agent says beside an errno; a kernel has no part in it."""
OF_DEVICES_IN_BETWEEN = re.compile(
    r"synth uevent: |(rpmsg|devcoredump|virtio|platform) (virtio|rpmsg|devcd|vrproc)\S*: "
)
REPORT = re.compile(r"crash detected in ")
ANNOUNCEMENT = re.compile(
    r"(creating|destroying) channel |already exist |rpmsg_create_channel failed |failed to create endpoint |"
    r"virtio#\.[^/]*\.\d{4}(/| )"
)
"""Lines and events of channels, which come when the firmware announces them."""


def alike(text: str) -> str:
    """A text without what moves."""
    for pattern, word in ((TIME_STAMP, "[time]"), (NODE_NUMBER, r"\1#"), (DEVICE_NUMBER, _without_digits)):
        text = pattern.sub(word, text)
    return without_addresses(without_numbers(text))


def _without_digits(match: re.Match[str]) -> str:
    return re.sub(r"\d+", "#", match[0])


def answer(message: dict[str, Any]) -> str:
    """The answer to a request, as one line."""
    moves = {"id", WORDS_FOR_PEOPLE, *(MOVES_IN_STAT if "inode" in message else MOVES_IN_HELLO)}
    rest = {key: _alike_within(value) for key, value in message.items() if key not in moves}
    return json.dumps(rest, ensure_ascii=False)


def _alike_within(value: Any) -> Any:
    if isinstance(value, str):
        return alike(value)
    return sorted(alike(entry) for entry in value) if isinstance(value, list) else value


def kernel_line(message: dict[str, Any]) -> str | None:
    """A line of the kernel's log with the device that it is about; None for one that is none of ours."""
    text = message["text"]
    ours = OURS.match(text) or OUR_VDEVS.match(text) or OF_DEVICES_IN_BETWEEN.match(text)
    if not ours or OF_THE_DISTRIBUTION.search(text):
        return None
    device = f" [{message['subsystem']} {message['device']}]" if message["device"] else ""
    return alike(f"<{message['level']}> {text}")[:COMPARED] + alike(device)


def event(message: dict[str, Any]) -> str:
    """A device event with its properties."""
    said = {"ACTION": message["action"], "SUBSYSTEM": message["subsystem"], "DEVPATH": message["devpath"]}
    properties = {key: value for key, value in message["properties"].items() if said.get(key) != value}
    properties.pop("SEQNUM")
    told = " ".join(alike(f"{key}={value}") for key, value in sorted(properties.items()))
    return f"{message['action']} {message['subsystem']} {alike(message['devpath'])} {told}"


def in_order(told: Iterable[str], *, announced: bool) -> list[str]:
    """Lines with the report of a crash in front and, if at all, what is announced behind: both come when they come."""
    first, usual, last = list[str](), list[str](), list[str]()
    for line in told:
        (last if ANNOUNCEMENT.search(line) else first if REPORT.search(line) else usual).append(line)
    return [*first, *usual, *(last if announced else ())]
