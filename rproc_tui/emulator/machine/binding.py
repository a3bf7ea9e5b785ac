"""The engine's Python binding. It claims to be typed and is not, so here it is what it is: Any."""

from __future__ import annotations

import importlib
from typing import Any

unicorn: Any = importlib.import_module("unicorn")
constants: Any = importlib.import_module("unicorn.unicorn_const")
arm: Any = importlib.import_module("unicorn.arm_const")
riscv: Any = importlib.import_module("unicorn.riscv_const")
