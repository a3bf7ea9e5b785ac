"""From what ssh says at its end: whether trying again may help, and a sentence for people."""

from __future__ import annotations

import pytest

from rproc_tui.hosts.ssh_reasons import verdict
from rproc_tui.model.connection import Link

CASES = [
    (["root@board: Permission denied (publickey,password)."], 255, Link.REFUSED, "ssh-copy-id"),
    (["@@@@@@@@", "WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!", "..."], 255, Link.REFUSED, "ssh-keygen -R"),
    (["No ED25519 host key is known for b.", "Host key verification failed."], 255, Link.REFUSED, "by hand"),
    (["sudo: a password is required"], 1, Link.REFUSED, "NOPASSWD"),
    (["sh: 1: exec: sudo: not found"], 127, Link.REFUSED, "without it"),
    (["user is not in the sudoers file."], 1, Link.REFUSED, "sudoers"),
    (["rproc-tui needs mkfifo dd"], 1, Link.REFUSED, "mkfifo dd"),
    (["rproc-tui: error: argument verb: invalid choice: 'agent' (choose from 'list')"], 2, Link.REFUSED, "too old"),
    (["This account is currently not available."], 1, Link.REFUSED, "no shell"),
    ([], 127, Link.REFUSED, "POSIX shell"),
    (["ssh: connect to host board port 22: Connection refused"], 255, Link.LOST, "Connection refused"),
    (["ssh: connect to host board port 22: No route to host"], 255, Link.LOST, "No route"),
    (["ssh: Could not resolve hostname board: Name or service not known"], 255, Link.LOST, "resolve"),
    (["Warning: Permanently added 'b' to the list."], 255, Link.LOST, "without a word"),
    ([], None, Link.LOST, "without a word"),
]


@pytest.mark.parametrize(("said", "status", "link", "words"), CASES, ids=[case[3] for case in CASES])
def test_a_line_that_did_not_come_about(said: list[str], status: int | None, link: Link, words: str) -> None:
    found = verdict(said, status, stood=False)
    assert found.link is link
    assert words in found.reason


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (["Timeout, server board not responding."], "Timeout, server board not responding."),
        (["Connection to board closed by remote host."], "Connection to board closed by remote host."),
        (["tool there: Permission denied (x)"], "tool there: Permission denied (x)"),
        ([], "the connection ended"),
    ],
)
def test_a_line_that_stood_is_lost_and_never_refused(said: list[str], reason: str) -> None:
    found = verdict(said, 255, stood=True)
    assert (found.link, found.reason) == (Link.LOST, reason)
