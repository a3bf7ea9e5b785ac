from __future__ import annotations

from rproc_tui.model.diagnosis import Certainty, Diagnosis, Severity
from tests.tui.scripted import key
from tests.tui.showing import showing

STUCK = Diagnosis("stuck", Severity.ERROR, Certainty.CERTAIN, "m4 is stuck", "unbind its driver")


async def test_a_key_explains_the_selected_processor_and_esc_takes_it_away() -> None:
    async with showing() as shown:
        shown.controller.explained[key("m4")] = (STUCK,)
        await shown.press("E")
        await shown.sees("error: m4 is stuck")
        await shown.sees("unbind its driver")
        await shown.press("escape")
        await shown.sees_no("error: m4 is stuck")


async def test_a_processor_with_which_nothing_is_wrong_is_said_to_be_well() -> None:
    async with showing() as shown:
        await shown.press("E")
        await shown.sees("nothing is wrong with m4")
