"""What is answered to each packet, and when nothing is."""

from __future__ import annotations

import errno

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.emulator.gdb.debuggee import Ended, Stopped
from rproc_tui.emulator.gdb.packets import framed
from rproc_tui.emulator.gdb.session import Session
from rproc_tui.emulator.gdb.signals import ABORT, SEGMENT, TRAP
from rproc_tui.emulator.machine.halt import Resume, Watched, Watchpoint
from tests.emulator.gdb.pretended import ARM_M, BASE, Pretended, conversation, data_of, said

ALL = b"".join(number.to_bytes(4, "little") for number in range(len(ARM_M)))

ANSWERS = [
    (b"?", b"T05thread:1;"),
    (b"qSupported:multiprocess+;swbreak+", b"PacketSize=4000;QStartNoAckMode+;qXfer:features:read+;vContSupported+"),
    (b"qAttached", b"1"),
    (b"qAttached:1", b"1"),
    (b"qC", b"QC1"),
    (b"qfThreadInfo", b"m1"),
    (b"qsThreadInfo", b"l"),
    (b"Hg0", b"OK"),
    (b"T1", b"OK"),
    (b"vCont?", b"vCont;c;C;s;S;r"),
    (b"vMustReplyEmpty", b""),
    (b"qOffsets", b""),
    (b"R00", b""),
    (b"!", b""),
    (b"", b""),
    (b"\x00\xff", b""),
    (b"g", ALL.hex().encode()),
    (b"p0", b"00000000"),
    (b"pf", b"0f000000"),
    (b"p10", b"10000000"),
    (b"pff", b"E16"),
    (b"p-1", b"E16"),
    (b"pzz", b"E16"),
    (b"P3=78563412", b"OK"),
    (b"P3=7856", b"E16"),
    (b"P3", b"E16"),
    (b"P3=xyz", b"E16"),
    (b"G00", b"E16"),
    (b"m1010,4", b"10111213"),
    (b"m10fe,10", b"feff"),
    (b"m1000,0", b""),
    (b"m0,4", b"E0e"),
    (b"mffffffff,ffffffff", b"E0e"),
    (b"m1ffffffff,1", b"E16"),
    (b"m-1,4", b"E16"),
    (b"m", b"E16"),
    (b"m1000", b"E16"),
    (b"m1000,1,1", b"E16"),
    (b"M1000,2:abcd", b"OK"),
    (b"M1000,3:abcd", b"E16"),
    (b"M1000,2:ab", b"E16"),
    (b"M10ff,2:abcd", b"E0e"),
    (b"X1000,0:", b"OK"),
    (b"X1000,3:#}$", b"OK"),
    (b"X1000,2:#}$", b"E16"),
    (b"Z0,1010,2", b"OK"),
    (b"Z1,1010,4", b"OK"),
    (b"Z0,1010,2;X1,41", b"OK"),
    (b"Z0,0,2", b"E0e"),
    (b"Z0,", b"E16"),
    (b"Z9,1010,2", b""),
    (b"Z2,1010,4", b"OK"),
    (b"Z2,10fe,4", b"E16"),
    (b"Z2,1010,0", b"E16"),
    (b"Z3,0,4", b"E0e"),
    (b"z0,1010,2", b"OK"),
    (b"z4,1010,4", b"OK"),
    (b"z9,1010,4", b""),
    (b"vCont;x", b"E16"),
    (b"vCont;", b"E16"),
    (b"vCont;C", b"E16"),
    (b"vCont;r1000", b"E16"),
    (b"c1000", b"E16"),
    (b"qXfer:features:read:target.xml:zz,4", b"E16"),
    (b"qXfer:features:read:target.xml:0,5", b"m<?xml"),
    (b"qXfer:features:read:target.xml:fffff,5", b"l"),
    (b"qXfer:features:read:other.xml:0,5", b""),
]


@pytest.mark.parametrize(("packet", "answer"), ANSWERS, ids=[repr(packet) for packet, _ in ANSWERS])
def test_an_answer(packet: bytes, answer: bytes) -> None:
    assert said(conversation(Pretended()), packet) == answer


def test_connecting_halts_the_processor() -> None:
    debuggee = Pretended()
    conversation(debuggee)
    assert debuggee.asked == ["attach"]


def test_each_packet_is_acknowledged_until_that_is_switched_off() -> None:
    session = Session(Pretended())
    assert session.receive(framed(b"qC")) == b"+" + framed(b"QC1")
    assert session.receive(b"$qC#00") == b"-"
    assert session.receive(framed(b"QStartNoAckMode")) == b"+" + framed(b"OK")
    assert session.receive(framed(b"qC")) == framed(b"QC1")
    assert session.receive(b"$qC#00") == b""


def test_what_did_not_arrive_is_sent_once_more() -> None:
    session = Session(Pretended())
    session.receive(framed(b"qC"))
    assert session.receive(b"---") == framed(b"QC1")
    assert session.receive(b"+") == b""


def test_written_memory_and_registers_are_read_back() -> None:
    debuggee = Pretended()
    session = conversation(debuggee)
    assert said(session, b"X1000,3:#}$") == b"OK"
    assert said(session, b"m1000,4") == b"237d2403"
    assert said(session, b"P0=78563412") == b"OK"
    assert said(session, b"p0") == b"78563412"
    assert said(session, b"G" + ALL.hex().encode()) == b"OK"
    assert debuggee.asked[-1] == {"r0": 0}


def test_a_register_that_cannot_be_written_is_refused() -> None:
    debuggee = Pretended()
    debuggee.failure = OSError(errno.EPERM, "no")
    assert said(conversation(debuggee), b"P0=01000000") == b"E01"


