"""Would a firmware boot on a processor: the kernel's own checks before the kernel makes them, and what it never says.

Pure: the facts of a file and a `Target` in, a `Verdict` out. `target` tells what is known about a processor, `replay`
goes through the boot as the kernel does, `advice` finds what it does not look at, `preflight` puts them together;
`picture`, `report` and `to_json` show it.
"""
