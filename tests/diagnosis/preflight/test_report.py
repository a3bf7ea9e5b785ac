"""A verdict for people and for programs."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.diagnosis.preflight.picture import picture
from rproc_tui.diagnosis.preflight.preflight import check, elsewhere
from rproc_tui.diagnosis.preflight.report import answer, in_few_words, report
from rproc_tui.diagnosis.preflight.target import Target
from rproc_tui.diagnosis.preflight.to_json import check_json
from rproc_tui.model.memory import Region, RegionKind
from tests.diagnosis.preflight.looking import look
from tests.diagnosis.preflight.test_preflight import M4, PARTLY_KNOWN, image, verdict_on
from tests.remoteproc.images import Segment, trace

REACHES_OUT = Segment(0xF000, b"code" * 0x300, 0x2000)


def rows(*segments: Segment, target: Target = M4) -> list[str]:
    return picture(look("x.elf", image(*segments).build()), target, 100)[0]


def test_the_picture_shows_every_region_with_what_is_in_it_to_scale() -> None:
    itcm, code, dtcm, *_ = rows(Segment(0x8000, b"x" * 0x4000))
    assert itcm.split("▕")[1].startswith("·" * 25)
    assert code.split("▕")[1].startswith(" " * 12 + "█" * 7)
    assert "0x00008000      16 KiB" in code
    assert dtcm.startswith("  dtcm")


def test_what_reaches_out_of_a_region_is_drawn_beyond_its_end() -> None:
    target = Target("m4", regions=(Region("itcm", 0x0, 0x1_0000, RegionKind.INTERNAL),), complete=True)
    itcm, code = rows(REACHES_OUT, target=target)
    assert itcm.split("▕")[1].index(" ") == itcm.split("▕")[1].rindex("·") + 1
    assert code.endswith("4 KiB reach behind its end")


def test_what_is_in_no_region_has_a_place_of_its_own_with_its_distance() -> None:
    drawn = rows(Segment(0x3_0000, b"code"))
    assert drawn[-2] == "  in no memory"
    assert drawn[-1].endswith("64 KiB behind dtcm")
    assert rows(Segment(0x3_0000, b"code"), target=PARTLY_KNOWN)[-2] == "  in no memory that is known"


def test_the_code_of_a_pru_is_drawn_in_its_own_memory() -> None:
    data = Region("dram0", 0x0, 0x2000, RegionKind.INTERNAL)
    pru = Target("pru0", regions=(data,), code=Region("iram", 0x0, 0x2000, RegionKind.INTERNAL))
    iram, code, dram = rows(Segment(0x2000_0000, b"code" * 0x400), target=pru)
    assert (iram.split()[0], code.split()[2], dram.split()[0]) == ("iram", "0x00000000", "dram0")


def test_the_report_begins_with_the_answer_and_has_the_kernel_s_steps() -> None:
    lines = report(verdict_on(image(Segment(0x5000_0000, b"code"))))
    said = "bad phdr da 0x50000000 mem 0x4 (EINVAL)"
    assert lines[0] == f"x.elf on m4 (remoteproc0, Cortex-M4): would not boot: {said}"
    assert f"  FAIL  program segments      {said}" in lines
    assert "  ok    ELF header" in lines


@pytest.mark.parametrize(
    ("segment", "target", "words"),
    [
        (Segment(0x0, b"code"), M4, "would boot"),
        (Segment(0x5000_0000, b"code"), PARTLY_KNOWN, "would boot, with 1 warning"),
        (Segment(0x0, b"code"), Target("k3"), "would boot, as far as files tell"),
        (Segment(0x0, b"code", 1), Target("k3"), "would hardly boot: bad phdr filesz 0x4 memsz 0x1 (EINVAL)"),
    ],
)
def test_the_answer_is_no_surer_than_what_is_known(segment: Segment, target: Target, words: str) -> None:
    assert answer(verdict_on(image(segment, entries=()), target)) == words


@pytest.mark.parametrize(
    ("segment", "target", "words"),
    [
        (Segment(0x0, b"code"), M4, "fits"),
        (Segment(0x0, b"code"), Target("k3"), "may fit"),
        (Segment(0x5000_0000, b"code"), PARTLY_KNOWN, "fits, 1 doubt"),
        (Segment(0x5000_0000, b"code"), M4, "bad phdr da 0x50000000 mem 0x4"),
    ],
)
def test_a_cell_of_a_list_has_few_words(segment: Segment, target: Target, words: str) -> None:
    assert in_few_words(verdict_on(image(segment, entries=()), target)) == words


def test_a_machine_that_the_kernel_does_not_look_at_is_in_the_answer() -> None:
    assert answer(verdict_on(image(machine=243))).startswith("Linux would boot it, but it is for RISC-V, and m4 is a ")


def test_the_processor_that_it_was_linked_for_is_named() -> None:
    m33 = Target("m33", "remoteproc2", regions=(Region("itcm", 0x5000_0000, 0x1000, RegionKind.INTERNAL),))
    verdict = verdict_on(image(Segment(0x5000_0000, b"code")))
    named = type(verdict)(
        verdict.facts, verdict.target, verdict.findings, verdict.placements, elsewhere(verdict, [m33])
    )
    assert report(named)[1] == "linked for another processor? It fits m33 (remoteproc2)"
    assert check_json(named, ())["elsewhere"] == ["remoteproc2"]


def test_the_object_for_programs_has_every_reason_with_the_kernel_s_message() -> None:
    verdict = verdict_on(image(Segment(0x5000_0000, b"code"), entries=(trace(0x100, 0x10),)))
    shape = check_json(verdict, [verdict])
    assert json.loads(json.dumps(shape)) == shape
    assert (shape["schema"], shape["version"]) == ("rproc-tui/check", 1)
    assert shape["on"] == {"id": "remoteproc0", "name": "m4", "core": "Cortex-M4", "driver": None}
    kernel = {"stage": "segments", "message": "bad phdr da 0x50000000 mem 0x4", "errno": 22, "error": "EINVAL"}
    assert shape["kernel"] == shape["processors"][0]["kernel"] == kernel
    assert (shape["would_boot"], shape["certain"], shape["fits"]) == (False, True, False)
    assert [step["result"] for step in shape["checks"]] == [*["ok"] * 5, "refused", "not reached"]
    (finding,) = shape["findings"]
    assert (finding["code"], finding["kernel"], finding["errno"]) == ("segment-outside", kernel["message"], 22)
    lost, held = shape["memory"]["segments"]
    assert (lost["region"], lost["nearest"], lost["misses"]) == (None, "shared", 0x8000_0000 - 0x5000_0004)
    assert (held["region"], held["misses"]) == ("dtcm", 0)


def test_without_a_processor_there_is_none_in_the_object() -> None:
    shape = check_json(verdict_on(image(), None), ())
    assert (shape["on"], shape["would_boot"], shape["kernel"], shape["memory"]["regions"]) == (None, True, None, [])


@given(data=st.binary(max_size=200), at=st.integers(0, 0x200))
def test_no_file_breaks_a_report(data: bytes, at: int) -> None:
    content = bytearray(image(entries=(trace(),)).build())
    content[at : at + len(data)] = data
    verdict = check(look("x.elf", bytes(content)), M4)
    assert all(len(line) <= 100 and line.isprintable() for line in report(verdict))
    assert json.dumps(check_json(verdict, ()))
