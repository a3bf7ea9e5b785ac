from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import pytest
from textual import events

from rproc_tui.controller.firmware_choices import FirmwareChoice
from rproc_tui.firmware.facts import KernelVerdict
from rproc_tui.model.dump_progress import DumpProgress
from rproc_tui.model.outcome import Outcome, Pending, Result, Verb
from rproc_tui.model.processor import ProcessorKey, State
from rproc_tui.model.watch import Watch
from tests.tui.scripted import ScriptedController, facts, failure, key
from tests.tui.showing import Shown, showing


async def select(shown: Shown, name: str) -> None:
    await shown.press("g")
    while shown.selected != name:
        await shown.press("down")


@pytest.mark.parametrize(
    ("pressed", "name", "changes", "act"),
    [
        ("b", "pru0", {}, ("pru0", Verb.BOOT, None)),
        ("s", "m4", {}, ("m4", Verb.STOP, None)),
        ("r", "m4", {}, ("m4", Verb.RELOAD, None)),
        ("c", "m4", {"dump": "devcd3"}, ("m4", Verb.COREDUMP, None)),
        ("w", "m4", {}, ("m4", Verb.WATCH, "on")),
        ("w", "m4", {"watch": Watch("/fw")}, ("m4", Verb.WATCH, "off")),
        ("R", "m4", {}, ("m4", Verb.RECOVERY, "off")),
        ("R", "m4", {"recovery": "disabled"}, ("m4", Verb.RECOVERY, "on")),
    ],
)
async def test_a_key_does_what_it_says(
    pressed: str, name: str, changes: dict[str, object], act: tuple[str, Verb, str | None]
) -> None:
    async with showing() as shown:
        shown.controller.change(name, **changes)
        await select(shown, name)
        await shown.press(pressed)
        await shown.until(lambda: shown.controller.acts == [act])


@pytest.mark.parametrize(
    ("pressed", "name", "verb"),
    [
        ("b", "m4", Verb.BOOT),
        ("s", "pru0", Verb.STOP),
        ("c", "pru0", Verb.COREDUMP),
        ("f", "m4", Verb.FIRMWARE),
        ("d", "m4", Verb.DETACH),
        ("K", "m4", Verb.KICK),
        ("x", "dsp", Verb.CRASH),
    ],
)
async def test_a_key_that_makes_no_sense_says_why_and_does_nothing(pressed: str, name: str, verb: Verb) -> None:
    async with showing() as shown:
        await select(shown, name)
        reason = shown.controller.why_not(key(name), verb)
        assert reason is not None
        await shown.press(pressed)
        await shown.sees(reason[:60])
        assert shown.controller.acts == []
        await shown.press("escape")
        await shown.sees_no(reason[:60])


async def test_a_read_only_program_writes_nothing_and_says_so() -> None:
    async with showing(ScriptedController(read_only=True)) as shown:
        await shown.sees(" read-only")
        await shown.press("s")
        await shown.sees("--read-only")
        assert shown.controller.acts == []


async def test_without_a_selected_processor_the_keys_say_so() -> None:
    async with showing() as shown:
        await shown.press("g", "b")
        await shown.sees("boot: select a processor first")


async def test_a_failure_shows_errno_kernel_lines_and_advice_until_esc() -> None:
    async with showing() as shown:
        shown.controller.answer = lambda _processor, _verb: failure()
        await select(shown, "pru0")
        await shown.press("b")
        await shown.sees("EINVAL: the kernel refused to start pru0")
        assert "bad phdr da 0x20000000 mem 0x3000" in shown.text()
        assert "→ segment 2 (.data, 12 KiB) lies in no memory region of pru0" in shown.text()
        await shown.sees("✖ boot failed: EINVAL")
        await shown.press("up")
        await shown.sees("bad phdr")
        await shown.press("escape")
        await shown.sees_no("bad phdr")


async def test_the_next_action_takes_the_old_failure_away() -> None:
    async with showing() as shown:
        shown.controller.answer = lambda _processor, verb: (
            failure() if verb is Verb.STOP else Outcome(verb, Result.DONE, "done", 1000.0)
        )
        await shown.press("s")
        await shown.sees("bad phdr")
        await shown.press("r")
        await shown.sees_no("bad phdr")


