"""OpenAMP's return codes (`RPROC_E…`, openamp/remoteproc.h). They are no errno: -2 is EINVAL here and ENOENT there.

A call that answers a code in C raises `OpenampError` with it, and returns normally where C answers 0. A call that
answers a pointer in C returns None for NULL.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum


class ReturnCode(IntEnum):
    """Every code, as it is returned: negative."""

    ENOMEM = -1
    EINVAL = -2
    ENODEV = -3
    EAGAIN = -4
    RSC_TAB_TRUNC = -5
    RSC_TAB_VER = -6
    RSC_TAB_RSVD = -7
    RSC_TAB_VDEV_NRINGS = -9
    RSC_TAB_NP = -10
    """A notify id that is wanted is taken."""
    RSC_TAB_NS = -11
    """Not supported; going through a table swallows it."""
    LOADER_STATE = -12
    EMAX = -16
    """The end of the range, never returned."""


_FROM_ERRNO = {
    errno.ENOMEM: ReturnCode.ENOMEM,
    errno.ENODEV: ReturnCode.ENODEV,
    errno.EAGAIN: ReturnCode.EAGAIN,
    errno.EBUSY: ReturnCode.EAGAIN,
}


class OpenampError(Exception):
    """A call failed. An operation of a driver may raise it with any negative number, which is passed on."""

    def __init__(self, code: int) -> None:
        names = {member.value: member.name for member in ReturnCode}
        super().__init__(f"{names.get(code, 'error')} ({int(code)})")
        self.code = code
        """A ReturnCode, or a driver's own number."""


def code_of(error: OSError) -> ReturnCode:
    """The nearest code of a driver's errno: EINVAL where there is none that says more."""
    return _FROM_ERRNO.get(error.errno or 0, ReturnCode.EINVAL)


@contextmanager
def errno_as_code() -> Iterator[None]:
    """Let a driver of the kernel's framework fail in OpenAMP's words."""
    try:
        yield
    except OSError as error:
        raise OpenampError(code_of(error)) from error
