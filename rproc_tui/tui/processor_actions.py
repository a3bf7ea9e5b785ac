"""What the keys do to a processor: say why not, ask first, let a person choose, act, and tell what came of it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Protocol

from textual.content import Content

from rproc_tui.controller.controller import Controller
from rproc_tui.errors import NoSuchProcessor
from rproc_tui.model.dump_progress import DumpProgress
from rproc_tui.model.outcome import Outcome, Verb
from rproc_tui.model.processor import Note, Processor, ProcessorKey, State
from rproc_tui.tui.firmware_rows import firmware_rows
from rproc_tui.tui.marks import doing
from rproc_tui.tui.panels.columns import fit
from rproc_tui.tui.screens.picker import Choice

_CRASHES = {
    "mmufault": "tell the kernel that its MMU faulted",
    "watchdog": "tell the kernel that its watchdog bit",
    "fatal": "tell the kernel that it reported a fatal error",
}
"""What can be reported to the kernel by hand (`crash` in debugfs)."""
_MAILBOX = "mailbox word 0; type any other number to post that"
_WATCH = "what you build; it is sent there whenever it changes"
_KICK = "a number, like 0x101; enter alone posts 0"


class Person(Protocol):
    """Who sits before the screen."""

    def say(self, sentence: str, holds: Callable[[], bool] | None = None) -> None:
        """Tell them something; `holds` tells later whether it is still true."""

    def tell(self, outcome: Outcome, name: str) -> None:
        """Tell them how an action ended."""

    def key_of(self, verb: Verb) -> str | None:
        """The key that they press for an action; None where there is none."""
        ...

    async def ask(self, question: str, yes: str) -> bool:
        """Ask them; False when in doubt."""
        ...

    async def choose(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        chosen: int = 0,
        typed: Callable[[str], Choice | None] | None = None,
    ) -> str | None:
        """Let them choose, or type what `typed` makes a choice of; None when they do not."""
        ...

    async def type(self, question: str, hint: str, text: str = "") -> str | None:
        """Let them type something, or change a text that is there; None when they do not."""
        ...

    def watched_before(self, key: ProcessorKey) -> str | None:
        """The file that they watched for a processor the last time."""


class ProcessorActions:
    """From a key to an outcome."""

    def __init__(self, controller: Controller, person: Person) -> None:
        self._controller = controller
        self._person = person
        self._under_way: dict[ProcessorKey, Verb] = {}
        """What was begun here; the controller tells of it a moment later."""

    def begin(
        self, processor: Processor, verb: Verb, argument: str | None = None
    ) -> Coroutine[None, None, None] | None:
        """What does what a key asks for, to be run; None where something is being done to that processor already.

        It never raises for what cannot be done.
        """
        seen = self._controller.snapshot.find(processor.key)
        if verb is Verb.COREDUMP and seen is not None and seen.dump_progress is not None:
            return self._offer_to_give_up(seen, seen.dump_progress)
        busy = self._busy_with(processor.key)
        if busy is not None and verb is not Verb.WATCH:
            self._say_busy(processor, busy, verb)
            return None
        if verb is not Verb.WATCH:
            self._under_way[processor.key] = verb
        return self._perform_and_forget(processor, verb, argument)

    def _busy_with(self, key: ProcessorKey) -> Verb | None:
        seen = self._controller.snapshot.find(key)
        pending = None if seen is None or seen.pending is None else seen.pending.verb
        return pending or self._under_way.get(key)

    def _say_busy(self, processor: Processor, busy: Verb, verb: Verb) -> None:
        key = self._person.key_of(verb)
        again = f"press {key} again" if key is not None else f"{verb} it"
        self._person.say(
            f"{processor.name} is {doing(busy)}: {again} when it is done",
            lambda: self._busy_with(processor.key) is not None,
        )

    async def _offer_to_give_up(self, processor: Processor, so_far: DumpProgress) -> None:
        question = f"Give up the dump of {processor.name} after {so_far}? The kernel has its own for five minutes."
        if await self._person.ask(question, "Give up"):
            self._controller.give_up_dump(processor.key)

    def _say_why_not(self, processor: Processor, reason: str) -> None:
        """For as long as the processor stays as it is."""
        before = self._standing(processor.key)
        self._person.say(reason, lambda: self._standing(processor.key) == before)

    def _standing(self, key: ProcessorKey) -> tuple[State, frozenset[Note]] | None:
        seen = self._controller.snapshot.find(key)
        return None if seen is None else (seen.state, seen.notes)

    async def _perform_and_forget(self, processor: Processor, verb: Verb, argument: str | None) -> None:
        try:
            await self._perform(processor, verb, argument)
        except NoSuchProcessor as error:
            self._person.say(str(error))
        finally:
            if self._under_way.get(processor.key) is verb:
                del self._under_way[processor.key]

    async def _perform(self, processor: Processor, verb: Verb, argument: str | None) -> None:
        if verb is Verb.BOOT and self._can_recover(processor):
            if await self._person.ask(_recover_question(processor), "Recover"):
                self._person.tell(await self._controller.act(processor.key, Verb.RECOVER), processor.name)
            return
        reason = self._controller.why_not(processor.key, verb)
        if reason is not None:
            self._say_why_not(processor, reason)
            return
        if argument is None:
            argument = await self._argument(processor, verb)
            if argument is None:
                return
        question = self._controller.confirmation(processor.key, verb)
        if question is not None and not await self._person.ask(question, str(verb).capitalize()):
            return
        outcome = await self._controller.act(processor.key, verb, argument or None)
        self._person.tell(outcome, processor.name)

    def _can_recover(self, processor: Processor) -> bool:
        """A crashed processor cannot be booted, but it can be recovered."""
        crashed = processor.state is State.CRASHED
        return crashed and self._controller.why_not(processor.key, Verb.RECOVER) is None

    async def _argument(self, processor: Processor, verb: Verb) -> str | None:
        """What an action needs to know beside its processor: empty for nothing, None when a person gave up."""
        match verb:
            case Verb.WATCH:
                return await self._choose_watch(processor)
            case Verb.RECOVERY:
                return "off" if processor.recovery == "enabled" else "on"
            case Verb.FIRMWARE:
                return await self._choose_firmware(processor)
            case Verb.CRASH:
                return await self._choose_crash(processor)
            case Verb.KICK:
                return await self._person.type(f"word for the mailbox of {processor.name}: ", _KICK)
            case _:
                return ""

    async def _choose_watch(self, processor: Processor) -> str | None:
        if processor.watch is not None:
            return "off"
        before = self._person.watched_before(processor.key)
        if processor.firmware_local_path is not None and before in (None, processor.firmware_local_path):
            return "on"
        return await self._person.type(f"file of this machine to watch for {processor.name}: ", _WATCH, before or "")

    async def _choose_crash(self, processor: Processor) -> str | None:
        choices = [_crash_choice(word, text) for word, text in _CRASHES.items()]
        typed = None
        if processor.mailbox:
            typed = _mailbox_choice
            choices += [_crash_choice(f"{word:#x}", meaning) for word, meaning in processor.crash_commands]
            choices.append(_crash_choice("0", _MAILBOX))
        return await self._person.choose(f"Crash {processor.name}: how?", choices, typed=typed)

    async def _choose_firmware(self, processor: Processor) -> str | None:
        found = await self._controller.firmware_choices(processor.key)
        if not found:
            self._person.say(f"no firmware files where {processor.key.host} looks for them: put one there first")
            return None
        chosen = next((index for index, choice in enumerate(found) if choice.current), 0)
        choices = firmware_rows(found)
        return await self._person.choose(f"Firmware for {processor.name}", choices, chosen=chosen)


def _recover_question(processor: Processor) -> str:
    firmware = processor.firmware or "its firmware"
    return (
        f"{processor.name} ({processor.id}) on {processor.key.host} has crashed: a boot would do nothing. "
        f"Recover it? That stops it and starts {firmware} again."
    )


def _crash_choice(word: str, text: str) -> Choice:
    return Choice(word, Content.assemble((fit(word, 12), "bold"), (text, "$label")), f"{word} {text}")


def _mailbox_choice(typed: str) -> Choice | None:
    """A number that was typed, as a word for the mailbox."""
    try:
        word = int(typed, 0)
    except ValueError:
        return None
    return replace(_crash_choice(f"{word:#x}", "post this word to its mailbox"), value=str(word))
