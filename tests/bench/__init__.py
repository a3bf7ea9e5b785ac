"""The budgets, measured: `python -m tests.bench`. Ratios are of one run, so the machine's mood cancels out."""
