"""What each verb does, step by step, through the careful verbs of Linux."""

from __future__ import annotations

import asyncio
import contextlib
import errno
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from rproc_tui.clock import Clock
from rproc_tui.controller.dump import dump
from rproc_tui.controller.processor_session import ProcessorSession
from rproc_tui.controller.settings import Settings
from rproc_tui.errors import ActionRefused, RprocTuiError
from rproc_tui.linux import firmware_path, verbs
from rproc_tui.linux.availability import rebind
from rproc_tui.linux.staged_name import is_staged, own_name
from rproc_tui.linux.verbs import Seen
from rproc_tui.model.outcome import Pending, Verb
from rproc_tui.model.processor import Note, State
from rproc_tui.sanitise import sanitise

CRASH_PATIENCE = 3.0
"""Seconds in which a processor that was told to crash is expected to: a watchdog takes its time."""

CRASH_LOOK = 0.02
"""Seconds between two looks whether it did."""

CRASH_TYPES = {"mmufault": 0, "watchdog": 1, "fatal": 2}
"""What can be reported to the kernel by hand, by the words of its log."""


@dataclass(frozen=True, slots=True)
class Step:
    """What an action has at hand."""

    session: ProcessorSession
    argument: str | None
    clock: Clock
    settings: Settings

    def say(self, verb: Verb, what: str) -> None:
        """Show what it is waiting for."""
        pending = self.session.snapshot().pending
        since = self.clock.monotonic() if pending is None else pending.since
        self.session.set_pending(Pending(verb, since, what))


@dataclass(frozen=True, slots=True)
class Done:
    """What was seen to be so."""

    message: str
    path: str | None = None
    state: State | None = None
    """What the message says of the state; None where it says nothing of it."""

    def confirm(self, session: ProcessorSession) -> None:
        """Raise if the last look has shown another state: a boot is no boot whose firmware faulted at once."""
        seen, claimed = session.state, self.state
        if claimed is None or seen is claimed or (seen.is_up and claimed.is_up):
            return
        raise RprocTuiError(f"{session.name} was {claimed} for a moment, and is {seen} now")


async def _boot(step: Step) -> Done:
    session = step.session
    trouble = await _name_what_is_loaded(session)
    _not_stuck(session, seen := await verbs.boot(session.host, session.id))
    if not seen.state.is_up:
        raise RprocTuiError(f"the kernel said yes, but {session.name} is {seen.state}")
    await session.refresh_live()  # its first lines do not wait for all that is slow to read
    await session.refresh()
    if trouble is not None:
        raise RprocTuiError(f"{session.name} runs {session.firmware}, which is not the build to load: {trouble}")
    return Done(f"{session.name} is {seen.state}", state=seen.state)


async def _name_what_is_loaded(session: ProcessorSession) -> str | None:
    """The build of a watch, or without one the processor's own firmware; the answer is why that cannot be named."""
    if session.state is State.DETACHED or (session.staged is None and not is_staged(session.firmware or "")):
        return None
    try:
        await session.staging.take(session.staged)
    except (OSError, RprocTuiError) as error:
        return str(error)
    return None


async def _stop(step: Step) -> Done:
    session = step.session
    seen = await verbs.stop(session.host, session.id)
    if seen.note is Note.HELD:
        hint = "another user holds a power reference (an earlier second start, or a driver): stop again to take it away"
        raise RprocTuiError(f"{session.name} is still {seen.state}", hint=hint)
    if seen.state is State.UNKNOWN:
        raise RprocTuiError(f"stop was written, but the state of {session.name} cannot be read back", errno=seen.errno)
    if session.staged is None and is_staged(session.firmware or ""):  # a watch that ended left it its last build
        with contextlib.suppress(OSError, RprocTuiError):
            await session.staging.give_back()
            await session.refresh()
    return Done(f"{session.name} is {seen.state}", state=seen.state)


async def _detach(step: Step) -> Done:
    session = step.session
    seen = await verbs.detach(session.host, session.id)
    if seen.note is Note.HELD:
        raise RprocTuiError(f"{session.name} is still attached", hint="another user holds a reference: detach again")
    return Done(f"{session.name} is {seen.state}", state=seen.state)


async def _recover(step: Step) -> Done:
    session = step.session
    _not_stuck(session, seen := await verbs.recover(session.host, session.id))
    if not seen.state.is_up:
        raise RprocTuiError(f"the kernel said yes, but {session.name} is {seen.state}")
    return Done(f"{session.name} recovered and is {seen.state}", state=seen.state)


