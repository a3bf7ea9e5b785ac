"""What the words of the panels mean, for the help: the kernel's, and one of OpenAMP's."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from rproc_tui.tui.panels.columns import fit, wrapped

_WORD_WIDTH = 18

_WORDS = {
    "power": "how often it was started and not stopped: the kernel stops it when this falls to 0",
    "recovery": "whether a crash is followed by a new start: by the kernel, or by the watch of its firmware",
    "coredump": "what the kernel keeps of a crash: nothing (disabled), a copy (enabled), or it waits (inline)",
    "carveout": "memory that the firmware wants for itself or for its rings",
    "vring": "a ring of message buffers between Linux and the processor; two make an rpmsg link",
    "openamp": (
        "what OpenAMP, a library that does this job without a kernel, calls the same stage of a processor's life;"
        " shown where its word is another one: a crash is its error, what was attached is running"
    ),
}


def word_lines(width: int) -> Iterator[Content]:
    """A heading, and each word with its meaning."""
    yield Content("")
    yield Content.assemble(("Words", "bold $accent"))
    for word, meaning in _WORDS.items():
        first, *rest = wrapped(meaning, max(10, width - _WORD_WIDTH - 2))
        yield Content.assemble("  ", (fit(word, _WORD_WIDTH), "bold"), first)
        for line in rest:
            yield Content(" " * (_WORD_WIDTH + 2) + line)