async def test_in_a_small_terminal_the_cause_of_a_failure_comes_first_and_the_rest_is_scrolled_to() -> None:
    (line,) = failure().lines
    many = replace(failure(), lines=tuple(replace(line, text=f"kernel line {number}") for number in range(6)))
    async with showing(size=(80, 24)) as shown:
        shown.controller.answer = lambda _processor, _verb: many
        await select(shown, "pru0")
        await shown.press("b")
        await shown.sees("→ segment 2 (.data, 12 KiB) lies in no memory region of pru0")
        assert "kernel line 5" not in shown.text()
        assert "PgUp PgDn scroll · esc closes" in shown.text()
        await shown.press("shift+tab", "pagedown")
        await shown.sees("kernel line 5")
        await shown.press("pageup")
        await shown.sees("EINVAL")
        await shown.press("escape")
        await shown.sees_no("PgUp PgDn")


async def test_a_key_while_something_is_done_to_the_processor_says_to_press_it_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with showing() as shown:
        done = asyncio.Event()
        act = shown.controller.act

        async def slowly(wanted: ProcessorKey, verb: Verb, argument: str | None = None) -> Outcome:
            await done.wait()
            return await act(wanted, verb, argument)

        monkeypatch.setattr(shown.controller, "act", slowly)
        await select(shown, "pru0")
        await shown.press("b", "s")
        await shown.sees("pru0 is booting: press s again when it is done")
        shown.controller.pend("pru0", Verb.BOOT)
        await shown.rest()
        await shown.sees("press s again")
        shown.controller.change("pru0", state=State.RUNNING, pending=None)
        done.set()
        await shown.sees_no("press s again")
        assert shown.controller.acts == [("pru0", Verb.BOOT, None)]


async def test_what_is_done_to_it_from_elsewhere_says_so_as_well() -> None:
    async with showing() as shown:
        shown.controller.pend("m4", Verb.RELOAD)
        await shown.press("s")
        await shown.sees("m4 is reloading: press s again when it is done")
        shown.controller.change("m4", pending=None)
        await shown.sees_no("press s again")
        assert shown.controller.acts == []


async def test_why_a_key_does_nothing_is_told_until_that_is_no_longer_so() -> None:
    async with showing() as shown:
        await select(shown, "pru0")
        await shown.press("s")
        reason = shown.controller.why_not(key("pru0"), Verb.STOP)
        assert reason is not None
        await shown.sees(reason)
        shown.controller.change("m4", crashes=1)
        await shown.rest()
        await shown.sees(reason)
        shown.controller.change("pru0", state=State.RUNNING)
        await shown.sees_no(reason)


@pytest.mark.parametrize("size", [(120, 40), (120, 30), (100, 30), (80, 24), (60, 16)])
async def test_memory_trace_and_keys_stay_in_sight_when_a_boot_fails(size: tuple[int, int]) -> None:
    async with showing(size=size) as shown:
        long = replace(failure(), advice=tuple(f"advice {number} " + "word " * 20 for number in range(9)))
        shown.controller.answer = lambda _processor, _verb: long
        shown.controller.write("m4", "hub: newest")
        shown.controller.change("m4", state=State.OFFLINE)
        await shown.press("tab", "tab", "tab")
        await shown.sees("retram")
        await shown.press("b")
        await shown.sees("the kernel refused")
        for still in ("retram", "hub: newest", "? help"):
            await shown.sees(still)


async def test_a_dangerous_action_asks_and_enter_alone_is_the_safe_answer() -> None:
    async with showing() as shown:
        await select(shown, "r5f")
        await shown.press("d")
        await shown.sees("Detach from r5f (remoteproc3) on demo, running r5.elf?")
        await shown.press("enter")
        await shown.sees_no("Detach from")
        assert shown.controller.acts == []
        assert shown.focused == "processors"


@pytest.mark.parametrize("keys", [("y",), ("right", "enter"), ("tab", "enter"), ("left", "left", "left", "enter")])
async def test_a_question_is_agreed_to_by_hand(keys: tuple[str, ...]) -> None:
    async with showing() as shown:
        await select(shown, "r5f")
        await shown.press("d")
        await shown.sees("Detach from r5f")
        await shown.press(*keys)
        await shown.until(lambda: shown.controller.acts == [("r5f", Verb.DETACH, None)])


