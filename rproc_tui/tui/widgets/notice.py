"""What the program has to say about the last key: it stays until the next action or esc."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content

from rproc_tui.model.diagnosis import Diagnosis, Severity
from rproc_tui.model.outcome import Outcome
from rproc_tui.tui.panels.diagnosis import diagnosis_lines
from rproc_tui.tui.panels.outcome import outcome_lines, sentence_lines
from rproc_tui.tui.widgets.text_view import TextView

_SCROLL = "PgUp PgDn scroll · esc closes"


class Notice(TextView):
    """An outcome with everything that belongs to it, or a sentence; out of sight when there is nothing to say."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id)
        self._made: Callable[[int], list[Content]] | None = None
        self._holds: Callable[[], bool] | None = None
        self.display = False

    def say(self, sentence: str, holds: Callable[[], bool] | None = None) -> None:
        """Show a sentence; `holds` tells later whether it is still true."""
        self._show(lambda width: sentence_lines(sentence, width), "", failed=False)
        self._holds = holds

    def alert(self, sentence: str, holds: Callable[[], bool] | None = None) -> None:
        """The same for what is bad news."""
        self._show(lambda width: sentence_lines(sentence, width, glyph="✖", style="$state-crashed"), "", failed=True)
        self._holds = holds

    def tell(self, outcome: Outcome, name: str) -> None:
        """Show how an action on the processor of that name ended."""
        self._show(lambda width: outcome_lines(outcome, width), f"{name} · {outcome.verb}", failed=not outcome.ok)

    def explain(self, diagnoses: Sequence[Diagnosis], name: str) -> None:
        """Show everything that explains the state of the processor of that name."""
        failed = any(diagnosis.severity is Severity.ERROR for diagnosis in diagnoses)
        self._show(lambda width: diagnosis_lines(diagnoses, width), f"{name} · explained", failed=failed)

    def dismiss(self) -> bool:
        """Take it away; False when there was nothing."""
        shown = bool(self.display)
        self.display = False
        self._holds = None
        return shown

    def dismiss_untrue(self) -> None:
        """Take a sentence away that is no longer true."""
        if self._holds is not None and not self._holds():
            self.dismiss()

    def show_lines(self, lines: Sequence[Content]) -> None:
        """Where not all fit, the frame names the keys that scroll."""
        super().show_lines(lines)
        wanted = _SCROLL if self.overflows else ""
        if self.border_subtitle != wanted:
            self.border_subtitle = wanted

    def text_lines(self, width: int) -> Sequence[Content]:
        """What was last said."""
        return self._made(width) if self._made is not None else ()

    def _show(self, made: Callable[[int], list[Content]], title: str, *, failed: bool) -> None:
        self._made, self._holds = made, None
        self.set_class(failed, "-failed")
        self.retitle(Content(title))
        self.top = 0
        self.display = True
        self.renew()
