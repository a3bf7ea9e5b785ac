"""The catalogue is read whole or not at all: what is wrong in it is named by file, entry and key."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest

from rproc_tui.diagnosis.catalogue import FILES, CatalogueError, assemble, catalogue, read

GOOD = """
[odd-thing]
severity = "error"
certainty = "likely"
lines = ['odd (?P<thing>\\w+)']
cause = "{name} saw {thing}"
cure = "look again"
"""


def test_an_entry_holds_what_its_keys_say() -> None:
    (entry,) = read("test", GOOD)
    assert (entry.code, entry.severity, entry.certainty) == ("odd-thing", "error", "likely")
    assert entry.cause.fields == {"name", "thing"}
    assert entry.lines[0].search("an odd thing")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("[odd-thing]", "[Odd_Thing]"), "Odd_Thing is no entry"),
        (("[odd-thing]", "[unknown-failure]"), "unknown-failure is no entry"),
        (("[odd-thing]", "odd-thing = 1\n[x]"), "odd-thing is no entry"),
        (('severity = "error"', 'severity = "bad"'), "severity is 'bad', not one of error, warning, benign"),
        (('severity = "error"', ""), "severity is None"),
        (('certainty = "likely"', 'certainty = "sure"'), "certainty is 'sure'"),
        (("cure =", "cures ="), "cures is no key of an entry"),
        (('cause = "{name} saw {thing}"', ""), "cause has to be a sentence"),
        (('cause = "{name} saw {thing}"', "cause = 3"), "cause has to be a sentence"),
        (("saw {thing}", "saw {thing"), "cause has a brace or bracket without its other one"),
        (("saw {thing}", "saw [{thing}"), "cause has a brace or bracket without its other one"),
        (("saw {thing}", "saw [odd|{thing}]"), "[odd|{thing}] is no choice"),
        (("saw {thing}", "saw {colour}"), "cause: nothing is called colour"),
        (("saw {thing}", "saw {segment}"), "segment is not always known, so it belongs in brackets"),
        (("odd (?P<thing>", "odd (?P<thing"), "lines: "),
        (("lines = ['odd", "lines = ['it', 'odd"), "thing is not always known"),
        (("lines = ['odd (?P<thing>\\w+)']", "lines = 'odd'"), "lines has to be a list of texts"),
        (("lines = ['odd (?P<thing>\\w+)']", "lines = []"), "lines has to be a list of texts"),
        (("lines = ['odd (?P<thing>\\w+)']", ""), "would explain everything"),
        (("lines =", "errno = ['EODD']\nlines ="), "errno: there is no EODD"),
        (("lines =", "verbs = ['fly']\nlines ="), "verbs is 'fly', not one of boot"),
        (("lines =", "states = ['asleep']\nlines ="), "states is 'asleep'"),
        (("lines =", "when = ['raining']\nlines ="), "there is no condition raining"),
        (("lines =", "driver = '('\nlines ="), "driver: "),
        (("lines =", "driver = 3\nlines ="), "driver has to be a regular expression"),
        (("lines =", "lines lines ="), "test: "),
    ],
)
def test_a_wrong_key_is_named(change: tuple[str, str], said: str) -> None:
    assert change[0] in GOOD
    with pytest.raises(CatalogueError, match="test") as error:
        read("test", GOOD.replace(*change))
    assert said in str(error.value)


def test_a_code_is_there_once_and_what_it_stands_for_exists() -> None:
    with pytest.raises(CatalogueError, match="two: odd-thing is there twice"):
        assemble([("one", GOOD), ("two", GOOD)])
    with pytest.raises(CatalogueError, match="odd-thing: instead_of: there is no even-thing"):
        assemble([("one", GOOD.replace("lines =", "instead_of = ['even-thing']\nlines ="))])


def test_the_catalogue_is_large_and_whole() -> None:
    assert len(catalogue()) >= 60
    assert len({entry.code for entry in catalogue()}) == len(catalogue())
    assert len(FILES) == len(set(FILES))


LOOK = """
import contextlib, sys
from rproc_tui.__main__ import main
sys.argv = ["rproc-tui", "--demo", "list", "--json"]
with contextlib.suppress(SystemExit):
    main()
print([name for name in sys.modules if name == "tomllib" or name.startswith("rproc_tui.diagnosis")])
"""


@pytest.mark.emulator
def test_nobody_who_only_looks_pays_for_the_catalogue(tmp_path: pathlib.Path) -> None:
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    asked = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=False, env=environment)
    *listed, imported = asked.stdout.splitlines()
    assert '"remoteproc0"' in "".join(listed), asked.stderr
    assert imported == "[]"
