"""Failing as the kernel fails: an OSError that carries nothing but the errno."""

from __future__ import annotations

import errno
import os


def failure(number: int) -> OSError:
    """The error of an errno, to be raised."""
    return OSError(number, os.strerror(number))


def code(error: OSError) -> int:
    """The negative number that the kernel's log prints for an error; a driver that names none means EIO."""
    return -(error.errno or errno.EIO)
