"""What a catalogue entry can ask besides lines and numbers, by name: about the firmware, the processor, its table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from rproc_tui.diagnosis.case import Case
from rproc_tui.diagnosis.places import straddled
from rproc_tui.diagnosis.preflight.drivers import UNKNOWN, rules_of
from rproc_tui.diagnosis.target import fitting_neighbours, regions
from rproc_tui.firmware.facts import ABSENT
from rproc_tui.firmware.fit import other_machine
from rproc_tui.model.firmware_place import Obstacle
from rproc_tui.model.outcome import Result, Verb
from rproc_tui.model.processor import Note, State
from rproc_tui.model.resource_table import STATUS_DRIVER_OK, DevmemEntry, ResourceTable, TraceEntry, VdevEntry

RPMSG_ID = 7
"""Virtio's number of rpmsg devices."""
NAME_SERVICE = 1 << 0
"""Feature of an rpmsg device: the firmware may announce channels."""

ITCM_END = 0x2_0000
"""Where the ITCM of an i.MX Cortex-M ends and its DTCM begins, as the driver's table tells it."""

Match = re.Match[str] | None

_FAILURE = re.compile(r"Boot failed: -|can't start rproc |can't attach to rproc ")
_BOOTING = re.compile(r"Booting (?:fw image|unspecified)")
_IS_UP = re.compile(r"remote processor .+ is now up")
_BOOT_FAILED = re.compile(r"Boot failed: -")


def holds(name: str, case: Case, match: Match) -> bool:
    """Whether a condition holds; `not` before its name turns it round."""
    bare = name.removeprefix("not ")
    return CONDITIONS[bare](case, match) == (bare == name)


def _failed(case: Case, _match: Match) -> bool:
    """The action failed, or a line tells so."""
    return case.result is Result.FAILED or any(_FAILURE.search(line.text) for line in case.lines)


def _silent_boot(case: Case, _match: Match) -> bool:
    """Nothing was said between the image's name and the failure: the driver refused the image without a word."""
    texts = [line.text for line in case.lines]
    booting = [number for number, text in enumerate(texts) if _BOOTING.search(text)]
    return bool(booting) and booting[-1] + 1 < len(texts) and bool(_BOOT_FAILED.search(texts[booting[-1] + 1]))


def _there(obstacle: Obstacle) -> Callable[[Case, Match], bool]:
    return lambda case, _match: case.place is not None and case.place.obstacle is obstacle


def _file_found(case: Case, _match: Match) -> bool:
    """The file is there and can be loaded now."""
    place = case.place
    return place is not None and place.path is not None and place.obstacle is None


def _similar(case: Case, _match: Match) -> bool:
    return case.place is not None and bool(case.place.similar)


def _has_table(case: Case, _match: Match) -> bool:
    return case.image is not None and case.image.resource_table is not None


def _lacks_table(case: Case, _match: Match) -> bool:
    """The firmware is an ELF file without the section; where there is a broken one, the kernel says so."""
    image = case.image
    return image is not None and image.elf is not None and image.verdict.resource_table == ABSENT


def _table_optional(case: Case, _match: Match) -> bool:
    """The driver goes without a table, by what is known of it or because it just did."""
    processor = case.processor
    rules = UNKNOWN if processor is None else rules_of(processor.driver, processor.compatible)
    return rules.wants_table is False or any(_IS_UP.search(line.text) for line in case.lines)


def _has_devmem(case: Case, _match: Match) -> bool:
    table = case.image.resource_table if case.image is not None else None
    return table is not None and any(isinstance(entry, DevmemEntry) for entry in table.entries)


def _other_machine(case: Case, _match: Match) -> bool:
    if case.image is None or case.processor is None:
        return False
    return other_machine(case.image, case.processor.core) is not None


def _fits_neighbour(case: Case, _match: Match) -> bool:
    return bool(fitting_neighbours(case))


def _stretch(match: Match) -> tuple[int, int]:
    """Address and size that the line names; zeros where it names none."""
    said = {} if match is None else match.groupdict()
    return int(said.get("da") or "0", 16), int(said.get("size") or "0", 16)


def _straddles(case: Case, match: Match) -> bool:
    return straddled(regions(case), *_stretch(match)) is not None


def _crosses_itcm(_case: Case, match: Match) -> bool:
    """The stretch reaches across the border of the two tightly coupled memories of i.MX8M and i.MX7 cores."""
    da, size = _stretch(match)
    return da < ITCM_END < da + size


def _live_table(case: Case) -> ResourceTable | None:
    return case.processor.resource_table if case.processor is not None and case.processor.state.is_up else None


def _rpmsg_devices(case: Case) -> list[VdevEntry]:
    table = _live_table(case)
    entries = table.entries if table is not None else ()
    return [entry for entry in entries if isinstance(entry, VdevEntry) and entry.id == RPMSG_ID]


def _no_rpmsg_driver(case: Case, _match: Match) -> bool:
    devices = _rpmsg_devices(case)
    return bool(devices) and not any(device.status & STATUS_DRIVER_OK for device in devices)


def _no_name_service(case: Case, _match: Match) -> bool:
    ready = [device for device in _rpmsg_devices(case) if device.status & STATUS_DRIVER_OK]
    return bool(ready) and not any(device.gfeatures & NAME_SERVICE for device in ready)