@pytest.mark.parametrize("keys", [("escape",), ("n",), ("q",), ("right", "left", "enter")])
async def test_a_question_is_declined(keys: tuple[str, ...]) -> None:
    async with showing() as shown:
        await select(shown, "r5f")
        await shown.press("s")
        await shown.sees("Stop r5f (remoteproc3)")
        await shown.press("b", "z", "colon")
        await shown.sees("Stop r5f (remoteproc3)")
        await shown.press(*keys)
        await shown.sees_no("Stop r5f (remoteproc3)")
        assert shown.controller.acts == []


async def test_boot_on_a_crashed_processor_offers_to_recover_it() -> None:
    async with showing() as shown:
        await select(shown, "dsp")
        await shown.press("b")
        await shown.sees("Recover it? That stops it and starts dsp.elf again.")
        await shown.press("y")
        await shown.until(lambda: shown.controller.acts == [("dsp", Verb.RECOVER, None)])


async def test_a_crash_on_purpose_is_chosen_and_then_asked_for() -> None:
    async with showing() as shown:
        await shown.press("x")
        await shown.sees("Crash m4: how?")
        await shown.press("down", "enter")
        await shown.sees("Crash m4 (remoteproc0) on demo")
        await shown.press("y")
        await shown.until(lambda: shown.controller.acts == [("m4", Verb.CRASH, "watchdog")])


async def test_a_number_is_posted_to_the_mailbox_where_there_is_one() -> None:
    async with showing() as shown:
        shown.controller.change("m4", mailbox=True)
        await shown.press("x")
        await shown.sees("mailbox word 0; type any other number to post that")
        await shown.type("0x10")
        await shown.sees("0x10        post this word to its mailbox")
        await shown.press("enter")
        await shown.sees("Crash m4 (remoteproc0) on demo")
        await shown.press("y")
        await shown.until(lambda: shown.controller.acts == [("m4", Verb.CRASH, "16")])


async def test_the_words_at_which_firmware_dies_are_listed_by_what_they_do() -> None:
    async with showing(size=(80, 24)) as shown:
        words = ((0x101, "write through a NULL pointer"), (0x10A, "endless loop"))
        shown.controller.change("m4", mailbox=True, crash_commands=words)
        await shown.press("x")
        await shown.sees("0x101       write through a NULL pointer")
        assert "mailbox word 0; type any other number to post that" in shown.text()
        await shown.type("endless")
        await shown.press("enter")
        await shown.sees("Crash m4 (remoteproc0) on demo")
        await shown.press("y")
        await shown.until(lambda: shown.controller.acts == [("m4", Verb.CRASH, "0x10a")])


@pytest.mark.parametrize(("typed", "word"), [("", None), ("0x101", "0x101")])
async def test_a_kick_asks_for_its_word(typed: str, word: str | None) -> None:
    async with showing() as shown:
        shown.controller.change("m4", mailbox=True)
        await shown.press("K")
        await shown.sees("word for the mailbox of m4:")
        await shown.type(typed)
        await shown.press("enter")
        await shown.until(lambda: shown.controller.acts == [("m4", Verb.KICK, word)])


async def test_a_watch_asks_for_a_file_of_this_machine_where_the_processors_own_is_elsewhere() -> None:
    async with showing() as shown:
        shown.controller.change("m4", firmware_local_path=None)
        await shown.press("w")
        await shown.sees("file of this machine to watch for m4:")
        await shown.type("build/out.elf")
        await shown.press("enter")
        await shown.until(lambda: shown.controller.acts == [("m4", Verb.WATCH, "build/out.elf")])


async def test_a_kick_that_is_given_up_does_nothing_and_leaves_the_processor_free() -> None:
    async with showing() as shown:
        shown.controller.change("m4", mailbox=True)
        await shown.press("K")
        await shown.sees("word for the mailbox of m4:")
        await shown.press("escape")
        await shown.sees_no("word for the mailbox")
        await shown.press("r")
        await shown.until(lambda: shown.controller.acts == [("m4", Verb.RELOAD, None)])


def choices() -> tuple[FirmwareChoice, ...]:
    bad = replace(facts(), verdict=KernelVerdict("ok", "bad phdr da 0x20000000", "ok"))
    return (
        FirmwareChoice("hub.elf", facts(), current=True, modified=1_700_000_000.0),
        FirmwareChoice("blinky.elf", facts(), current=False, modified=1_690_000_000.0),
        FirmwareChoice("[b]broken.elf", bad, current=False, modified=0.0),
        FirmwareChoice("gone.elf", None, current=False, modified=0.0),
    )


