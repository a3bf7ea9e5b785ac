"""What the kernel's log tells of a crash."""

from __future__ import annotations

import pytest

from rproc_tui.crash.kernel_words import kernel_words

LOG = [
    "remoteproc remoteproc0: remote processor m4 is now up",
    "emulated-rproc 10000000.m4: write to unmapped memory at 0x00000004, pc 0x10001010; the firmware aborted",
    "remoteproc remoteproc0: crash detected in m4: type mmufault",
    "remoteproc remoteproc0: handling crash #1 in m4",
]


def test_type_reason_and_program_counter_are_read() -> None:
    words = kernel_words(LOG)
    assert words.crash_type == "mmufault"
    assert words.reason == LOG[1]
    assert words.address == 4
    assert words.registers is not None
    assert words.registers.pc == 0x1000_1010


def test_the_last_crash_counts() -> None:
    assert kernel_words([*LOG, "remoteproc remoteproc0: crash detected in m4: type watchdog"]).crash_type == "watchdog"


def test_other_processors_are_passed_over() -> None:
    log = [*LOG, "remoteproc remoteproc1: crash detected in dsp: type fatal error"]
    assert kernel_words(log, "m4").crash_type == "mmufault"
    assert kernel_words(log, "dsp").crash_type == "fatal error"
    assert kernel_words(log, "r5").crash_type is None


@pytest.mark.parametrize("log", [[], ["usb 1-1: new device"], ["crash detected"]])
def test_a_log_without_a_crash_says_nothing(log: list[str]) -> None:
    words = kernel_words(log)
    assert (words.crash_type, words.reason, words.registers, words.address) == (None, None, None, None)


def test_lines_of_the_framework_are_no_reason() -> None:
    assert kernel_words([LOG[0], LOG[2]]).reason is None
