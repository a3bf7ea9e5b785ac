"""Why ssh ended, from what it and the other end said on standard error and from its exit status."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rproc_tui.hosts.far import Verdict
from rproc_tui.model.connection import Link

OF_SSH = 255
"""The exit status with which ssh speaks for itself; others are those of what it ran."""

NOT_FOUND = 127
"""The exit status of a shell that does not know a command."""

_REFUSALS = (
    (
        r"Permission denied \(",
        "no key of yours is known there, and a password cannot be asked for here: see ssh-copy-id(1)",
    ),
    (
        r"REMOTE HOST IDENTIFICATION HAS CHANGED",
        "its host key is another one than before: look why, then ssh-keygen -R",
    ),
    (r"Host key verification failed", "its host key is not known here: connect once by hand (ssh)"),
    (r"Too many authentication failures", "name the key for it in ~/.ssh/config (IdentityFile, IdentitiesOnly)"),
    (r"Bad configuration option|Unable to negotiate|no matching ", "see `ssh -v`"),
    (r"sudo: .*password is required|sudo: .*terminal is required", "--sudo wants a rule NOPASSWD in sudoers there"),
    (r"sudo: .*(command )?not found|sudo: not found", "--sudo wants sudo there; connect as root without it"),
    (r"is not in the sudoers file|not allowed to ", "--sudo wants a rule in sudoers there"),
    (r"rproc-tui: error: .*invalid choice: .*agent", "the rproc-tui there is too old: it has no agent"),
    (r"rproc-tui needs ", "the shell agent needs these commands there; or install rproc-tui there"),
    (r"This account is currently not available", "the user there has no shell"),
)
"""What no second attempt changes, and what to do about it."""

_NOISE = re.compile(r"^(Warning: |debug\d: |Pseudo-terminal )|^@+$|post-quantum|^\*\* ")
"""Lines that say nothing about an end."""


def verdict(said: Sequence[str], status: int | None, *, stood: bool) -> Verdict:
    """`said` is standard error, sanitised, line by line; `status` is None where ssh was ended by us.

    `stood`: the agent had answered before.
    """
    lines = [line.strip() for line in said if line.strip() and not _NOISE.search(line.strip())]
    for line in lines if not stood else ():
        for pattern, cure in _REFUSALS:
            if re.search(pattern, line):
                return Verdict(Link.REFUSED, f"{line.rstrip('.')}: {cure}")
    if lines:
        return Verdict(Link.LOST, lines[-1])
    if stood:
        return Verdict(Link.LOST, "the connection ended")
    if status == NOT_FOUND:
        return Verdict(Link.REFUSED, "there is no POSIX shell there")
    return Verdict(Link.LOST, "ssh ended without a word" if status in (None, OF_SSH) else f"ssh ended with {status}")
