from __future__ import annotations

import errno

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.rpmsg.virtqueue import Virtqueue
from rproc_tui.rpmsg.vring import Vring, vring_size
from tests.rpmsg.remote import DeviceRing


class Pair:
    """A queue and the remote side of its ring."""

    def __init__(self, num: int = 4, *, event_index: bool = False, start: int = 0) -> None:
        memory = memoryview(bytearray(vring_size(num, 16)))
        self.said: list[tuple[int, str]] = []
        self.ring = Vring(memory, num, 16)
        self.remote = DeviceRing(memory, num, 16)
        self.queue = Virtqueue(
            "input", self.ring, lambda level, text: self.said.append((level, text)), event_index=event_index
        )
        self.remote.start_at(start)
        self.queue._available_index = self.queue._last_used = start


def test_descriptors_go_out_from_0_upward() -> None:
    pair = Pair(4)
    for token in range(4):
        pair.queue.add_inbuf(0x1000 + 512 * token, 512, token)
    assert [pair.remote.take() for _ in range(4)] == [(head, 0x1000 + 512 * head, 512, 2) for head in range(4)]
    assert pair.queue.num_free == 0


def test_the_descriptor_given_back_last_goes_out_first() -> None:
    pair = Pair(4)
    for token in range(4):
        pair.queue.add_outbuf(0, 16, token)
    heads = [pair.remote.take()[0] for _ in range(4)]
    for head in (heads[2], heads[0], heads[3]):
        pair.remote.give(head, 0)
    assert [pair.queue.get_buf() for _ in range(4)] == [(2, 0), (0, 0), (3, 0), None]
    for token in (7, 8, 9):
        pair.queue.add_outbuf(0, 16, token)
    assert [pair.remote.take()[0] for _ in range(3)] == [3, 0, 2]


def test_the_next_field_is_what_the_free_list_says() -> None:
    pair = Pair(4)
    for token in range(4):
        pair.queue.add_outbuf(0, 16, token)
    assert [pair.ring.descriptor(head)[3] for head in range(4)] == [1, 2, 3, 0]


def test_a_full_ring_takes_no_more() -> None:
    pair = Pair(2)
    pair.queue.add_inbuf(0, 512, 0)
    pair.queue.add_inbuf(0, 512, 1)
    with pytest.raises(OSError, match="no free descriptor") as caught:
        pair.queue.add_inbuf(0, 512, 2)
    assert caught.value.errno == errno.ENOSPC


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (4, "input:id 4 out of range"),
        (0xFFFFFFFF, "input:id 4294967295 out of range"),
        (3, "input:id 3 is not a head!"),
    ],
)
def test_a_ring_that_gets_back_what_it_did_not_lend_is_broken_for_good(head: int, words: str) -> None:
    pair = Pair(4)
    for token in range(3):
        pair.queue.add_inbuf(0, 512, token)
    pair.remote.give(head, 16)
    pair.remote.give(0, 16)
    assert [pair.queue.get_buf(), pair.queue.get_buf()] == [None, None]
    assert pair.said == [(3, words)]
    with pytest.raises(OSError, match="broken") as caught:
        pair.queue.add_inbuf(0, 512, 4)
    assert caught.value.errno == errno.EIO


def test_a_buffer_given_back_twice_breaks_the_ring() -> None:
    pair = Pair(4)
    pair.queue.add_inbuf(0, 512, 0)
    pair.remote.give(0, 16)
    pair.remote.give(0, 16)
    assert [pair.queue.get_buf(), pair.queue.get_buf()] == [(0, 16), None]
    assert pair.said == [(3, "input:id 0 is not a head!")]


def test_descriptors_that_the_remote_side_rewrites_are_never_believed() -> None:
    pair = Pair(4)
    pair.queue.add_inbuf(0x1000, 512, 5)
    pair.ring.set_descriptor(0, 0xDEAD, 1 << 31, 0xFFFF, 0xFFFF)
    pair.remote.give(0, 20)
    assert pair.queue.get_buf() == (5, 20)
    pair.queue.add_inbuf(0x2000, 512, 6)
    assert pair.ring.descriptor(0) == (0x2000, 512, 2, 1)
    assert pair.queue.num_free == 3


