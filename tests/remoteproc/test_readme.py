from pathlib import Path

import rproc_tui.remoteproc
from tests.remoteproc import example_driver


def test_the_driver_in_the_readme_is_the_one_that_the_tests_run_on() -> None:
    assert example_driver.__file__ is not None
    assert rproc_tui.remoteproc.__file__ is not None
    source = Path(example_driver.__file__).read_text()
    readme = Path(rproc_tui.remoteproc.__file__).with_name("README.md").read_text()
    code = readme.split("```python\n")[1].split("```")[0]
    assert source.endswith(code)
    assert len([line for line in code.splitlines() if line]) <= 50
