"""The careful verbs: what a processor can be told, each reading the state first, writing once and looking afterwards.

A verb refuses what the kernel would refuse or quietly ignore, before anything is written. An OSError of the write is
raised as the kernel gave it. Writes block for as long as the kernel takes: seconds as a rule, a minute for a firmware
fallback, five for an inline coredump.
"""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from rproc_tui.errors import ActionRefused, LineLost
from rproc_tui.hosts.base import Host
from rproc_tui.linux import devcoredump, paths
from rproc_tui.linux.attribute import read_attribute, state_of
from rproc_tui.linux.firmware_name import objection
from rproc_tui.linux.reading import GONE
from rproc_tui.linux.refusals import REFUSALS, Refusal
from rproc_tui.model.outcome import Verb
from rproc_tui.model.processor import Note, State

SETTLE = 0.5
"""Seconds that a state which contradicts a successful write may take to come right: a crash recovers meanwhile."""

LOOK_EVERY = 0.05
"""Seconds between two looks at it."""

COREDUMP_MODES = ("disabled", "enabled", "inline")

Pause = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read back after a write."""

    state: State
    value: str | None = None
    """The attribute that was written, where that is not the state."""
    note: Note | None = None
    """HELD: a stop that did not stop. STUCK: a start or a recovery after which the processor is offline."""
    errno: int | None = None
    """Why the state could not be read back; `state` is unknown then."""


async def boot(host: Host, processor_id: str, *, pause: Pause = asyncio.sleep) -> Seen:
    """Start it, or attach to it where it is detached. A second start would only raise the power count (refused)."""
    path = await _ready(host, processor_id, Verb.BOOT)
    await _command(host, processor_id, path, b"start")
    seen = await _until(host, processor_id, lambda state: state.is_up or state is State.CRASHED, pause)
    return await _stuck_or(host, processor_id, seen)


async def stop(host: Host, processor_id: str) -> Seen:
    """Give up one power reference, which stops it unless somebody holds another (note HELD).

    In `crashed` kernels of 2026 stop it and drop its dump; older ones answer EINVAL.
    """
    path = await _ready(host, processor_id, Verb.STOP)
    await _command(host, processor_id, path, b"stop")
    seen = await look(host, processor_id)
    return Seen(seen.state, note=Note.HELD) if seen.state.is_up or seen.state is State.CRASHED else seen


async def detach(host: Host, processor_id: str) -> Seen:
    """Let go of an attached processor, which runs on; HELD where somebody else keeps it attached."""
    path = await _ready(host, processor_id, Verb.DETACH)
    await _command(host, processor_id, path, b"detach")
    seen = await look(host, processor_id)
    return Seen(seen.state, note=Note.HELD) if seen.state is State.ATTACHED else seen


async def recover(host: Host, processor_id: str, *, pause: Pause = asyncio.sleep) -> Seen:
    """Recover a crashed processor: stop, dump, reload, start. The kernel says success even where that fails."""
    await _ready(host, processor_id, Verb.RECOVER)
    recovery = await read_attribute(host, processor_id, "recovery")
    await host.write(recovery.path, b"recover")
    seen = await _until(host, processor_id, lambda state: state.is_up or state is State.CRASHED, pause)
    return await _stuck_or(host, processor_id, seen)


async def set_firmware(host: Host, processor_id: str, name: str) -> Seen:
    """Name the file that the next start loads; only an offline processor takes one. `value` is what it reads back."""
    trouble = objection(name)
    if trouble is not None:
        raise ActionRefused(f"{trouble}; nothing was written")
    await _ready(host, processor_id, Verb.FIRMWARE)
    firmware = await read_attribute(host, processor_id, "firmware")
    await host.write(firmware.path, name.encode("utf-8", "surrogateescape"))
    return await _with_value(host, processor_id, "firmware")


async def set_recovery(host: Host, processor_id: str, *, enabled: bool) -> Seen:
    """Switch recovery. Enabling it for a crashed processor recovers it at once, which blocks until it is done."""
    return await _set(host, processor_id, "recovery", "enabled" if enabled else "disabled")


async def set_coredump(host: Host, processor_id: str, mode: str) -> Seen:
    """Choose what becomes of the memory of a crashed processor: `disabled`, `enabled` or `inline`."""
    if mode not in COREDUMP_MODES:
        raise ActionRefused(f"{mode!r} is no coredump mode", hint=f"one of {', '.join(COREDUMP_MODES)}")
    if (await _state(host, processor_id))[1] is State.CRASHED:
        hint = "recover it first, then change the mode"
        raise ActionRefused(f"{processor_id} is crashed, which fixes its coredump mode", hint=hint)
    return await _set(host, processor_id, "coredump", mode)


async def crash(host: Host, processor_id: str, crash_type: int) -> Seen:
    """Report a crash by hand: 0 mmufault, 1 watchdog, 2 fatal error, anything else unknown.

    The kernel handles it a moment later: the state that is seen may still be the old one, or the new one of a
    processor that recovered already.
    """
    await _ready(host, processor_id, Verb.CRASH)
    path = paths.debug_file(processor_id, "crash")
    if not await _exists(host, path):
        raise ActionRefused(f"{processor_id} has no debugfs file to crash it with", hint="mount debugfs")
    await host.write(path, b"%d" % crash_type)
    return await look(host, processor_id)


async def kick(host: Host, processor_id: str, word: int) -> Seen:
    """Post a mailbox word by hand, where the driver has a file for that."""
    await _ready(host, processor_id, Verb.KICK)
    for path in (paths.debug_file(processor_id, "mailbox"), paths.attribute(processor_id, "kick")):
        if await _exists(host, path):
            await host.write(path, b"%d" % word)
            return await look(host, processor_id)
    raise ActionRefused(f"{processor_id} has no mailbox file", hint="its driver does not let user space kick it")


async def look(host: Host, processor_id: str) -> Seen:
    """The state now; a processor that cannot be asked is unknown, with the errno. LineLost when nobody answers."""
    try:
        return Seen((await _state(host, processor_id))[1])
    except LineLost:
        raise
    except OSError as error:
        return Seen(State.UNKNOWN, errno=error.errno)


async def _state(host: Host, processor_id: str) -> tuple[str, State]:
    attribute = await read_attribute(host, processor_id, "state")
    return attribute.path, state_of(attribute.text)


async def _ready(host: Host, processor_id: str, verb: Verb) -> str:
    """The path of `state`, when the verb makes sense in the present state."""
    path, state = await _state(host, processor_id)
    refusal: Refusal | None = REFUSALS[verb].get(state)
    if refusal is not None:
        raise ActionRefused(f"{processor_id} {refusal.why}", hint=refusal.instead)
    return path


async def _command(host: Host, processor_id: str, path: str, word: bytes) -> None:
    """Write a command to `state`, without a line end: the character device would reject it.

    In a container sysfs may be mounted read-only while the processor's character device was handed in.
    """
    try:
        await host.write(path, word)
    except OSError as error:
        if error.errno != errno.EROFS:
            raise
        device = paths.character_device(processor_id)
        if not await _exists(host, device):
            raise
        await host.write(device, word)


async def _until(host: Host, processor_id: str, good: Callable[[State], bool], pause: Pause) -> Seen:
    """Look until the state is a good one, for a short while."""
    for _ in range(round(SETTLE / LOOK_EVERY)):
        seen = await look(host, processor_id)
        if good(seen.state) or seen.errno in GONE:
            return seen
        await pause(LOOK_EVERY)
    return await look(host, processor_id)


async def _stuck_or(host: Host, processor_id: str, seen: Seen) -> Seen:
    """Offline after a success is stuck, unless an inline dump holds the recovery up."""
    if seen.state is not State.OFFLINE or await devcoredump.find(host, processor_id) is not None:
        return seen
    return Seen(seen.state, note=Note.STUCK)


async def _set(host: Host, processor_id: str, name: str, word: str) -> Seen:
    """Write a setting, unless it is so already: writing `enabled` again would start a recovery."""
    present = await read_attribute(host, processor_id, name)
    if present.text != word:
        await host.write(present.path, word.encode())
    return await _with_value(host, processor_id, name)


async def _with_value(host: Host, processor_id: str, name: str) -> Seen:
    seen = await look(host, processor_id)
    try:
        value = (await read_attribute(host, processor_id, name)).text
    except OSError as error:
        return Seen(seen.state, errno=error.errno)
    return Seen(seen.state, value=value)


async def _exists(host: Host, path: str) -> bool:
    """Whether a file is there; OSError where we may not know."""
    try:
        await host.stat(path)
    except OSError as error:
        if error.errno in GONE:
            return False
        raise
    return True
