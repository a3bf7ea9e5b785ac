"""The command line of the system's ssh: where to, with which options, and what is run there.

Keys, jump hosts, ports and host keys are the business of the user's own ssh configuration (ssh_config(5)).
"""

from __future__ import annotations

import re

from rproc_tui.errors import UsageError

OPTIONS = {
    "BatchMode": "yes",  # a question would be asked on the terminal that the screen is drawn on
    "ConnectTimeout": "10",
    "ServerAliveInterval": "5",
    "ServerAliveCountMax": "3",
    "RequestTTY": "no",
    "ControlMaster": "no",  # a connection that is there may be used; others must not depend on ours
    "ClearAllForwardings": "yes",
    "ForwardAgent": "no",
    "ForwardX11": "no",
    "PermitLocalCommand": "no",
}

DESTINATION_MOST = 255
"""Characters of a destination."""

_UNSAFE = re.compile(r"[\s\x00-\x20\x7f\"'`$\\;&<>|(){}*?!]")
"""A user's ProxyCommand may hand the host's name to a shell (CVE-2023-51385); no machine's name needs these."""


def checked(destination: str) -> str:
    """`[USER@]HOST`, an alias of the user's configuration, or `ssh://[USER@]HOST[:PORT]`. UsageError for what is none.

    ssh would take a name that begins with `-` for an option, and options can run commands.
    """
    host = destination.removeprefix("ssh://").rpartition("@")[2]
    if not host or destination.startswith(("-", "@")) or host.startswith("-"):
        raise UsageError(f"--ssh {destination!r}: no name of a machine", hint="give [USER@]HOST")
    if _UNSAFE.search(destination) or len(destination) > DESTINATION_MOST:
        raise UsageError(f"--ssh {destination!r}: a machine's name has no such characters", hint="give [USER@]HOST")
    return destination


def command(destination: str, remote: str) -> list[str]:
    """What is executed here; `remote` is a command line for the shell of the user there."""
    options = [part for key, value in OPTIONS.items() for part in ("-o", f"{key}={value}")]
    return ["ssh", "-T", "-e", "none", *options, "--", checked(destination), remote]
