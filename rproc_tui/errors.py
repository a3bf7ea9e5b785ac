"""What can go wrong, as exceptions that a person can read.

::

    RprocTuiError
    ├── UsageError           the command line or the configuration is wrong
    ├── NoSuchProcessor      no processor has that name
    ├── NotPermitted         the host refuses (EACCES, EPERM, or --read-only)
    ├── EmulatorMissing      the extra `emulator` is not installed
    ├── MountMissing         the extra `mount`, or FUSE, is not installed
    ├── HostError            a host cannot be reached or answers nonsense
    │   └── LineLost         the line to it is broken (also an OSError, as the port raises them)
    │       ├── NotConnected nothing was sent, so nothing was done
    │       └── AnswerLost   it was sent and the answer did not come: whether it was done is unknown
    ├── BoardError           a board file cannot be used
    ├── ThemeError           a theme file cannot be used
    ├── FirmwareError        a firmware file cannot be read at all
    ├── ChannelGone          an rpmsg channel went away while it was used
    └── ActionRefused        an action makes no sense in this state; nothing was written
        └── GivenUp          somebody gave it up on its way; nothing was changed

Each says in one sentence what happened and on what; `errno` is the kernel's where there is one and `hint` says what to
try.
"""

from __future__ import annotations

import errno as _errno
from typing import ClassVar


class RprocTuiError(Exception):
    """The root: everything this program raises on purpose."""

    exit_code: ClassVar[int] = 1
    """What the command line returns when this ends a verb."""

    def __init__(self, message: str, *, errno: int | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.errno = errno
        self.hint = hint

    @property
    def errno_name(self) -> str | None:
        """`EINVAL` and the like; None without an errno."""
        return None if self.errno is None else _errno.errorcode.get(self.errno, str(self.errno))

    def __str__(self) -> str:
        """One line: the message, the errno by name, the hint."""
        name = f" ({self.errno_name})" if self.errno is not None else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{self.message}{name}{hint}"


class UsageError(RprocTuiError):
    """The command line or the configuration is wrong."""

    exit_code = 2


class NoSuchProcessor(RprocTuiError):
    """No processor has that name."""

    exit_code = 3


class NotPermitted(RprocTuiError):
    """The host refuses: EACCES, EPERM, or this program was started read-only."""

    exit_code = 4


class EmulatorMissing(RprocTuiError):
    """The extra `emulator` is not installed."""

    exit_code = 5


class MountMissing(RprocTuiError):
    """The extra `mount`, the library libfuse, or the kernel's FUSE is not there."""

    exit_code = 5


class HostError(RprocTuiError):
    """A host cannot be reached or answers nonsense."""


class LineLost(HostError, ConnectionResetError):
    """The line to a host is broken. It is an `OSError` (ECONNRESET), since that is what a host's files raise."""

    def __init__(self, reason: str, path: str | None = None) -> None:
        super().__init__(reason, errno=_errno.ECONNRESET)
        self.strerror = reason
        self.filename = path


class NotConnected(LineLost):
    """There was no line when something was asked for: nothing was sent, so nothing was done."""


class AnswerLost(LineLost):
    """It was sent and the line broke before the answer came: whether it was done is unknown. Look again on return."""


class BoardError(RprocTuiError):
    """A board file cannot be used."""


class ThemeError(RprocTuiError):
    """A theme file cannot be used."""


class FirmwareError(RprocTuiError):
    """A firmware file cannot be read at all."""


class ChannelGone(RprocTuiError):
    """An rpmsg channel went away while it was used: its processor stopped, crashed, or took it back."""


class ActionRefused(RprocTuiError):
    """An action makes no sense in this state; nothing was written."""


class GivenUp(ActionRefused):
    """Somebody gave an action up on its way; nothing was changed."""