@pytest.mark.usefixtures("utc")
async def test_firmware_is_chosen_from_a_list_that_narrows() -> None:
    async with showing() as shown:
        shown.controller.choices = choices()
        await select(shown, "pru0")
        await shown.press("f")
        await shown.sees("Firmware for pru0")
        text = shown.text()
        assert "● hub.elf" in text
        assert re.search(r"hub\.elf +✔ fits +175\.8 KiB  14 Nov 22:13  [0-9a-f]{8}", text)
        assert "[b]broken.elf" in text
        assert "✖ bad phdr da" in text
        assert "cannot be read" in text
        await shown.type("bli")
        await shown.sees_no("gone.elf")
        await shown.press("enter")
        await shown.until(lambda: shown.controller.acts == [("pru0", Verb.FIRMWARE, "blinky.elf")])


@pytest.mark.usefixtures("utc")
@pytest.mark.parametrize(
    ("columns", "tail"),
    [
        (120, r"175\.8 KiB  14 Nov 22:13  [0-9a-f]{8}"),
        (80, r"175\.8 KiB  14 Nov  [0-9a-f]{8}"),
        (70, r"175\.8 KiB  14 Nov"),
        (62, r"175\.8 KiB"),
    ],
)
async def test_a_narrow_window_leaves_columns_of_firmware_out_and_cuts_none(columns: int, tail: str) -> None:
    async with showing(size=(columns, 24)) as shown:
        shown.controller.choices = choices()
        await select(shown, "pru0")
        await shown.press("f")
        await shown.sees("Firmware for pru0")
        assert re.search(rf"hub\.elf +✔ fits +{tail} *│", shown.text())


async def test_a_list_that_is_left_chooses_nothing() -> None:
    async with showing() as shown:
        shown.controller.choices = choices()
        await select(shown, "pru0")
        await shown.press("f")
        await shown.sees("Firmware for pru0")
        await shown.type("nothing like it")
        await shown.sees("nothing matches")
        await shown.press("enter", "escape")
        await shown.sees_no("Firmware for pru0")
        assert shown.controller.acts == []


async def test_without_firmware_files_the_key_says_so() -> None:
    async with showing() as shown:
        await select(shown, "pru0")
        await shown.press("f")
        await shown.sees("no firmware files where demo looks for them")


async def test_a_coredump_tells_where_it_lies() -> None:
    async with showing() as shown:
        shown.controller.change("m4", dump="devcd3")
        shown.controller.answer = lambda _processor, verb: Outcome(
            verb, Result.DONE, "kept 1.2 MiB", 1000.0, path="/srv/dumps/m4.core"
        )
        await shown.press("c")
        await shown.sees("/srv/dumps/m4.core")


async def test_keys_that_make_no_sense_are_grey_and_follow_the_state() -> None:
    async with showing() as shown:
        assert Verb.BOOT in shown.overview.view.greyed
        shown.controller.change("m4", state=State.OFFLINE)
        await shown.until(lambda: Verb.BOOT not in shown.overview.view.greyed)
        assert {Verb.STOP, Verb.CRASH} <= shown.overview.view.greyed


async def test_a_key_pressed_right_behind_the_arrows_acts_on_the_processor_that_they_led_to() -> None:
    async with showing() as shown:
        names = [processor.name for processor in shown.controller.snapshot.processors]
        moves = names.index("pru0") - names.index("m4")
        for key_name in ("down",) * moves + ("b",):
            shown.app.post_message(events.Key(key_name, None))  # all at once, as a fast typist's terminal sends them
        await shown.until(lambda: shown.controller.acts != [])
        assert shown.controller.acts == [("pru0", Verb.BOOT, None)]


@pytest.mark.parametrize(("answer", "given_up"), [("y", ["m4"]), ("n", [])])
async def test_a_dump_on_its_way_is_given_up_by_the_key_that_collects_it(answer: str, given_up: list[str]) -> None:
    async with showing() as shown:
        pending = Pending(Verb.COREDUMP, 1000.0)
        shown.controller.change("m4", pending=pending, dump_progress=DumpProgress(12 << 20, 32 << 20))
        await shown.sees("12.0 of 32.0 MiB  c gives up")
        await shown.press("c")
        await shown.sees("Give up the dump of m4 after 12.0 of 32.0 MiB? The kernel has its own for five minutes.")
        await shown.press(answer)
        await shown.sees_no("Give up the dump")
        assert shown.controller.given_up == [key(name) for name in given_up]
        assert shown.controller.acts == []