@pytest.mark.parametrize("start", [0, 65_530, 65_535, 32_767])
def test_indices_wrap_around_16_bits(start: int) -> None:
    pair = Pair(4, start=start)
    for turn in range(40):
        pair.queue.add_outbuf(0, 16, turn)
        assert pair.remote.waiting == 1
        pair.remote.give(pair.remote.take()[0], turn)
        assert pair.queue.get_buf() == (turn, turn)
    assert pair.ring.available_index == (start + 40) & 0xFFFF


def test_a_kick_is_needed_unless_the_remote_side_asks_for_none() -> None:
    pair = Pair()
    pair.queue.add_outbuf(0, 16, 0)
    assert pair.queue.kick_needed()
    pair.remote.suppress_kicks(suppress=True, event_index=False)
    pair.queue.add_outbuf(0, 16, 1)
    assert not pair.queue.kick_needed()


@given(start=st.integers(0, 0xFFFF), added=st.integers(1, 8), ahead=st.integers(-3, 12))
def test_with_an_event_index_a_kick_is_needed_when_the_index_passes_it(start: int, added: int, ahead: int) -> None:
    pair = Pair(8, event_index=True, start=start)
    event = start + ahead
    pair.remote.put16(pair.remote.used_at + 4 + 8 * 8, event & 0xFFFF)
    for token in range(added):
        pair.queue.add_outbuf(0, 16, token)
    assert pair.queue.kick_needed() == (start <= event < start + added)
    pair.queue.get_buf()
    assert not pair.queue.kick_needed()  # nothing was added since


def test_callbacks_off_and_on_show_in_the_rings_flags() -> None:
    pair = Pair()
    assert pair.ring.available_flags == 0
    pair.queue.disable_callback()
    assert pair.ring.available_flags == 1
    pair.queue.add_outbuf(0, 16, 0)
    pair.remote.give(0, 0)
    assert pair.queue.get_buf() == (0, 0)
    assert pair.ring.used_event == 0  # left alone while no interrupt is wanted
    pair.queue.enable_callback()
    assert (pair.ring.available_flags, pair.ring.used_event) == (0, 1)


def test_with_an_event_index_the_flags_stay_untouched() -> None:
    pair = Pair(event_index=True, start=9)
    pair.queue.disable_callback()
    assert (pair.ring.available_flags, pair.ring.used_event) == (0, 0)
    pair.queue.enable_callback()
    assert (pair.ring.available_flags, pair.ring.used_event) == (0, 9)


def test_taking_a_buffer_asks_for_an_interrupt_at_the_next_one() -> None:
    pair = Pair(start=65_535)
    pair.queue.add_inbuf(0, 512, 0)
    pair.remote.give(0, 16)
    assert pair.queue.get_buf() == (0, 16)
    assert pair.ring.used_event == 0


def test_the_fill_counts_what_is_where() -> None:
    pair = Pair(8)
    for token in range(5):
        pair.queue.add_inbuf(0, 512, token)
    pair.remote.give(0, 16)
    pair.remote.give(1, 16)
    assert pair.queue.fill() == (3, 2)
    pair.remote.put16(pair.remote.used_at + 2, 40_000)  # out of reach
    assert pair.queue.fill() == (0, 5)


@pytest.mark.parametrize("num", [3, 17, 100])
def test_a_size_that_is_no_power_of_two_uses_only_the_slots_under_its_mask(num: int) -> None:
    pair = Pair(num)
    for token in range(num):
        pair.queue.add_inbuf(0, 512, token)
    used = {slot for slot in range(num) if pair.ring.available_entry(slot)}
    assert used <= {index & (num - 1) for index in range(num)}
    assert pair.ring.available_index == num
