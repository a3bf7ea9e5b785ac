"""From an errno and kernel log lines to cause and cure."""
