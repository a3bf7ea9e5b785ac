"""A host's processors as they are at one moment, without following anything: for answers that are given once."""

from __future__ import annotations

from rproc_tui.errors import NoSuchProcessor
from rproc_tui.hosts.base import Host
from rproc_tui.linux.discovery import processor_ids
from rproc_tui.linux.processor import read_processor
from rproc_tui.model.processor import HostState, Processor, ProcessorKey


async def glance(host: Host) -> HostState:
    """Every processor with its memory and its table; none where the kernel has no such class."""
    try:
        ids = await processor_ids(host)
    except OSError:
        ids = ()
    found = [processor for one in ids if (processor := await _processor(host, one)) is not None]
    return HostState(label=host.label, kind=host.kind, processors=tuple(found))


async def _processor(host: Host, processor_id: str) -> Processor | None:
    try:
        facts = await read_processor(host, processor_id)
    except (OSError, NoSuchProcessor):  # it went between the two looks
        return None
    return Processor(
        key=ProcessorKey(host.label, facts.device),
        id=facts.id,
        name=facts.name,
        state=facts.state,
        firmware=facts.firmware,
        driver=facts.driver,
        compatible=facts.compatible,
        core=facts.core,
        resource_table=facts.resource_table,
        regions=facts.regions,
    )
