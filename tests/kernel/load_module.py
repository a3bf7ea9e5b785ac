"""Loads a kernel module by finit_module(2), for machines without kmod: `python load_module.py FILE`."""

from __future__ import annotations

import ctypes
import os
import sys

FINIT_MODULE = 313
"""Its number on x86-64 (asm/unistd_64.h)."""


def load(path: str) -> None:
    """OSError as the kernel answers."""
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if libc.syscall(FINIT_MODULE, descriptor, b"", 0) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), path)
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    load(sys.argv[1])