async def _reload(step: Step) -> Done:
    """Stop if it is up, start, and see that it runs; its trace goes on in the ring."""
    session = step.session
    if session.state is State.CRASHED:
        await _leave_crashed(step)
    if session.state.is_up:
        step.say(Verb.RELOAD, "stopping")
        await _stop(step)
        await session.refresh_live()  # its trace files are seen to be gone before those of the next run come
    step.say(Verb.RELOAD, "starting")
    await _boot(step)
    return Done(f"{session.name} runs {own_name(session.firmware or '?')} as it is now", state=State.RUNNING)


async def _leave_crashed(step: Step) -> None:
    """To offline: by stop where the kernel allows that (2026 and later), else through a recovery."""
    session = step.session
    step.say(Verb.RELOAD, "leaving the crash")
    try:
        await verbs.stop(session.host, session.id)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        await verbs.recover(session.host, session.id)
    await session.refresh_live()


async def _firmware(step: Step) -> Done:
    session = step.session
    if not step.argument:
        raise ActionRefused("no firmware was named", hint="name a file of the kernel's firmware folder")
    seen = await verbs.set_firmware(session.host, session.id, step.argument)
    if seen.value != sanitise(step.argument):
        raise RprocTuiError(f"{session.name} reads back firmware {seen.value!r}, not {step.argument!r}")
    await session.refresh()
    if session.snapshot().firmware_path is None:
        folder = await firmware_path.folder(session.host)
        folder = sanitise(session.host.local_path(folder) or folder)
        return Done(
            f"{session.name} is to load {seen.value}, but there is no such file in {folder}: put it there first"
        )
    return Done(f"{session.name} will load {seen.value}")


async def _recovery(step: Step) -> Done:
    session = step.session
    wanted = {"on": True, "off": False}.get(step.argument or "", session.snapshot().recovery != "enabled")
    if wanted and session.recovery_is_held:
        return Done(f"recovery of {session.name} is enabled; until its watch has loaded a build, the watch does it")
    seen = await verbs.set_recovery(session.host, session.id, enabled=wanted)
    session.recovery_is_held = False
    await session.refresh()
    return Done(f"recovery of {session.name} is {seen.value}")


async def _coredump(step: Step) -> Done:
    session = step.session
    message, path = await dump(session, step.clock, step.settings)
    await session.refresh()
    return Done(message, path)


async def _crash(step: Step) -> Done:
    """`mmufault`, `watchdog` and `fatal` are reported to the kernel by hand; a number is posted to the firmware."""
    session, argument = step.session, step.argument or "fatal"
    before = session.history.crashes
    if argument in CRASH_TYPES:
        await verbs.crash(session.host, session.id, CRASH_TYPES[argument])
        done = f"a {argument} crash was reported to the kernel"
    else:
        word = _word(argument)
        await verbs.kick(session.host, session.id, word)
        done = f"mailbox word {word:#x} was posted"
    step.say(Verb.CRASH, "waiting for it to crash")
    if not await _crashed(step, before):
        hint = "its firmware may know other words; see what it says in its trace"
        raise RprocTuiError(f"{done}, and {session.name} has not crashed in {CRASH_PATIENCE:g} s", hint=hint)
    return Done(f"{done}, and {session.name} crashed")


async def _crashed(step: Step, before: int | None) -> bool:
    """Whether a crash was seen: counted by the kernel's log, or as the state, before patience ends."""
    session, deadline = step.session, step.clock.monotonic() + CRASH_PATIENCE
    while session.history.crashes == before and session.state is not State.CRASHED:
        if step.clock.monotonic() >= deadline:
            return False
        await asyncio.sleep(CRASH_LOOK)
    return True


async def _kick(step: Step) -> Done:
    session, argument = step.session, step.argument or "0"
    word = _word(argument)
    await verbs.kick(session.host, session.id, word)
    return Done(f"mailbox word {word:#x} was posted to {session.name}")


def _word(text: str) -> int:
    try:
        return int(text, 0) & 0xFFFF_FFFF
    except ValueError:
        raise ActionRefused(f"{text!r} is no mailbox word", hint="give a number") from None


def _not_stuck(session: ProcessorSession, seen: Seen) -> None:
    if seen.note is Note.STUCK:
        hint = rebind(session.snapshot())
        raise RprocTuiError(f"{session.name} is stuck: the kernel says yes and it stays offline", hint=hint)


STEPS: Mapping[Verb, Callable[[Step], Awaitable[Done]]] = {
    Verb.BOOT: _boot,
    Verb.STOP: _stop,
    Verb.DETACH: _detach,
    Verb.RECOVER: _recover,
    Verb.RELOAD: _reload,
    Verb.FIRMWARE: _firmware,
    Verb.RECOVERY: _recovery,
    Verb.COREDUMP: _coredump,
    Verb.CRASH: _crash,
    Verb.KICK: _kick,
}