def _no_channels(case: Case, match: Match) -> bool:
    """Everything is ready, and nothing is announced."""
    ready = bool(_rpmsg_devices(case)) and not _no_rpmsg_driver(case, match) and not _no_name_service(case, match)
    return ready and case.processor is not None and not case.processor.rpmsg.channels


def _trace_nowhere(case: Case, _match: Match) -> bool:
    """The live table has a trace buffer that none of the known regions holds."""
    table, known = _live_table(case), regions(case)
    entries = table.entries if table is not None and known else ()
    traces = [entry for entry in entries if isinstance(entry, TraceEntry) and entry.len]
    return any(not any(region.holds(trace.da, trace.len) for region in known) for trace in traces)


def _trace_of_no_size(case: Case, _match: Match) -> bool:
    table = _live_table(case)
    return table is not None and any(isinstance(entry, TraceEntry) and not entry.len for entry in table.entries)


def _no_live_table(case: Case, _match: Match) -> bool:
    processor = case.processor
    return processor is not None and not processor.traces and not (_live_table(case) or ResourceTable((), 0)).entries


def _noted(note: Note) -> Callable[[Case, Match], bool]:
    return lambda case, _match: case.processor is not None and note in case.processor.notes


def _stuck(case: Case, match: Match) -> bool:
    """Known to be, or a start just did nothing although the kernel said yes."""
    started = case.verb in (Verb.BOOT, Verb.RELOAD, Verb.RECOVER) and case.result is Result.FAILED
    down = case.processor is not None and case.processor.state is State.OFFLINE
    return _noted(Note.STUCK)(case, match) or (started and down and case.errno is None and not case.lines)


def _held(case: Case, match: Match) -> bool:
    """Known to be, or a stop just stopped nothing although the kernel said yes."""
    stopped = case.verb in (Verb.STOP, Verb.DETACH) and case.result is Result.FAILED and case.errno is None
    return _noted(Note.HELD)(case, match) or (stopped and _is_up(case, match))


def _channel_without_driver(case: Case, _match: Match) -> bool:
    return orphan(case) is not None


def orphan(case: Case) -> str | None:
    """A channel that no driver took."""
    channels = case.processor.rpmsg.channels if case.processor is not None else ()
    return next((channel.name for channel in channels if channel.driver is None), None)


def _recovery_off(case: Case, _match: Match) -> bool:
    return case.processor is not None and case.processor.recovery == "disabled"


def _coredump_off(case: Case, _match: Match) -> bool:
    return case.processor is not None and case.processor.coredump == "disabled"


def _dump_waits(case: Case, _match: Match) -> bool:
    return case.processor is not None and case.processor.dump is not None


def _no_debugfs(case: Case, _match: Match) -> bool:
    return case.processor is not None and any("debugfs" in sentence for sentence in case.processor.unreadable)


def _is_up(case: Case, _match: Match) -> bool:
    return case.processor is not None and case.processor.state.is_up


def _has_crashed(case: Case, _match: Match) -> bool:
    processor = case.processor
    return processor is not None and (processor.state is State.CRASHED or bool(processor.crashes))


CONDITIONS: Mapping[str, Callable[[Case, Match], bool]] = {
    "failed": _failed,
    "silent-boot": _silent_boot,
    "file-found": _file_found,
    "directory": _there(Obstacle.DIRECTORY),
    "empty-file": _there(Obstacle.EMPTY),
    "dangling-link": _there(Obstacle.DANGLING),
    "not-regular": _there(Obstacle.NOT_REGULAR),
    "similar-name": _similar,
    "has-table": _has_table,
    "lacks-table": _lacks_table,
    "image-unknown": lambda case, _match: case.image is None,
    "table-optional": _table_optional,
    "has-devmem": _has_devmem,
    "other-machine": _other_machine,
    "fits-neighbour": _fits_neighbour,
    "straddles": _straddles,
    "crosses-itcm": _crosses_itcm,
    "no-rpmsg-driver": _no_rpmsg_driver,
    "no-name-service": _no_name_service,
    "no-channels": _no_channels,
    "channel-without-driver": _channel_without_driver,
    "trace-nowhere": _trace_nowhere,
    "trace-of-no-size": _trace_of_no_size,
    "no-live-table": _no_live_table,
    "stuck": _stuck,
    "held": _held,
    "silent": _noted(Note.SILENT),
    "crash-loop": _noted(Note.CRASH_LOOP),
    "read-only": _noted(Note.READ_ONLY),
    "mine-to-command": lambda case, _match: case.processor is None or case.processor.writable,
    "recovery-off": _recovery_off,
    "coredump-off": _coredump_off,
    "dump-waits": _dump_waits,
    "no-debugfs": _no_debugfs,
    "up": _is_up,
    "has-crashed": _has_crashed,
    "nothing-said": lambda case, _match: case.processor is not None and case.processor.trace_moved is None,
    "ordered": lambda case, _match: case.verb is Verb.CRASH,
    "asked-for": lambda case, _match: case.verb is not None,
    "other-action": lambda case, _match: bool(case.lines) or case.verb not in (None, Verb.COREDUMP),
    "standing": lambda case, _match: case.verb is None and not case.lines,
}
"""By the name that the catalogue uses."""
