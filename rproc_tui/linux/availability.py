"""Which verbs make sense for a processor now, why not and what instead, and which of them ask first."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rproc_tui.linux.refusals import REFUSALS
from rproc_tui.model.outcome import Verb
from rproc_tui.model.processor import Note, Processor, State

_NO_COMMAND = frozenset({Verb.COREDUMP, Verb.WATCH})
"""Collecting a dump and watching a file need no permission to command the processor."""


def why_not(processor: Processor, verb: Verb, *, read_only: bool = False) -> str | None:
    """One sentence: why a verb makes no sense now and what to do instead; None when it does.

    `read_only` is the program's own promise to write nothing.
    """
    if read_only and verb is not Verb.WATCH:
        return "started with --read-only: start it without to act"
    reason = _forbidden(processor, verb) or _senseless(processor, verb)
    return None if reason is None else f"{processor.name} {reason}"


def _forbidden(processor: Processor, verb: Verb) -> str | None:
    if verb in _NO_COMMAND:
        return None
    if processor.pending is not None:
        return f"is busy with {processor.pending.verb}: wait until that ends"
    if Note.READ_ONLY in processor.notes:
        return "takes no commands from user space: its driver leaves it to the kernel"
    if not processor.writable:
        return (
            processor.closed
            or "may not be commanded by this user: run as root, or install the udev rule that `rproc-tui doctor` prints"
        )
    return None


def _senseless(processor: Processor, verb: Verb) -> str | None:
    refusal = REFUSALS[verb].get(processor.state)
    if refusal is not None:
        return f"{refusal.why}: {refusal.instead}"
    check = _CHECKS.get(verb)
    return None if check is None else check(processor)


def rebind(processor: Processor) -> str:
    """What frees a processor whose recovery failed: only unbinding its driver does."""
    device = processor.key.device.rpartition("/")[2]
    folder = f"/sys/bus/platform/drivers/{processor.driver or 'DRIVER'}"
    return f"write {device} to {folder}/unbind, then to {folder}/bind"


def _stuck(processor: Processor) -> str | None:
    if Note.STUCK not in processor.notes:
        return None
    return f"is stuck: a recovery failed and left its power count up, so a start does nothing: {rebind(processor)}"


def _no_recovery(processor: Processor) -> str | None:
    return "has no recovery setting: this kernel shows none" if processor.recovery is None else None


def _no_dump(processor: Processor) -> str | None:
    """Without coredumps in the kernel there is only memory that a host shows."""
    if processor.dump is not None or processor.coredump is not None or processor.memory:
        return None
    return "has no coredump setting: this kernel makes none"


def _no_mailbox(processor: Processor) -> str | None:
    return None if processor.mailbox else "has no mailbox file: its driver does not let user space kick it"


_CHECKS: Mapping[Verb, Callable[[Processor], str | None]] = {
    Verb.BOOT: _stuck,
    Verb.RELOAD: _stuck,
    Verb.RECOVERY: _no_recovery,
    Verb.COREDUMP: _no_dump,
    Verb.KICK: _no_mailbox,
}
"""What can be in the way besides the state."""


def confirmation(processor: Processor, verb: Verb) -> str | None:
    """The question to ask before a verb, naming processor, host and firmware; None when there is nothing to ask."""
    ask = _QUESTIONS.get(verb)
    if ask is None:
        return None
    firmware = "unknown firmware" if processor.firmware in (None, "unknown") else processor.firmware
    return ask(processor, f"{processor.name} ({processor.id}) on {processor.key.host}, running {firmware}")


def _before_stop(processor: Processor, about: str) -> str | None:
    if Note.HELD in processor.notes:
        return f"Stop {about}? Somebody else holds it too; stopping it again takes their reference away."
    if processor.state is State.ATTACHED:
        return f"Stop {about}? It was running before Linux came; the next boot loads a firmware file."
    if processor.state is State.CRASHED:
        return f"Stop {about}? It has crashed: stopping drops the memory that a recovery would dump."
    return None


def _before_reload(processor: Processor, about: str) -> str | None:
    if processor.state is State.ATTACHED:
        return f"Reload {about}? It was running before Linux came; it is stopped and a firmware file is loaded."
    if Note.HELD in processor.notes:
        return f"Reload {about}? Somebody else holds it too; reloading takes their reference away."
    return None


def _before_detach(_: Processor, about: str) -> str:
    return f"Detach from {about}? It runs on; its trace and channels go."


def _before_crash(processor: Processor, about: str) -> str:
    if processor.recovery == "disabled":
        return f"Crash {about} on purpose? Recovery is off: it stays crashed until it is told to recover."
    return f"Crash {about} on purpose? The kernel restarts it."


_QUESTIONS: Mapping[Verb, Callable[[Processor, str], str | None]] = {
    Verb.STOP: _before_stop,
    Verb.RELOAD: _before_reload,
    Verb.DETACH: _before_detach,
    Verb.CRASH: _before_crash,
}
