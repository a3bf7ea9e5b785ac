"""What goes wrong is made to go wrong on an emulated board, and explained: as a value, and in what `--json` prints."""

from __future__ import annotations

import errno
import json
import pathlib
from collections.abc import AsyncIterator

import pytest

from rproc_tui.controller.as_json import outcome_object
from rproc_tui.model.diagnosis import Severity
from rproc_tui.model.outcome import Outcome, Result, Verb
from rproc_tui.model.processor import State
from tests.conformance.vr_board import VrBoard
from tests.diagnosis.boards import Here, codes, opened


@pytest.fixture
async def here(tmp_path: pathlib.Path) -> AsyncIterator[Here]:
    async with opened(VrBoard(), tmp_path) as found:
        yield found


def in_json(here: Here, name: str, outcome: Outcome) -> list[str]:
    """The codes that a program reads, first what did not work."""
    text = json.dumps(outcome_object(here.processor(name), outcome))
    return [diagnosis["code"] for diagnosis in json.loads(text)["diagnoses"]]


REFUSED_IMAGES = {
    "D1": [("nosuch.elf", "firmware-not-found")],
    "D4": [("empty.elf", "firmware-is-empty")],
    "D5": [("notelf.elf", "not-elf"), ("magic.elf", "not-elf")],
    "D6": [("short.elf", "truncated-header"), ("cutshdr.elf", "truncated-header"), ("cutseg.elf", "truncated")],
    "D7": [("class.elf", "elf-class"), ("bigend.elf", "elf-endianness"), ("nophdr.elf", "no-program-headers")],
    "D8": [("badda.elf", "segment-outside"), ("segtoobig.elf", "segment-outside")],
    "D13": [("filesz.elf", "bad-phdr")],
    "D14": [("tabletiny.elf", "table-headerless")],
    "D16": [("notable.elf", "no-table")],
    "D17": [
        ("tabletoobig.elf", "table-outside"),
        ("tablenum.elf", "table-incomplete"),
        ("tablever.elf", "table-version"),
        ("tablereserved.elf", "table-reserved"),
        ("tableoffset.elf", "table-entry-offset"),
    ],
    "D18": [
        ("entrycut.elf", "entry-truncated"),
        ("rsccarve.elf", "entry-reserved-bytes"),
        ("rsctrace.elf", "entry-reserved-bytes"),
        ("rscvdev.elf", "entry-reserved-bytes"),
        ("vdevcut.elf", "entry-truncated"),
        ("devmem.elf", "devmem-iommu"),
    ],
    "D19": [("vdev3.elf", "too-many-vrings")],
    "D20": [
        ("carvebig.elf", "carveout-too-large"),
        ("carveda.elf", "carveout-elsewhere"),
        ("carvedup.elf", "carveout-twice"),
    ],
    "D21": [("carvehuge.elf", "no-memory"), ("carvezero.elf", "carveout-of-no-size")],
    "D28": [("starterr.elf", "start-timed-out")],
}
ODD_IMAGES = {
    "D24": [("rscunknown.elf", "unsupported-resource"), ("rscvendor.elf", "unsupported-vendor-resource")],
    "D19": [("vringzero.elf", "vring-of-nothing")],
}


def cases(table: dict[str, list[tuple[str, str]]]) -> list[tuple[str, str, str]]:
    return [(row, image, code) for row, images in table.items() for image, code in images]


@pytest.mark.parametrize(("row", "image", "code"), cases(REFUSED_IMAGES))
async def test_an_image_that_does_not_boot_is_explained(here: Here, row: str, image: str, code: str) -> None:
    outcome = await here.boot("vr-m4", image)
    assert outcome.result is Result.FAILED, row
    assert in_json(here, "vr-m4", outcome)[0] == code
    assert outcome.diagnoses[0].cause in " ".join(outcome.advice)


@pytest.mark.parametrize(("row", "image", "code"), cases(ODD_IMAGES))
async def test_an_image_that_boots_with_odd_lines_is_explained_too(here: Here, row: str, image: str, code: str) -> None:
    outcome = await here.boot("vr-m4", image)
    assert outcome.ok, row
    assert in_json(here, "vr-m4", outcome)[0] == code


