"""What is run at the other end of ssh: the agent of an installed rproc-tui, else a shell that is sent our script."""

from __future__ import annotations

from importlib import resources

AGENT = b"rproc-tui:agent"
"""The line behind which the installed agent speaks; login scripts may chatter before it."""

SHELL = b"rproc-tui:sh"
"""The line behind which the shell waits for the script."""

_PLACES = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Where a non-interactive shell may not look by itself."""


def script() -> bytes:
    """The shell agent without its comments, as it is sent."""
    text = resources.files(__package__).joinpath("agent.sh").read_text(encoding="ascii")
    kept = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in kept if line and not line.startswith("#")).encode() + b"\n"


def shell_command() -> str:
    """For `sh -c`: take exactly the script from standard input, and no byte of what comes behind it."""
    return f'eval "$(dd bs=1 count={len(script())} 2>/dev/null)"'


def remote_command(*, sudo: bool = False) -> str:
    """For the login shell there, whatever it is: one command without anything that shells disagree about."""
    steps = (
        f"PATH=$PATH:{_PLACES}:$HOME/.local/bin",
        "export PATH",
        f"if command -v rproc-tui >/dev/null 2>&1; then echo {AGENT.decode()}; exec rproc-tui agent; fi",
        f"echo {SHELL.decode()}",
        shell_command(),
    )
    return f"exec {'sudo -n ' if sudo else ''}sh -c '{'; '.join(steps)}'"
