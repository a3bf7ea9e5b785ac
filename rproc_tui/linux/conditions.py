"""Recognises the special conditions that have a name: stuck, held, silent, crash loop, read-only.

Pure: from one processor as it is now and from what the kernel's log said about it, oldest first.
"""

from __future__ import annotations

import errno
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rproc_tui.linux.kernel_fact import KernelFact, Kind
from rproc_tui.model.outcome import Result, Verb
from rproc_tui.model.processor import Note, Processor, State

SILENT_AFTER = 30.0
"""Seconds without a movement of the trace."""

HELD_RESOURCES_AFTER = 10.0
"""Seconds after which an offline processor that still has trace files is not merely starting."""

LOOP_CRASHES = 3
"""Crashes that make a loop."""

LOOP_WINDOW = 600.0
"""Seconds between two crashes that still belong together."""

LOOP_OVER_AFTER = 60.0
"""Seconds without a crash, at least, after which a loop is over."""

REGULAR = 0.1
"""How much the times between crashes may differ, as a part of their median, to be called regular."""

_COMMANDS = frozenset({Verb.BOOT, Verb.STOP, Verb.DETACH, Verb.RECOVER, Verb.FIRMWARE})


@dataclass(frozen=True, slots=True)
class CrashLoop:
    """Crashes that follow one another."""

    count: int
    """Crashes in the loop, as far as the log reaches."""
    period: float
    """Seconds from one to the next (median)."""
    regular: bool
    """Whether they come like a clock, as a watchdog's do."""
    type: str | None
    """The last one's type, in the kernel's words."""


def notes(
    processor: Processor,
    log: Sequence[KernelFact],
    *,
    now: float,
    uptime: float | None = None,
    read_only: bool = False,
) -> frozenset[Note]:
    """Everything special about a processor now.

    `log` is about this processor alone; `now` is in monotonic seconds; `uptime` is the time since its machine's boot,
    None where it is not known; `read_only` is what its files say (nobody may write).
    """
    found = {
        Note.STUCK: is_stuck(processor, log, now=now),
        Note.HELD: is_held(processor),
        Note.SILENT: is_silent(processor, now=now),
        Note.CRASH_LOOP: crash_loop(log, uptime=uptime) is not None,
        Note.READ_ONLY: read_only or was_denied(processor),
    }
    return frozenset(note for note, holds in found.items() if holds)


def crash_count(log: Iterable[KernelFact]) -> int:
    """Crashes since the driver was bound, as the kernel numbers them; 0 when the log tells of none."""
    count = 0
    for fact in log:
        if fact.kind is Kind.CRASH_HANDLED and fact.number is not None:
            count = fact.number
        elif fact.kind in (Kind.AVAILABLE, Kind.RELEASED):
            count = 0
    return count


def is_stuck(processor: Processor, log: Sequence[KernelFact], *, now: float) -> bool:
    """Offline, but start does nothing: a recovery failed and its power reference stayed."""
    if processor.state is not State.OFFLINE or processor.pending is not None or processor.dump is not None:
        return False
    if _did_nothing(processor):
        return True
    phase = _phase(log)
    if phase is not None:
        return phase is Kind.STEP_FAILED
    # Without a log: the trace files of an offline processor go, unless a failed recovery left everything in place.
    waited = processor.since is None or now - processor.since >= HELD_RESOURCES_AFTER
    return bool(processor.traces) and waited


def _did_nothing(processor: Processor) -> bool:
    """Whether a start or a recovery was answered with success and left it offline."""
    outcome = processor.outcome
    if outcome is None or outcome.verb not in (Verb.BOOT, Verb.RECOVER):
        return False
    return outcome.result is Result.FAILED and outcome.errno is None


def _phase(log: Sequence[KernelFact]) -> Kind | None:
    """How far the last boot or recovery came: STEP_FAILED is a recovery that failed; None: the log does not tell."""
    phase: Kind | None = None
    for fact in log:
        match fact.kind:
            case Kind.AVAILABLE | Kind.POWERING_UP | Kind.ATTACHING | Kind.UP | Kind.ATTACHED | Kind.RECOVERING:
                phase = fact.kind
            case Kind.REQUEST_FAILED | Kind.STEP_FAILED if phase is Kind.RECOVERING:
                phase = Kind.STEP_FAILED
            case Kind.BOOT_FAILED | Kind.STOPPED if phase is not Kind.RECOVERING:
                phase = fact.kind
            case _:
                pass
    return phase


def is_held(processor: Processor) -> bool:
    """Up, with more than one power reference: one stop does not stop it."""
    if not processor.state.is_up:
        return False
    if processor.power is not None:
        return processor.power > 1
    outcome = processor.outcome
    stopped = outcome is not None and outcome.verb is Verb.STOP and outcome.errno is None
    return stopped and outcome is not None and outcome.result is Result.FAILED


def was_denied(processor: Processor) -> bool:
    """Its driver refused a command though the file's mode allowed it: kernels before 6.0 have no read-only files."""
    outcome = processor.outcome
    return outcome is not None and outcome.verb in _COMMANDS and outcome.errno == errno.EPERM


def is_silent(processor: Processor, *, now: float) -> bool:
    """Up, and its trace has not moved for long; one without a trace says nothing anyway."""
    if not processor.state.is_up or not processor.traces:
        return False
    moved = processor.trace_moved if processor.trace_moved is not None else processor.since
    return moved is not None and now - moved >= SILENT_AFTER


def crash_loop(log: Sequence[KernelFact], *, uptime: float | None = None) -> CrashLoop | None:
    """The loop that a processor is in now; None when it is in none.

    Without `uptime` the last line about the processor is taken for the present. What was before its driver was bound
    anew is over.
    """
    log = since_bound(log)
    times = [fact.line.seconds for fact in log if fact.kind is Kind.CRASH_HANDLED]
    gaps = _latest_run([later - earlier for earlier, later in itertools.pairwise(times)])
    if len(gaps) + 1 < LOOP_CRASHES:
        return None
    from statistics import median  # noqa: PLC0415 (3 ms that only a crash loop needs)

    period = median(gaps)
    present = log[-1].line.seconds if uptime is None else uptime
    if present - times[-1] > max(2 * max(gaps), LOOP_OVER_AFTER):
        return None
    regular = max(abs(gap - period) for gap in gaps) <= REGULAR * period
    types = [fact.detail for fact in log if fact.kind is Kind.CRASH_DETECTED]
    return CrashLoop(count=len(gaps) + 1, period=period, regular=regular, type=types[-1] if types else None)


def since_bound(log: Sequence[KernelFact]) -> Sequence[KernelFact]:
    """What was said since its driver was bound; everything where the log does not reach back that far."""
    bound = (at for at in range(len(log) - 1, -1, -1) if log[at].kind is Kind.AVAILABLE)
    return list(itertools.islice(log, next(bound, 0), None))


def _latest_run(gaps: list[float]) -> list[float]:
    """The gaps at the end that are short enough to belong together.

    Times that go back end a run too, and so does a log without times, where all are equal.
    """
    run: list[float] = []
    for gap in reversed(gaps):
        if not 0 < gap <= LOOP_WINDOW:
            break
        run.append(gap)
    return run