@pytest.mark.parametrize("image", ["tabletiny.elf", "tablever.elf", "notable.elf"])
async def test_what_a_driver_does_not_mind_is_called_harmless(here: Here, image: str) -> None:
    """D14, D15, D17 on a driver that goes without a table."""
    outcome = await here.boot("vr-r5", image)
    assert outcome.ok
    assert outcome.diagnoses
    assert not any(diagnosis.is_trouble for diagnosis in outcome.diagnoses)
    assert outcome.advice == ()


async def test_where_the_kernel_looks_and_what_is_there_instead_is_told(here: Here) -> None:
    """D1, D3, D4."""
    (here.folder / "linked.elf").symlink_to("/nowhere/built.elf")
    (here.folder / "folder.elf").mkdir()
    (here.folder / "good.elf").write_bytes(b"")
    for name, code, words in (
        ("linked.elf", "firmware-dangling-link", "/nowhere/built.elf"),
        ("folder.elf", "firmware-is-directory", "/lib/firmware/folder.elf"),
        ("/lib/firmware/nosuch.elf", "firmware-path-absolute", "/lib/firmware/updates"),
    ):
        outcome = await here.boot("vr-m4", name)
        assert in_json(here, "vr-m4", outcome)[0] == code
        assert words in " ".join(outcome.advice)


async def test_a_name_that_is_nearly_right_gets_the_right_one_offered(here: Here) -> None:
    await here.put("good.elf")
    outcome = await here.boot("vr-m4", "gud.elf")
    assert "did you mean good.elf?" in outcome.advice[1]


async def test_a_firmware_is_named_only_while_a_processor_is_down(here: Here) -> None:
    """D33."""
    await here.boot("vr-m4", "good.elf")
    refused = await here.act("vr-m4", Verb.FIRMWARE, "other.elf")
    assert in_json(here, "vr-m4", refused)[0] == "firmware-while-up"
    with pytest.raises(OSError, match="busy"):
        await here.write("vr-m4", "firmware", "other.elf")
    assert (await here.hears("firmware-while-up")).cure


async def test_words_that_make_no_sense_in_a_state_are_explained(here: Here) -> None:
    """D34, D35."""
    stopped = await here.act("vr-m4", Verb.STOP)
    assert in_json(here, "vr-m4", stopped) == ["stop-when-down"]
    await here.boot("vr-m4", "good.elf")
    started = await here.act("vr-m4", Verb.BOOT)
    assert (started.result, in_json(here, "vr-m4", started)) == (Result.REFUSED, ["second-start"])
    assert codes((await here.act("vr-m4", Verb.RECOVER)).diagnoses) == ["nothing-to-recover"]


async def test_a_crashed_processor_says_how_it_is_left(here: Here) -> None:
    """D35, D49, D56."""
    await here.boot("vr-m4", "good.elf")
    await here.act("vr-m4", Verb.RECOVERY, "off")
    await here.act("vr-m4", Verb.CRASH, "fatal")
    await here.becomes("vr-m4", State.CRASHED)
    assert (await here.hears("crash-fatal-error")).cure
    assert codes((await here.act("vr-m4", Verb.BOOT)).diagnoses)[0] == "boot-when-crashed"
    assert {"recovery-off", "coredump-off"} <= set(codes(here.stands("vr-m4")))


async def test_a_recovery_that_finds_no_firmware_leaves_it_stuck(here: Here) -> None:
    """D36."""
    await here.boot("vr-m4", "good.elf")
    (here.folder / "good.elf").unlink()
    await here.write("vr-m4", "/crash", "2")
    assert "vrproc.0" in (await here.hears("recovery-without-firmware")).cure
    await here.becomes("vr-m4", State.OFFLINE)
    assert "stuck" in codes(here.stands("vr-m4"))
    await here.put("good.elf")
    outcome = await here.act("vr-m4", Verb.BOOT)
    assert in_json(here, "vr-m4", outcome)[0] == "stuck"


async def test_a_stop_that_stops_nothing_is_explained(here: Here) -> None:
    """D37."""
    await here.boot("vr-m4", "good.elf")
    await here.write("vr-m4", "state", "start")
    outcome = await here.act("vr-m4", Verb.STOP)
    assert (outcome.errno, in_json(here, "vr-m4", outcome)) == (None, ["held"])


async def test_a_driver_that_refuses_to_stop_is_explained(here: Here) -> None:
    """D39."""
    await here.boot("vr-m4", "stoperr.elf")
    outcome = await here.act("vr-m4", Verb.STOP)
    assert (outcome.errno, in_json(here, "vr-m4", outcome)) == (errno.EBUSY, ["stop-failed"])


