"""What the panels of the screen say, as pure functions from what is known to lines of styled text.

Text from outside becomes `Content` as it is, never markup.
"""
