"""What the suite asks and a shell on a mounted board cannot show, by the words of the tests' names, with the reason."""

from __future__ import annotations

from collections.abc import Mapping

NOTHING = "a shell makes no write(2) of nothing"
NODES = "a mounted board's device nodes are files"
ONE_FILE = "FUSE lets one writer into a file at a time"
PIECES = "dd reads a dump in blocks, to its end and once more"

LIMITS: Mapping[str, str] = {
    "to_the_character_device[shell-offline and '' gives": NOTHING,
    "to_the_character_device[shell-running and '' gives": NOTHING,
    "to_recovery[shell-debugfs and '' gives": NOTHING,
    "to_coredump[shell-debugfs and '' gives": NOTHING,
    "test_what_is_no_number_crashes_nothing[shell-'' is": NOTHING,
    "test_a_message_of_nothing_gets_there_as_well": NOTHING,
    "test_the_echo_comes_back": "a node is open for one command of a shell only",
    "alike_about[shell-rpmsg]": NOTHING,
    "alike_about[shell-switches]": NOTHING,
    "alike_about[shell-files]": f"{NOTHING}; {NODES}",
    "test_it_is_a_device_for_root_alone": NODES,
    "test_the_node_of_a_driver_is_in_sysfs_and_below_dev": NODES,
    "alike_about[shell-endpoints]": NODES,
    "waits_for_the_dump[shell-recover in recovery]": ONE_FILE,
    "test_writes_that_need_the_lock_wait_for_a_slow_start": ONE_FILE,
    "test_nothing_else_waits_for_a_slow_start": ONE_FILE,
    "alike_about[shell-slow]": ONE_FILE,
    "alike_about[shell-state]": ONE_FILE,
    "alike_about[shell-dumps]": PIECES,
}


def limit_of(name: str) -> str | None:
    """Why a test is not asked of a shell; None where it is."""
    return next((reason for words, reason in LIMITS.items() if words in name), None)
