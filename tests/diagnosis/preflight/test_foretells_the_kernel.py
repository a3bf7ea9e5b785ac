"""A verdict on each of the 67 images of the conformance suite equals what kernels were heard to answer."""

from __future__ import annotations

import pytest

from rproc_tui.diagnosis.preflight.drivers import DriverRules
from rproc_tui.diagnosis.preflight.preflight import check
from rproc_tui.diagnosis.preflight.target import Target
from rproc_tui.model.memory import Region, RegionKind
from tests.conformance.images import IMAGES
from tests.conformance.outcomes import outcome_of
from tests.conformance.test_images import LAB, NEEDED, lab_images
from tests.conformance.vrproc import DDR, DDR_SIZE, DTCM, ITCM, TCM_SIZE
from tests.diagnosis.preflight.looking import WHAT_LIES_BEHIND, foretold, look

MEMORY = (
    Region("itcm", ITCM, TCM_SIZE, RegionKind.INTERNAL),
    Region("dtcm", DTCM, TCM_SIZE, RegionKind.INTERNAL),
    Region("ddr", DDR, DDR_SIZE, RegionKind.CARVEOUT),
)
THE_PROGRAM_S_OWN_WISH = "starterr.elf"
"""Its driver refuses to start because a block in its code says so."""


def virtual(*, wants_table: bool) -> Target:
    """`vr-m4` or `vr-r5` of the conformance suite."""
    rules = DriverRules(wants_table=wants_table, own_loader=False, complete=True, names_regions=True, iommu=False)
    return Target("vr", regions=MEMORY, complete=True, certain=True, rules=rules)


FORETOLD = [name for name in IMAGES if name != THE_PROGRAM_S_OWN_WISH]


@pytest.mark.parametrize("name", FORETOLD)
def test_the_verdict_on_an_image_is_what_a_kernel_answers(name: str) -> None:
    answers_as_foretold(name, IMAGES[name]())


@pytest.mark.skipif(not LAB.exists(), reason="the kernel lab is not here")
def test_the_verdict_on_each_image_of_the_kernel_lab_is_what_a_real_kernel_answered() -> None:
    made = lab_images()
    for name in FORETOLD:
        answers_as_foretold(name, made[name])


def answers_as_foretold(name: str, content: bytes) -> None:
    verdict = check(look(name, content), virtual(wants_table=True))
    outcome = outcome_of(name, is_6_12=True)
    number, line = foretold(verdict)
    assert number == outcome.number, name
    assert verdict.would_boot == (outcome.number == 0)
    assert verdict.refused == (outcome.number != 0)
    if line is not None and name != WHAT_LIES_BEHIND:
        assert NEEDED.sub("need {need} avail {avail}", line) in "\n".join(outcome.lines)


@pytest.mark.parametrize("name", ["notable.elf", "tabletoobig.elf", "tabletiny.elf", "tablever.elf", "tablenum.elf"])
def test_a_driver_that_wants_no_table_boots_without_a_usable_one(name: str) -> None:
    verdict = check(look(name, IMAGES[name]()), virtual(wants_table=False))
    assert verdict.would_boot
    assert any("no trace, no rpmsg" in finding.message for finding in verdict.findings)


@pytest.mark.parametrize("name", ["notable.elf", "tablever.elf"])
def test_where_nobody_knows_whether_a_driver_wants_a_table_the_answer_is_a_doubt(name: str) -> None:
    verdict = check(look(name, IMAGES[name]()), Target("m4", driver="some-vendor-rproc"))
    assert verdict.would_boot
    assert [step.result for step in verdict.checks if step.stage == "table"] == ["perhaps"]
