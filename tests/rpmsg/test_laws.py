"""Whatever the order of sends, echoes, interrupts and suppression: nothing is lost, doubled or out of order."""

from __future__ import annotations

import errno
from collections import deque

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from rproc_tui.rpmsg.endpoint import Endpoint
from tests.rpmsg.remote import Link, Message

SIZES = st.one_of(st.integers(0, 496), st.sampled_from([0, 1, 495, 496]))


class Conversation(RuleBasedStateMachine):
    """A host and a remote side that both follow the rules, and a model of what each must have received."""

    link: Link
    endpoints: list[Endpoint]

    @initialize(
        power=st.integers(0, 9),
        align=st.sampled_from([2, 4, 16, 64, 4096]),
        start=st.sampled_from([0, 65_520, 65_535, 32_760]),
        event_index=st.booleans(),
    )
    def set_up(self, power: int, align: int, start: int, event_index: bool) -> None:
        self.link = Link(2**power, align, start=start, event_index=event_index).probed()
        self.event_index = event_index
        self.serial = 0
        self.sent_by_host: list[Message] = []
        self.got_by_remote: list[Message] = []
        self.sent_by_remote: list[Message] = []
        self.got_by_host: list[Message] = []
        self.to_echo: deque[Message] = deque()
        self.pending: set[int] = set()
        self.link.remote.interrupt = self.pending.add
        self.link.on_kick = self.on_kick
        self.kicked = False
        self.quiet = False
        self.set_suppression(quiet=False)
        self.endpoints = [self.listen(index) for index in range(3)]

    def listen(self, index: int) -> Endpoint:
        return self.link.bus.create_endpoint(
            lambda data, source: self.got_by_host.append((source, 1024 + index, data)), 1024 + index
        )

    def on_kick(self, ring: int) -> None:
        self.kicked = self.kicked or ring == 1

    def payload(self, size: int) -> bytes:
        self.serial += 1
        return self.serial.to_bytes(4, "little").ljust(size, b".")[:size]

    def set_suppression(self, *, quiet: bool) -> None:
        self.quiet = quiet
        self.link.remote.into.suppress_kicks(suppress=quiet, event_index=self.event_index)

    @rule(index=st.integers(0, 2), size=SIZES, destination=st.integers(0, 0xFFFFFFFE))
    def host_sends(self, index: int, size: int, destination: int) -> None:
        data = self.payload(size)
        full = self.link.bus.statistics().send.waiting == self.link.bus.statistics().send.size
        full = full or len(self.sent_by_host) - len(self.got_by_remote) >= self.link.bus._sender._count
        refused = None
        try:
            self.endpoints[index].try_send(data, destination)
        except OSError as error:
            refused = error.errno
        else:
            self.sent_by_host.append((1024 + index, destination, data))
        assert refused == (errno.ENOMEM if full else None)

    @rule(limit=st.integers(1, 600))
    def remote_consumes(self, limit: int) -> None:
        messages = self.link.remote.receive(limit)
        self.got_by_remote += messages
        self.to_echo += messages
        self.kicked = self.link.remote.into.waiting > 0  # who knows of more needs no kick
        self.set_suppression(quiet=self.quiet)

    @rule(limit=st.integers(1, 600))
    def remote_echoes(self, limit: int) -> None:
        while limit and self.to_echo:
            source, destination, data = self.to_echo[0]
            if not self.link.remote.send(destination, source, data):
                break
            self.sent_by_remote.append((destination, source, data))
            self.to_echo.popleft()
            limit -= 1

    @rule(index=st.integers(0, 2), size=SIZES, source=st.integers(0, 0xFFFFFFFF))
    def remote_sends(self, index: int, size: int, source: int) -> None:
        message = (source, 1024 + index, self.payload(size))
        if self.link.remote.send(*message):
            self.sent_by_remote.append(message)

    @precondition(lambda self: self.pending)
    @rule()
    def interrupts_arrive(self) -> None:
        while self.pending:
            self.link.bus.interrupt(self.pending.pop())
        assert self.got_by_host == self.sent_by_remote

    @rule(ring=st.integers(0, 1))
    def a_spurious_interrupt_arrives(self, ring: int) -> None:
        self.link.bus.interrupt(ring)

    @rule(quiet=st.booleans())
    def remote_changes_its_mind_about_kicks(self, quiet: bool) -> None:
        self.set_suppression(quiet=quiet)
        if not quiet:
            self.remote_consumes(1 << 16)  # who asks for kicks again looks once more

    @invariant()
    def both_sides_got_a_beginning_of_what_was_sent(self) -> None:
        assert self.got_by_host == self.sent_by_remote[: len(self.got_by_host)]
        assert self.got_by_remote == self.sent_by_host[: len(self.got_by_remote)]

    @invariant()
    def a_message_that_waits_was_kicked_for_unless_nobody_asked(self) -> None:
        if len(self.sent_by_host) > len(self.got_by_remote) and not self.quiet:
            assert self.kicked

    @invariant()
    def nothing_strange_was_said(self) -> None:
        assert self.link.log == []

    def teardown(self) -> None:
        if not hasattr(self, "link"):
            return
        while self.to_echo or self.link.remote.into.waiting or self.pending:
            self.remote_consumes(1 << 16)
            self.remote_echoes(1 << 16)
            self.interrupts_arrive()
        assert self.got_by_remote == self.sent_by_host
        assert self.got_by_host == self.sent_by_remote
        now = self.link.bus.statistics()
        assert (now.sent_messages, now.received_messages) == (len(self.sent_by_host), len(self.sent_by_remote))
        assert now.sent_bytes == sum(len(data) for _source, _destination, data in self.sent_by_host)


TestConversation = Conversation.TestCase
TestConversation.settings = settings(
    max_examples=200, stateful_step_count=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
