"""What every screen over the boards has in common: the moment it shows, the selection, the keys of a processor."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.binding import BindingType
from textual.reactive import Reactive
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from rproc_tui.controller.controller import Controller
from rproc_tui.errors import UsageError
from rproc_tui.model.connection import Link
from rproc_tui.model.event import Event
from rproc_tui.model.outcome import Outcome, Verb
from rproc_tui.model.processor import HostState, Processor, ProcessorKey, Snapshot, State
from rproc_tui.tui import command_line
from rproc_tui.tui.bindings import BOARD, KEYS, Key
from rproc_tui.tui.crash_news import CrashNews, crash_sentence
from rproc_tui.tui.key_names import all_keys, first_keys
from rproc_tui.tui.layout import Layout, layout_for
from rproc_tui.tui.marks import is_faulty
from rproc_tui.tui.messages import CommandGiven
from rproc_tui.tui.panels.processors import Row
from rproc_tui.tui.processor_actions import ProcessorActions
from rproc_tui.tui.screens.help import Help
from rproc_tui.tui.screens.picker import Choice, Picker
from rproc_tui.tui.view import View, changes_in
from rproc_tui.tui.wall_time import WallTime
from rproc_tui.tui.widgets.notice import Notice
from rproc_tui.tui.widgets.processor_tree import ProcessorTree
from rproc_tui.tui.widgets.prompt import Prompt
from rproc_tui.tui.widgets.question import Question
from rproc_tui.tui.widgets.text_view import TextView
from rproc_tui.tui.widgets.trace_log import TraceLog

if TYPE_CHECKING:
    from rproc_tui.tui.app import RprocTui

_TOLD = frozenset({Verb.CRASH, Verb.COREDUMP, Verb.KICK})
"""Actions whose success changes nothing that the state panel shows."""
RENEW_EVERY = 0.03
"""Seconds between two pictures of what changes by itself."""
COMMAND = "command"
"""What a prompt for commands is for."""
ANSWER = "answer"
"""What a prompt for what an action needs to know is for."""


class BoardScreen(Screen[None]):
    """Shows one moment after the other; subclasses lay out the panels."""

    DEFAULT_CSS = """
    BoardScreen {
        layers: panels cover;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*BOARD]
    tells_of_crashes: ClassVar[bool] = True
    """Whether a new crash is said; not where the crashes themselves are in sight."""
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """Who has the keys. Textual paints the whole screen anew when that changes, and the two panels besides."""

    def __init__(self, controller: Controller, wall: WallTime) -> None:
        super().__init__()
        self.controller = controller
        self.wall = wall
        self.faulty_only = False
        self._host: str | None = None
        self._key: ProcessorKey | None = None
        self._actions = ProcessorActions(controller, self)
        self._ageing: Timer | None = None
        self._soon: Timer | None = None
        """Set while changes wait for the next picture."""
        self._renewed = 0.0
        self._answer: asyncio.Future[bool] | None = None
        self._typed_answer: asyncio.Future[str | None] | None = None
        self._before_prompt: Widget | None = None
        self._last_focused: Widget | None = None
        self._is_tiny = False
        self._news = CrashNews()
        self.view = self._look()

    def show_view(self, view: View) -> None:
        """Show a moment; the subclass hands it to its panels."""
        raise NotImplementedError

    def lay_out(self, layout: Layout) -> None:
        """Lay the panels out; the subclass decides what is in sight."""
        raise NotImplementedError

    @property
    def notice(self) -> Notice:
        """Where the screen says things."""
        return self.query_one(Notice)

    @property
    def selection(self) -> tuple[str | None, ProcessorKey | None]:
        """Host and processor that the screen is about."""
        return self._host, self._key

    def advance(self, key: ProcessorKey) -> None:
        """There are new lines in a processor's trace: for screens that show one."""

    def happened(self) -> None:
        """Something happened: a crash is told at once, wherever one looks."""
        event = self._news.newest(self.controller.events)
        if event is not None and event.processor is not None and self.tells_of_crashes:
            self._tell_crash(event, event.processor)

    def _tell_crash(self, event: Event, key: ProcessorKey) -> None:
        """Until somebody has read it; where the processor stays crashed, until it does so no more."""
        keys, stays = first_keys(self), self._is_crashed(key)
        sentence = crash_sentence(event, stays=stays, looks=keys.get("crashes"), recovers=keys.get(str(Verb.BOOT)))
        self.notice.alert(sentence, (lambda: self._is_crashed(key)) if stays else None)

    def _is_crashed(self, key: ProcessorKey) -> bool:
        seen = self.controller.snapshot.find(key)
        return seen is not None and seen.state is State.CRASHED

    def advance_kernel(self, host: str) -> None:
        """A host's kernel said something: for screens that show its lines."""

    def on_mount(self) -> None:
        """Lay out before the first paint."""
        self.lay_out(layout_for(*self.app.size))
        if self._host is not None:
            self.query_one(ProcessorTree).selected = Row(self._host, self._key)
        self.renew()

    def on_screen_resume(self) -> None:
        """In sight again: show what happened meanwhile."""
        self._news.catch_up(self.controller.events)
        self.renew()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Remember who has the keys; in a terminal that is too small they go to whoever is left."""
        if not self._is_tiny:
            self._last_focused = event.widget

    def on_resize(self, event: events.Resize) -> None:
        """Lay out anew; a terminal that was too small hid the panels, and the keys go back to who had them."""
        layout = layout_for(*event.size)
        self.lay_out(layout)
        was_tiny, self._is_tiny = self._is_tiny, layout is Layout.TINY
        if was_tiny and not self._is_tiny:
            self.call_after_refresh(self._take_up_keys)

    def _take_up_keys(self) -> None:
        last, able = self._last_focused, self.focus_chain
        if able:
            self.set_focus(last if last in able else able[0])

    def renew_soon(self) -> None:
        """Show what is known now; an action changes many things one after another, and not each is worth a picture."""
        if self._soon is None:
            wait = self._renewed + RENEW_EVERY - time.monotonic()
            if wait > 0:
                self._soon = self.set_timer(wait, self.renew)
            else:
                self.renew()

    def renew(self) -> None:
        """Show what is known now, and again when an age on the screen would read differently."""
        if self._soon is not None:
            self._soon.stop()
            self._soon = None
        self._renewed = time.monotonic()
        self.view = self._look()
        self.show_view(self.view)
        self.notice.dismiss_untrue()
        if self._ageing is not None:
            self._ageing.stop()
        wait = changes_in(self.view)
        self._ageing = self.set_timer(wait + 0.01, self.renew) if wait is not None else None

    def on_processor_selected(self) -> None:
        """Another processor: everything on the screen is about it now. The message may tell of one before the last."""
        self.catch_up()

    def select(self, host: str | None, key: ProcessorKey | None) -> None:
        """Show another processor, or only a host; the tree goes along."""
        if (host, key) == (self._host, self._key):
            return
        self._host, self._key = host, key
        if self.is_attached:
            if host is not None:
                self.query_one(ProcessorTree).select(Row(host, key))
            self.renew()

    def catch_up(self) -> None:
        """Take everything as it is now: what tells of it may be on its way behind the key."""
        if self._soon is not None:
            self.renew()
        row = self.query_one(ProcessorTree).selected
        if row is not None:
            self.select(row.host, row.key)

    def say(self, sentence: str, holds: Callable[[], bool] | None = None) -> None:
        """Show a sentence until the next action or esc, or until `holds` denies it."""
        self.notice.say(sentence, holds)

    def tell(self, outcome: Outcome, name: str) -> None:
        """Show how an action ended; where all went well the state panel says enough."""
        if not outcome.ok or outcome.path or outcome.advice or outcome.verb in _TOLD:
            self.notice.tell(outcome, name)

    async def ask(self, question: str, yes: str) -> bool:
        """Put a question at the bottom of the screen; False when in doubt."""
        if self._answer is not None:
            return False
        self._answer = asyncio.get_running_loop().create_future()
        focused = self.focused
        row = Question(question, yes, "No")
        await self.mount(row, before=self.query_one("#keys"))
        try:
            return await self._answer
        finally:
            self._answer = None
            await row.remove()
            self._give_back(focused)

    async def choose(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        chosen: int = 0,
        typed: Callable[[str], Choice | None] | None = None,
    ) -> str | None:
        """Open a list to choose from."""
        return await self.app.push_screen_wait(Picker(title, choices, chosen=chosen, typed=typed))

    def watched_before(self, key: ProcessorKey) -> str | None:
        """The file of this machine that was watched for a processor when the program was left."""
        return cast("RprocTui", self.app).remembered.of(key.host).watched.get(key.device)

    async def type(self, question: str, hint: str, text: str = "") -> str | None:
        """Let them type an answer at the bottom of the screen; None when they give up."""
        if self._typed_answer is not None or self.query_one(Prompt).purpose is not None:
            return None
        self._typed_answer = asyncio.get_running_loop().create_future()
        self.type_into(ANSWER, question, text, hint)
        try:
            return await self._typed_answer
        finally:
            self._typed_answer = None

    def on_question_answered(self, message: Question.Answered) -> None:
        """The question was answered."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(message.yes)

    def perform(self, verb: Verb, argument: str | None = None) -> None:
        """Do something to the selected processor, in the background."""
        self.catch_up()
        processor = self.view.processor
        self.notice.dismiss()
        if processor is None:
            self.say(f"{verb}: select a processor first")
            return
        begun = self._actions.begin(processor, verb, argument)
        if begun is not None:
            self.run_worker(begun, group=processor.id, exit_on_error=True)

    def action_verb(self, verb: str) -> None:
        """A key of a processor."""
        self.perform(Verb(verb))

    def key_of(self, verb: Verb) -> str | None:
        """The key of an action as it is bound now."""
        return first_keys(self).get(str(verb))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys of a long notice are bound only while there is one."""
        if action == "notice_page":
            return bool(self.notice.display) and self.notice.overflows
        return super().check_action(action, parameters)

    def action_notice_page(self, step: int) -> None:
        """Scroll what the screen says."""
        self.notice.action_page(step)

    def action_faulty(self) -> None:
        """List only the faulty, or all again; where nothing is faulty, all stay."""
        if not self.faulty_only and not any(map(is_faulty, self.view.snapshot.processors)):
            self.say("nothing is faulty", lambda: not any(map(is_faulty, self.view.snapshot.processors)))
            return
        self.faulty_only = not self.faulty_only
        self.renew()

    def action_explain(self) -> None:
        """Say what there is to say of the selected processor: what is wrong, and what only looks so."""
        self.catch_up()
        processor = self.view.processor
        if processor is None:
            self.say("explain: select a processor first")
            return
        diagnoses = self.controller.diagnoses(processor.key)
        if diagnoses:
            self.notice.explain(diagnoses, processor.name)
        else:
            self.say(f"nothing is wrong with {processor.name}, as far as is known: it is {processor.state}")

    def action_reconnect(self) -> None:
        """Do not wait for the next attempt to reach the selected board."""
        self.catch_up()
        host = self.view.host
        if host is None or host.connection is None:
            self.say("reconnect: select a board that is reached over ssh first")
        elif host.is_reached:
            self.say(f"{host.label} is connected already")
        else:
            self.controller.reconnect(host.label)
            self.say(f"connecting to {host.label} …", lambda: self._is_connecting(host.label))

    def _is_connecting(self, label: str) -> bool:
        host = self.controller.snapshot.host(label)
        return host is not None and host.connection is not None and host.connection.link is Link.CONNECTING

    def action_command(self) -> None:
        """Type a command."""
        hint = "boot, firmware NAME, filter TEXT, theme NAME, quit …"
        self.type_into(COMMAND, ":", "", hint, command_line.completed)

    def type_into(
        self,
        purpose: str,
        sign: str,
        text: str,
        hint: str,
        completed: Callable[[str], str] | None = None,
        *,
        stays: bool = False,
    ) -> None:
        """Open a row to type into, in the place of the key line; `stays` as `Prompt.open`."""
        prompt = self.query_one(Prompt)
        if prompt.purpose is None:
            self._before_prompt = self.focused
            prompt.open(purpose, sign, text, hint, completed, stays=stays)
            self.renew()

    def take_late_key(self, event: events.Key) -> bool:
        """A key on its way to somebody else when a row to type into or a question took the keys: whether it was taken.

        What is typed fast is typed, and never does something to a processor instead.
        """
        prompt = self.query_one(Prompt)
        if prompt.purpose is None:
            return self._answer is not None
        if event.is_printable and event.character:
            prompt.feed(event.character)
            return True
        return False

    async def on_prompt_ended(self, message: Prompt.Ended) -> None:
        """What was typed is done, or given up; Textual calls the handlers of subclasses as well."""
        self._give_back(self._before_prompt)
        self.renew()
        if message.purpose == COMMAND and message.accepted:
            await self.command(message.text)
        if message.purpose == ANSWER and self._typed_answer is not None and not self._typed_answer.done():
            self._typed_answer.set_result(message.text if message.accepted else None)

    async def command(self, text: str) -> None:
        """Do what was typed."""
        try:
            command = command_line.parse(text, self._processor_names())
            if command is not None and command.processor is not None:
                self._select_by_name(command.processor)
        except UsageError as error:
            self.say(str(error))
            return
        if command is None:
            return
        if command.verb is not None:
            self.perform(command.verb, command.argument)
        elif command.argument is None:
            await self._press(next(key for key in KEYS if key.id == command.name))
        else:
            self.post_message(CommandGiven(command.name, command.argument))

    def _processor_names(self) -> frozenset[str]:
        found = self.view.snapshot.processors
        return frozenset(name for processor in found for name in (processor.name, processor.id))

    def _select_by_name(self, name: str) -> None:
        """The processor of that name or number; of several the one on the selected host, else UsageError."""
        found = [each for each in self.view.snapshot.processors if name in (each.name, each.id)]
        here = [each for each in found if each.key.host == self._host]
        if len(here or found) > 1:
            raise UsageError(f"several processors are called `{name}`: select one of them first")
        chosen = (here or found)[0]
        self.faulty_only = self.faulty_only and is_faulty(chosen)
        self.select(chosen.key.host, chosen.key)

    async def _press(self, key: Key) -> None:
        """Do what a key does, where it does something here."""
        if key.id in all_keys(self):
            await self.app.run_action(key.action)
        else:
            self.say(f"`{key.id}` is not for this screen: `1` shows the overview")

    def action_copy(self) -> None:
        """The text of the focused panel goes to the terminal's clipboard."""
        panel = self.focused if isinstance(self.focused, TextView | TraceLog) else self.query_one(TraceLog)
        self.copy(panel.text)

    def copy(self, text: str) -> None:
        """A text goes to the terminal's clipboard."""
        self.app.copy_to_clipboard(text)
        lines = text.count("\n") + 1
        self.say(f"copied {lines} line{'s' if lines > 1 else ''} to the terminal's clipboard (where it takes OSC 52)")

    def action_help(self) -> None:
        """Every key that is bound."""
        self.app.push_screen(Help(all_keys(self)))

    def _look(self) -> View:
        """What is known now, with the selection in it."""
        snapshot = self.controller.snapshot
        processor = None if self._key is None else snapshot.find(self._key)
        return View(
            snapshot=snapshot,
            now=self.controller.clock.monotonic(),
            wall=self.wall,
            host=self._selected_host(snapshot),
            processor=processor,
            facts=None if processor is None else self.controller.firmware(processor.key),
            greyed=self._greyed(processor),
            read_only=self.controller.read_only,
            faulty_only=self.faulty_only,
        )

    def _selected_host(self, snapshot: Snapshot) -> HostState | None:
        return None if self._host is None else snapshot.host(self._host)

    def _greyed(self, processor: Processor | None) -> frozenset[Verb]:
        """The actions that make no sense now; on nothing, none does."""
        if processor is None:
            return frozenset(Verb)
        return frozenset(verb for verb in Verb if not self._makes_sense(processor, verb))

    def _makes_sense(self, processor: Processor, verb: Verb) -> bool:
        return self.controller.why_not(processor.key, verb) is None or (
            verb is Verb.BOOT and self.controller.why_not(processor.key, Verb.RECOVER) is None
        )

    def _give_back(self, focused: Widget | None) -> None:
        """Give the focus back to who had it."""
        if focused is not None and focused.is_attached and self.is_attached:
            self.set_focus(focused)
