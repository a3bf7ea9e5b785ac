from __future__ import annotations

import pytest

from rproc_tui.crash.dwarf.expression import address_of, evaluate
from rproc_tui.crash.dwarf.location import Constant, Context, InMemory, InRegister, Location, Pieces, Unavailable
from tests.crash.dwarf_builder import sleb, uleb

BASE = 0x20000000


class SomeMemory:
    """Four words."""

    words = b"".join(value.to_bytes(4, "little") for value in (0x11, 0x20000008, 0xFFFFFFFE, 0x44))

    def read(self, address: int, size: int) -> bytes | None:
        data = self.words[address - BASE : address - BASE + size] if address >= BASE else b""
        return data if len(data) == size else None


CONTEXT = Context(
    {0: 5, 1: 0xFFFFFFFF, 7: BASE}, SomeMemory(), 4, little=True, cfa=BASE + 16, frame_base=lambda: BASE + 8
)


def lit(number: int) -> bytes:
    return bytes((0x30 + number,))


WHERE: list[tuple[str, bytes, Location]] = [
    ("addr", b"\x03\x10\x00\x00\x20", InMemory(BASE + 16)),
    ("reg7", b"\x57", InRegister(7)),
    ("regx", b"\x90\x50", InRegister(80)),
    ("breg7", b"\x77" + sleb(-4), InMemory(BASE - 4)),
    ("bregx", b"\x92\x07" + sleb(4), InMemory(BASE + 4)),
    ("fbreg", b"\x91" + sleb(-8), InMemory(BASE)),
    ("call_frame_cfa", b"\x9c", InMemory(BASE + 16)),
    ("stack_value", lit(9) + b"\x9f", Constant(b"\x09\0\0\0")),
    ("implicit_value", b"\x9e\x02\xaa\xbb", Constant(b"\xaa\xbb")),
    ("pieces", b"\x50\x93\x04\x93\x04\x77\x00\x93\x02", Pieces(((InRegister(0), 4), (None, 4), (InMemory(BASE), 2)))),
]
VALUES = [
    ("const1u", b"\x08\xff", 0xFF),
    ("const1s", b"\x09\xff", 0xFFFFFFFF),
    ("const2u", b"\x0a\x34\x12", 0x1234),
    ("const2s", b"\x0b\xfe\xff", 0xFFFFFFFE),
    ("const4u", b"\x0c\x78\x56\x34\x12", 0x12345678),
    ("const4s", b"\x0d\xff\xff\xff\xff", 0xFFFFFFFF),
    ("const8u", b"\x0e" + (1 << 33 | 7).to_bytes(8, "little"), 7),
    ("const8s", b"\x0f" + bytes([0xFF] * 8), 0xFFFFFFFF),
    ("constu", b"\x10" + uleb(300), 300),
    ("consts", b"\x11" + sleb(-2), 0xFFFFFFFE),
    ("dup plus", lit(3) + b"\x12\x22", 6),
    ("drop", lit(3) + lit(4) + b"\x13", 3),
    ("over", lit(3) + lit(4) + b"\x14", 3),
    ("pick", lit(3) + lit(4) + lit(5) + b"\x15\x02", 3),
    ("swap minus", lit(3) + lit(5) + b"\x16\x1c", 2),
    ("rot", lit(1) + lit(2) + lit(3) + b"\x17\x1c", 0xFFFFFFFF),
    ("deref", b"\x77\x04\x06", BASE + 8),
    ("deref_size", b"\x77\x08\x94\x01", 0xFE),
    ("abs", b"\x09\xfb\x19", 5),
    ("and", lit(12) + lit(10) + b"\x1a", 8),
    ("div", b"\x09\xf9" + lit(2) + b"\x1b", 0xFFFFFFFD),
    ("div by 0", lit(7) + lit(0) + b"\x1b", 0),
    ("mod", lit(7) + lit(4) + b"\x1d", 3),
    ("mul", lit(7) + lit(6) + b"\x1e", 42),
    ("neg", lit(1) + b"\x1f", 0xFFFFFFFF),
    ("not", lit(0) + b"\x20", 0xFFFFFFFF),
    ("or", lit(12) + lit(3) + b"\x21", 15),
    ("plus_uconst", lit(1) + b"\x23\x05", 6),
    ("shl", lit(1) + lit(4) + b"\x24", 16),
    ("shl too far", lit(1) + b"\x0c\xff\xff\xff\xff\x24", 0),
    ("shr", b"\x09\xff" + lit(28) + b"\x25", 15),
    ("shra", b"\x09\xf0" + lit(2) + b"\x26", 0xFFFFFFFC),
    ("xor", lit(12) + lit(10) + b"\x27", 6),
    ("eq", lit(1) + lit(1) + b"\x29", 1),
    ("ge is signed", b"\x09\xff" + lit(1) + b"\x2a", 0),
    ("gt", lit(2) + lit(1) + b"\x2b", 1),
    ("le", lit(2) + lit(1) + b"\x2c", 0),
    ("lt is signed", b"\x09\xff" + lit(1) + b"\x2d", 1),
    ("ne", lit(2) + lit(1) + b"\x2e", 1),
    ("skip", lit(1) + b"\x2f\x01\x00" + lit(2) + b"\x96", 1),
    ("GNU_uninit", lit(7) + b"\xf0", 7),
    ("bra taken", lit(7) + lit(1) + b"\x28\x01\x00\x1f\x96", 7),
    ("bra not taken", lit(7) + lit(0) + b"\x28\x01\x00\x1f\x96", 0xFFFFFFF9),
]


