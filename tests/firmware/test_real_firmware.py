"""Against ground truth that is kept beside the project: real firmware, and what a real kernel said of broken images."""

from __future__ import annotations

import importlib.util
import json
import pathlib
import re
import subprocess
import sys
from types import ModuleType

import pytest

from rproc_tui.firmware.facts import FirmwareFacts
from rproc_tui.firmware.inspect import facts
from rproc_tui.firmware.report import report
from rproc_tui.firmware.to_json import facts_json

SHARED = pathlib.Path(__file__).parents[3] / "shared"
CORPUS = SHARED / "firmware"
FILES = sorted(path for path in CORPUS.glob("*") if path.with_name(path.name + ".expected.json").exists())

THE_BOARDS_MATTER = ("bad phdr da", "Registered carveout", "failed to allocate dma memory", "can't start rproc")
"""What depends on the memory of a board or on its driver, and so is in no file."""
OTHER_WORDS_SINCE_6_12 = ("cutshdr.elf", "shoff.elf")


def look(path: pathlib.Path) -> FirmwareFacts:
    content = path.read_bytes()
    return facts(path.name, content, len(content), digest=False)


@pytest.fixture(scope="module")
def acceptance() -> ModuleType:
    spec = importlib.util.spec_from_file_location("corpus", SHARED / "acceptance" / "corpus.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(not FILES, reason="no collection of real firmware beside the project")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_real_firmware_is_read_as_an_independent_decoder_reads_it(path: pathlib.Path, acceptance: ModuleType) -> None:
    truth = json.loads(path.with_name(path.name + ".expected.json").read_text())
    found = look(path)
    assert acceptance.differences(truth, facts_json(found)) == []
    assert len(report(found, 100)) <= 44


def observed(text: str) -> dict[str, tuple[bool, list[str]]]:
    """Of each image whether the real kernel booted it, and the errors that it logged."""
    answers = {}
    for part in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        name, _, log = part.partition("\n")
        if name.endswith(".elf") and log.lstrip().startswith("start: "):
            errors = re.findall(r"^<[34]> (?:remoteproc remoteproc0|vrproc vrproc\.0): (.*)$", log, re.MULTILINE)
            said = [e for e in errors if not re.match(r"firmware:|Direct|Boot failed|Failed to|Unable to", e)]
            answers[name] = (log.lstrip().startswith("start: ok"), said)
    return answers


@pytest.mark.skipif(not (SHARED / "kernel-lab").exists(), reason="no record of a real kernel beside the project")
def test_broken_images_get_the_words_of_a_real_kernel(tmp_path: pathlib.Path) -> None:
    maker = SHARED / "kernel-lab" / "firmware" / "mkfw.py"
    subprocess.run([sys.executable, str(maker), str(tmp_path)], check=True, capture_output=True)
    answers = observed((SHARED / "reference" / "kernel-observed.md").read_text())
    compared = 0
    for path in sorted(tmp_path.iterdir()):
        boots, said = answers.get(path.name, (True, []))
        if path.name in OTHER_WORDS_SINCE_6_12 or path.name not in answers:
            continue
        found = look(path)
        ours = [problem.kernel for problem in found.problems]
        in_file = [line for line in said if not line.startswith(THE_BOARDS_MATTER)]
        assert all(line in ours for line in in_file), path.name
        if boots:
            assert found.boots, path.name
        elif any(problem.fatal for problem in found.problems):
            assert not found.boots
        compared += 1
    assert compared > 40
