"""What stands where crashes will be shown, while there are none."""

from __future__ import annotations

from collections.abc import Iterable
from os.path import join

from textual.content import Content

from rproc_tui.model.processor import Processor
from rproc_tui.tui.panels.columns import indented
from rproc_tui.tui.panels.state import home_relative

_PURPOSE = (
    "As soon as a processor crashes, its trace, registers, memory, resource table, firmware file and the kernel's lines"
    " are kept, before a recovery destroys them. This page then shows what it died of: the function, the line of C,"
    " the calls that led there, the variables."
)


def no_crash_lines(processor: Processor | None, folder: str, width: int) -> list[Content]:
    """What will appear here, and how to get it."""
    lines = [Content.assemble(("No crash has been kept so far.", "bold")), Content("")]
    for first, text in _sentences(processor, folder):
        lines += indented(first, text, width, "$label" if first == "  " else "")
    return lines


def _sentences(processor: Processor | None, folder: str) -> Iterable[tuple[str, str]]:
    yield "  ", _PURPOSE
    yield "  ", f"They are kept in {home_relative(join(folder, 'crashes'))}, and stay there after the program ends."
    yield "", ""
    if processor is not None and processor.coredump == "disabled":
        yield "→ ", f"`c` makes the kernel keep the memory of {processor.name} too: its coredump is disabled"
    if processor is not None:
        yield "→ ", f"`x` crashes {processor.name} on purpose, to see what that looks like"
    yield "→ ", "`rproc-tui coredump FILE --firmware ELF` reads a dump that you have already"
