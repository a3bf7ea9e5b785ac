"""A page over a screen, which is closed once."""

from __future__ import annotations

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, ScreenResultType


class PageOver(ModalScreen[ScreenResultType]):
    """Textual takes the topmost screen away for every `dismiss`, whoever asks, and a second key may be on its way."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close the page, if it is still the topmost."""
        return super().dismiss(result) if self.is_active else AwaitComplete()
