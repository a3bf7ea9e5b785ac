"""Choosing a theme: each is shown while it is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from rproc_tui.tui.screens.picker import Choice, Picker

if TYPE_CHECKING:
    from textual.theme import Theme

    from rproc_tui.tui.app import RprocTui


async def choose_theme(app: RprocTui) -> None:
    """Let a person choose; the theme of before comes back when they do not."""
    before = app.theme
    names = sorted(app.available_themes, key=lambda name: (name not in app.own_themes, name))
    choices = [Choice(name, _label(app.available_themes[name]), name) for name in names]
    picker = Picker("Theme", choices, chosen=names.index(before), preview=app.set_theme)
    chosen = await app.push_screen_wait(picker)
    app.theme = chosen or before


def _label(theme: Theme) -> Content:
    """Its name and its colours."""
    colours = [theme.primary, theme.accent, theme.success, theme.warning, theme.error]
    swatch = [("██", colour) for colour in colours if colour]
    return Content.assemble(
        (f"{theme.name:<24}", "bold"), (f"{'dark' if theme.dark else 'light':<7}", "$label"), *swatch
    )
