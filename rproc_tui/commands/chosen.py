"""The controller's settings, as the command line and the configuration choose them; the command line comes first."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from rproc_tui.controller.settings import Settings

if TYPE_CHECKING:
    from rproc_tui.controller.configuration import Configuration


def chosen_settings(options: argparse.Namespace, configuration: Configuration, *, capture: bool) -> Settings:
    """What was chosen, else what is usual. Without `source_map`: only the screen shows sources."""
    rollback = options.rollback or configuration.rollback is True
    usual = Settings(read_only=options.read_only, rollback=rollback, capture=capture)
    return usual if configuration.settle is None else replace(usual, settle=configuration.settle)
