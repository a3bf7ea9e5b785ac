"""What a person may ask of the terminal while the screen is shown: paint it anew, report the mouse."""

from __future__ import annotations

from textual.driver import Driver

from rproc_tui.tui.terminal.driver import WireDriver


def redraw(driver: Driver | None) -> bool:
    """Write everything again: a kernel, or noise on the line, wrote over it. False where that is Textual's to do."""
    if isinstance(driver, WireDriver):
        driver.redraw()
        return True
    return False


def toggle_mouse(driver: Driver | None) -> str:
    """Have the mouse reported, or no longer; what there is to say of it."""
    if not isinstance(driver, WireDriver):
        return "this terminal's mouse cannot be switched"
    driver.set_mouse(on=not driver.mouse)
    if driver.mouse:
        return "the mouse works; the terminal's own selection needs shift now"
    return "the mouse is left to the terminal"