async def test_a_detached_processor_is_explained_as_it_stands(here: Here) -> None:
    """D43."""
    assert codes(here.stands("vr-dsp")) == ["runs-by-itself"]


async def test_an_mmu_fault_that_was_ordered_is_not_blamed_on_the_firmware(here: Here) -> None:
    """D45."""
    await here.boot("vr-m4", "good.elf")
    await here.act("vr-m4", Verb.RECOVERY, "off")
    ordered = await here.act("vr-m4", Verb.CRASH, "mmufault")
    assert "crash-mmu-fault" not in codes(ordered.diagnoses)
    await here.becomes("vr-m4", State.CRASHED)
    assert "or by hand" in (await here.hears("crash-mmu-fault")).cause
    graveness = [diagnosis.severity for diagnosis in here.stands("vr-m4")]
    assert graveness == sorted(graveness, key=list(Severity).index)
    assert len(set(graveness)) > 1


async def test_a_word_that_the_kernel_does_not_know_is_explained_to_all(here: Here) -> None:
    """D44."""
    with pytest.raises(OSError, match="Invalid"):
        await here.write("vr-m4", "state", "restart")
    assert "restart" in (await here.hears("unknown-command")).cause
    with pytest.raises(OSError, match="Invalid"):
        await here.write("vr-m4", "coredump", "always")
    await here.hears("coredump-word")


async def test_firmware_that_crashes_by_itself_again_and_again_is_a_loop(here: Here) -> None:
    """D45."""
    await here.boot("vr-m4", "crash2s.elf")
    assert (await here.hears("crash-watchdog")).cure
    assert "crashes, recovers and crashes again" in (await here.hears("crash-loop")).cause


async def test_silence_is_explained(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """D47, D55."""
    monkeypatch.setattr("rproc_tui.linux.conditions.SILENT_AFTER", 0.0)
    await here.boot("vr-m4", "silent.elf")
    assert "trace-empty" in codes(here.stands("vr-m4"))


@pytest.mark.parametrize(
    ("image", "code"),
    [
        ("vdevnons.elf", "no-name-service"),
        ("vrproc-2.elf", "no-channels"),
        ("tracezero.elf", "trace-of-no-size"),
    ],
)
async def test_what_a_running_firmware_lacks_is_told_as_it_stands(here: Here, image: str, code: str) -> None:
    """D52, D55."""
    assert (await here.boot("vr-m4", image)).ok
    assert code in codes(here.stands("vr-m4"))


async def test_a_channel_that_no_driver_takes_is_named(here: Here) -> None:
    """D52."""
    await here.boot("vr-m4", "good.elf")
    await here.hears_channel("vr-m4", "vrproc-echo")
    (told,) = [diagnosis for diagnosis in here.stands("vr-m4") if diagnosis.code == "channel-without-driver"]
    assert "vrproc-echo" in told.cause


async def test_a_failure_that_nothing_explains_is_said_to_be_unknown(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rproc_tui.diagnosis.catalogue.catalogue", lambda: ())
    outcome = await here.boot("vr-m4", "badda.elf")
    assert in_json(here, "vr-m4", outcome) == ["unknown-failure"]
    assert outcome.lines
    assert any("nothing here explains" in sentence for sentence in outcome.advice)


async def test_a_harmless_line_is_no_warning_among_the_events(here: Here) -> None:
    await here.boot("vr-m4", "rscunknown.elf")
    (event,) = [event for event in here.controller.events if "unsupported resource" in event.text]
    assert (event.lines[0].level, event.severity) == (4, "info")
    assert codes(event.diagnoses) == ["unsupported-resource"]


async def test_the_cause_of_one_boot_is_told_with_one_of_its_lines(here: Here) -> None:
    for times in (1, 2):
        await here.boot("vr-m4", "nosuch.elf")
        told = [event for event in here.controller.events if "firmware-not-found" in codes(event.diagnoses)]
        assert len(told) == times
        assert all(event.severity == "error" for event in told)


async def test_what_the_kernel_said_since_the_last_start_explains_a_processor_that_is_down(here: Here) -> None:
    await here.boot("vr-m4", "filesz.elf")
    assert "bad-phdr" in codes(here.stands("vr-m4"))
    await here.boot("vr-m4", "good.elf")
    assert "bad-phdr" not in codes(here.stands("vr-m4"))