GOING_ON = [
    (b"c", Resume()),
    (b"s", Resume(step=True)),
    (b"C0b", Resume(pass_on=True)),
    (b"S0b", Resume(step=True, pass_on=True)),
    (b"C00", Resume()),
    (b"vCont;c", Resume()),
    (b"vCont;s:1;c", Resume(step=True)),
    (b"vCont;C06:1", Resume(pass_on=True)),
    (b"vCont;r1000,1010:1;c", Resume(step=True, within=range(0x1000, 0x1010))),
]


@pytest.mark.parametrize(("packet", "resume"), GOING_ON, ids=[repr(packet) for packet, _ in GOING_ON])
def test_going_on_brings_the_breakpoints_with_it_and_is_answered_at_the_stop(packet: bytes, resume: Resume) -> None:
    debuggee = Pretended()
    session = conversation(debuggee)
    said(session, b"Z0,1010,2")
    said(session, b"Z1,1020,2")
    said(session, b"z0,1010,2")
    said(session, b"Z4,1000,4")
    assert said(session, packet) is None
    watchpoint = Watchpoint(BASE, 4, Watched.READ | Watched.WRITE)
    assert debuggee.asked[1:] == [("break", 0x1020), ("watch", watchpoint), resume]
    assert data_of(session.tell(Stopped(TRAP))) == b"T05thread:1;"


def test_a_stop_says_what_a_person_should_know() -> None:
    session = conversation(Pretended())
    said(session, b"c")
    assert session.tell(Stopped(SEGMENT, None, "bad")) == framed(b"O6261640a") + framed(b"T0bthread:1;")
    assert said(session, b"?") == b"T0bthread:1;"


@pytest.mark.parametrize(
    ("watched", "name"),
    [(Watched.WRITE, b"watch"), (Watched.READ, b"rwatch"), (Watched.READ | Watched.WRITE, b"awatch")],
)
def test_a_watched_access_is_named(watched: Watched, name: bytes) -> None:
    session = conversation(Pretended())
    said(session, b"c")
    assert data_of(session.tell(Stopped(TRAP, Watchpoint(0x1010, 4, watched)))) == b"T05" + name + b":1010;thread:1;"


def test_only_a_running_processor_is_interrupted() -> None:
    debuggee = Pretended()
    session = conversation(debuggee)
    assert session.receive(b"\x03") == b""
    said(session, b"c")
    assert session.receive(b"\x03") == b""
    assert debuggee.asked.count("interrupt") == 1


def test_a_running_processor_answers_no_questions() -> None:
    session = conversation(Pretended())
    said(session, b"c")
    assert [said(session, packet) for packet in (b"g", b"m1000,4", b"c", b"Z0,1010,2")] == [b"E10"] * 4


def test_a_processor_that_does_not_go_on_has_stopped() -> None:
    debuggee = Pretended()
    debuggee.failure = TimeoutError()
    session = conversation(debuggee)
    assert said(session, b"c") == b"E05"
    assert said(session, b"qC") == b"QC1"


ENDS = [(Ended(None, "stopped"), b"W00"), (Ended(ABORT, "crashed"), b"X06")]


@pytest.mark.parametrize(("end", "reply"), ENDS)
def test_the_end_of_a_running_processor_ends_the_conversation(end: Ended, reply: bytes) -> None:
    debuggee = Pretended()
    session = conversation(debuggee)
    said(session, b"c")
    assert data_of(session.tell(end)) == reply
    assert session.is_over
    session.close()
    assert "detach" not in debuggee.asked


@pytest.mark.parametrize(("end", "reply"), ENDS)
def test_the_end_of_a_halted_processor_is_said_when_it_is_to_go_on(end: Ended, reply: bytes) -> None:
    session = conversation(Pretended())
    assert session.tell(end) == b""
    assert not session.is_over
    assert said(session, b"vCont;c") == reply
    assert session.is_over


def test_a_processor_that_is_over_before_anybody_comes() -> None:
    debuggee = Pretended(())
    debuggee.first = Ended(None)
    session = conversation(debuggee)
    assert [said(session, packet) for packet in (b"?", b"g", b"s")] == [b"W00", b"E03", b"W00"]


@pytest.mark.parametrize(("packet", "answer"), [(b"D", b"OK"), (b"D;1", b"OK"), (b"vKill;1", b"OK"), (b"k", None)])
@pytest.mark.parametrize("running", [False, True])
def test_leaving_lets_the_processor_go(packet: bytes, answer: bytes | None, *, running: bool) -> None:
    debuggee = Pretended()
    session = conversation(debuggee)
    if running:
        said(session, b"c")
    assert said(session, packet) == answer
    assert session.is_over
    session.close()
    assert debuggee.asked.count("detach") == 1
    assert session.receive(framed(b"g")) == b""


def test_a_lost_connection_lets_the_processor_go() -> None:
    debuggee = Pretended()
    conversation(debuggee).close()
    assert debuggee.asked[-1] == "detach"


def test_breakpoints_are_bounded() -> None:
    session = conversation(Pretended())
    answers = {said(session, b"Z2,%x,%x" % (BASE + at, length)) for at in range(0, 200, 2) for length in range(1, 12)}
    assert answers == {b"OK", b"E16"}


LETTERS = st.sampled_from([bytes((letter,)) for letter in b"?cCDgGHkmMpPqQsSTvXzZ"])


@given(LETTERS, st.binary(max_size=40) | st.text("0123456789abcdef,:;=-Cont", max_size=40).map(str.encode))
def test_no_packet_makes_a_session_fail(letter: bytes, rest: bytes) -> None:
    session = conversation(Pretended())
    session.receive(framed(letter + rest))
    session.tell(Stopped(TRAP))
    session.close()
