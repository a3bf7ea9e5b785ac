"""Where the program begins."""


def main() -> int:
    """Run the command line."""
    return 0
