"""The machines that have remote processors, each seen through its files."""