@pytest.mark.parametrize(("expression", "location"), [one[1:] for one in WHERE], ids=[one[0] for one in WHERE])
def test_an_expression_says_where_something_is(expression: bytes, location: Location) -> None:
    assert evaluate(expression, CONTEXT) == location


@pytest.mark.parametrize(("expression", "value"), [one[1:] for one in VALUES], ids=[one[0] for one in VALUES])
def test_numbers_are_as_long_as_an_address(expression: bytes, value: int) -> None:
    assert evaluate(expression, CONTEXT) == InMemory(value)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        (b"", "optimised out"),
        (b"\x72\x00", "its register was not kept"),
        (b"\x77\xc0\x00\x06", "no memory at 0x20000040"),
        (b"\xa3\x01\x50\x9f", "optimised out"),
        (b"\xf3\x01\x50\x9f", "optimised out"),
        (b"\xfa\x10\x00\x00\x00\x9f", "optimised out"),
        (b"\xe0", "DW_OP 0xe0 is not known"),
        (b"\x22", "an expression without a value"),
        (b"\x15\x09", "an expression without a value"),
    ],
)
def test_what_cannot_be_known_says_why(expression: bytes, reason: str) -> None:
    with pytest.raises(Unavailable) as caught:
        evaluate(expression, CONTEXT)
    assert str(caught.value) == reason


def test_without_a_frame_there_is_nothing_relative_to_it() -> None:
    bare = Context({}, SomeMemory(), 4, little=True)
    for expression in (b"\x91\x00", b"\x9c"):
        with pytest.raises(Unavailable):
            evaluate(expression, bare)


@pytest.mark.parametrize(
    "expression",
    [b"\x2f\xfd\xff", b"\x30\x12\x2f\xfc\xff", b"\x2f\x00\x80", b"\x0c\x01", b"\x9e\x7f\x00"],
    ids=["endless", "growing", "to before its beginning", "cut off", "block cut off"],
)
def test_nonsense_ends_as_an_error(expression: bytes) -> None:
    with pytest.raises((ValueError, IndexError, Unavailable)):
        evaluate(expression, CONTEXT)


def test_an_address_can_stand_in_a_register_or_be_a_value() -> None:
    assert address_of(b"\x57", CONTEXT) == BASE
    assert address_of(b"\x77\x04", CONTEXT) == BASE + 4
    assert address_of(lit(9) + b"\x9f", CONTEXT) == 9
    assert address_of(b"\x23\x04", CONTEXT, initial=BASE) == BASE + 4
    with pytest.raises(Unavailable):
        address_of(b"\x50\x93\x04", CONTEXT)


def test_a_big_machine_has_its_own_order() -> None:
    big = Context({}, SomeMemory(), 4, little=False)
    assert evaluate(b"\x0a\x12\x34\x9f", big) == Constant(b"\x00\x00\x12\x34")
