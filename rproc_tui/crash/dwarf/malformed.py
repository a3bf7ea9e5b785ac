"""What reading broken debug information can raise: pyelftools checks some things and trips over others."""

from __future__ import annotations

import struct
import zlib
from typing import Final

from elftools.common.exceptions import DWARFError, ELFError
from elftools.construct import ConstructError

MALFORMED: Final = (
    DWARFError,
    ELFError,
    ConstructError,
    struct.error,
    zlib.error,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
)
"""Caught where a question about a program is answered; the answer is then what the symbol table knows."""
