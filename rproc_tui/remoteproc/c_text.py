"""Text as C has it: bytes up to a NUL, compared and parsed by the rules of the kernel's string functions."""

from __future__ import annotations

import errno
import re

from rproc_tui.remoteproc.errors import failure

U32 = 0xFFFF_FFFF
U64 = 0xFFFF_FFFF_FFFF_FFFF


def c_string(data: bytes | memoryview, start: int = 0) -> bytes:
    """The bytes from `start` to the first NUL or the end."""
    return bytes(data[start:]).split(b"\0", 1)[0]


def as_text(data: bytes) -> str:
    """A C string as text that `as_bytes` turns back exactly."""
    return data.decode("utf-8", "surrogateescape")


def as_bytes(text: str) -> bytes:
    """The bytes of such a text."""
    return text.encode("utf-8", "surrogateescape")


def int32(number: int) -> int:
    """A number as C's `int` keeps it."""
    number &= U32
    return number - (1 << 32) if number >> 31 else number


def sysfs_streq(written: bytes, word: bytes) -> bool:
    """`sysfs_streq`: the word exactly, with at most one newline behind it."""
    text = c_string(written)
    return text in (word, word + b"\n")


def strncmp_equal(left: bytes, right: bytes, count: int) -> bool:
    """Whether `strncmp` says 0: the same bytes up to `count` or up to a NUL in both."""
    return c_string(left)[:count] == c_string(right)[:count]


def print_format(name: bytes) -> bytes:
    """A firmware's name used as a printf format: `%%` is one percent sign. A conversion prints rubbish; here itself."""
    return name.replace(b"%%", b"%")


_UNSIGNED = re.compile(rb"\+?(0[xX][0-9a-fA-F]+|[0-9]+)")


def kstrtouint(written: bytes) -> int:
    """`kstrtouint` with base 0: decimal, `0x…`, `0…` for octal, a plus sign and one newline allowed; EINVAL, ERANGE."""
    text = c_string(written)
    match = _UNSIGNED.match(text)
    if match is None:
        raise failure(errno.EINVAL)
    digits = match[1]
    base = 16 if digits[:2].lower() == b"0x" else 8 if digits[:1] == b"0" else 10
    if base == 8:
        octal = re.match(rb"[0-7]+", digits)
        assert octal is not None  # it begins with a zero
        digits = octal[0]
    number = int(digits, base)
    if number > U64:
        raise failure(errno.ERANGE)
    if text[match.start(1) + len(digits) :] not in (b"", b"\n"):
        raise failure(errno.EINVAL)
    if number > U32:
        raise failure(errno.ERANGE)
    return number
