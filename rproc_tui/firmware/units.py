"""Numbers as people read them."""

from __future__ import annotations

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")


def size_text(size: int) -> str:
    """`664 B`, `4 KiB`, `28.1 KiB`; a decimal only where it says something."""
    exponent = min(max(size.bit_length() - 1, 0) // 10, len(_UNITS) - 1)
    whole, rest = divmod(size, 1 << 10 * exponent)
    if rest == 0:
        return f"{whole} {_UNITS[exponent]}"
    return f"{size / (1 << 10 * exponent):.1f} {_UNITS[exponent]}"


def address_text(address: int) -> str:
    """`0x10000000`: eight digits at least."""
    return f"{address:#010x}"
