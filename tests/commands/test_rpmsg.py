"""`rpmsg` on the bundled board: list, send, listen, and how each ends."""

from __future__ import annotations

import asyncio
import json
import pathlib
import re
import signal
import subprocess
import sys
from typing import cast

import pytest

from rproc_tui.clock import SystemClock
from rproc_tui.commands.rpmsg import _Printer
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.conversation import Conversation
from rproc_tui.controller.settings import Settings
from rproc_tui.errors import RprocTuiError
from rproc_tui.model.processor import Processor, ProcessorKey, State
from rproc_tui.model.rpmsg import RpmsgChannel
from tests.commands.conftest import Ran, Run

pytestmark = pytest.mark.emulator


def announced(run: Run, *arguments: str) -> Ran:
    """The list once the firmware, which boots as the command starts, has announced both of its channels."""
    for _ in range(20):
        ran = run("--demo", "rpmsg", "m4", *arguments)
        if "rpmsg-raw" in ran.out and "rpmsg-tty" in ran.out:
            return ran
    raise AssertionError(f"never announced: {ran}")


def test_channels_are_listed_with_addresses_and_drivers(run: Run) -> None:
    ran = announced(run)
    heads, raw, tty, *rings = ran.out.splitlines()
    assert ran.code == 0
    assert heads.split() == ["CHANNEL", "SRC", "DST", "DRIVER", "NODE", "DEVICE"]
    assert raw.split() == ["rpmsg-raw", "0x400", "0x400", "rpmsg_chrdev", "/dev/rpmsg0", "virtio0.rpmsg-raw.-1.1024"]
    assert tty.split()[3:5] == ["rpmsg_tty", "/dev/ttyRPMSG0"]
    assert re.match(r"virtio0 input: \d+ of 16 buffers hold messages", rings[0])


def test_the_list_for_programs_has_every_key(run: Run) -> None:
    listed = announced(run, "--json").json()
    assert (listed["schema"], listed["version"], listed["reason"]) == ("rproc-tui/rpmsg", 1, None)
    assert [channel["name"] for channel in listed["channels"]] == ["rpmsg-raw", "rpmsg-tty"]
    assert set(listed["channels"][0]) == {
        "device", "name", "source", "destination", "driver", "announce", "node", "control",
    }  # fmt: skip
    assert (listed["endpoints"], listed["controls"]) == ([], ["/dev/rpmsg_ctrl0"])
    assert {ring["name"] for ring in listed["rings"]} == {"input", "output"}


def test_a_processor_without_channels_says_why(run: Run) -> None:
    ran = run("--demo", "rpmsg", "m33")
    assert (ran.code, ran.out) == (0, "")
    assert "m33 is offline: channels come with its firmware" in ran.err
    assert run("--demo", "rpmsg", "m33", "--json").json()["reason"].startswith("m33 is offline")


@pytest.mark.parametrize(("channel", "text", "answer"), [("rpmsg-raw", "ping", "ping"), ("rpmsg-tty", "x y", "x y\n")])
def test_an_answer_is_printed_when_it_is_waited_for(run: Run, channel: str, text: str, answer: str) -> None:
    ran = run("--demo", "rpmsg", "m4", "send", channel, text, "--wait", "5")
    assert (ran.code, ran.out.split(" ", 1)[1]) == (0, f"{text}\n")
    (line,) = run("--demo", "rpmsg", "m4", "send", channel, text, "--wait", "5", "--json").out.splitlines()
    message = json.loads(line)
    assert (message["schema"], message["channel"], message["text"]) == ("rproc-tui/message", channel, answer)
    assert (message["size"], message["base64"]) == (len(answer), None)


def test_a_message_is_sent_and_nobody_waits(run: Run) -> None:
    ran = run("--demo", "rpmsg", "m4", "send", "rpmsg-raw", "ping")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("m4", "send", "radio", "x"), 1, "m4 has no channel radio"),
        (("m4", "send", "rpmsg-raw", "x" * 497), 1, "at most 496 bytes"),
        (("m33", "listen", "rpmsg-raw"), 1, "m33 is offline"),
        (("dsp", "listen", "rpmsg-raw"), 3, "there is no processor dsp"),
        (("m4", "send", "rpmsg-raw"), 2, "TEXT"),
        (("m4", "shout", "rpmsg-raw"), 2, "invalid choice"),
    ],
)
def test_what_cannot_be_is_a_sentence_and_an_exit_code(
    run: Run, arguments: tuple[str, ...], code: int, said: str
) -> None:
    ran = run("--demo", "rpmsg", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err


def test_read_only_is_exit_4(run: Run) -> None:
    ran = run("--demo", "--read-only", "rpmsg", "m4", "send", "rpmsg-raw", "x")
    assert ran.code == 4
    assert "--read-only" in ran.err


class Silence:
    """A conversation in which nobody answers."""

    channel = RpmsgChannel("virtio0.echo.-1.1024", "echo", 1024, 1024)

    async def receive(self) -> bytes:
        await asyncio.Event().wait()
        return b""


async def test_no_answer_is_said() -> None:
    processor = Processor(ProcessorKey("demo", "/sys/devices/platform/m4"), "remoteproc0", "m4", State.RUNNING)
    controller = Controller([], clock=SystemClock(), settings=Settings())
    printer = _Printer(controller, processor, cast("Conversation", Silence()), as_json=False)
    with pytest.raises(RprocTuiError, match="echo of m4 did not answer"):
        await printer.answer(0.01)


def test_a_listener_goes_on_until_it_is_interrupted(homes: pathlib.Path) -> None:
    command = [sys.executable, "-m", "rproc_tui", "--demo", "rpmsg", "m4", "listen", "rpmsg-raw"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as listener:
        assert listener.stderr is not None
        assert listener.stderr.readline() == "listening to rpmsg-raw of m4 until it is gone; ^C ends it\n"
        listener.send_signal(signal.SIGINT)
        assert listener.communicate(timeout=10) == ("", "")
    assert listener.returncode == 130
