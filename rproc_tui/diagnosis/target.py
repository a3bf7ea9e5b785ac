"""A case's processor as a target: its memories as the check before a boot knows them, and who else would take it."""

from __future__ import annotations

from rproc_tui.diagnosis.case import Case
from rproc_tui.diagnosis.preflight.preflight import check, elsewhere
from rproc_tui.diagnosis.preflight.target import Target, target_of
from rproc_tui.model.memory import Region


def regions(case: Case) -> tuple[Region, ...]:
    """Memory that the processor is known to have, its driver's own included."""
    return () if case.processor is None else target_of(case.processor).regions


def fitting_neighbours(case: Case) -> tuple[Target, ...]:
    """Other processors of the same machine that hold all of the firmware and are of the right kind."""
    if case.image is None or case.processor is None:
        return ()
    here = check(case.image, target_of(case.processor))
    return elsewhere(here, [target_of(neighbour) for neighbour in case.neighbours])
