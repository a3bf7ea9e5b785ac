"""Kernel addresses as `%pK` prints them for a curious root: hashed, the same address always alike."""

from __future__ import annotations

import hashlib

NULL = "0" * 16


def hashed_pointer(*identity: object) -> str:
    """Sixteen hex digits of which the lower eight are a hash."""
    digest = hashlib.sha256(repr(identity).encode()).digest()
    return f"{int.from_bytes(digest[:4], 'little'):016x}"
