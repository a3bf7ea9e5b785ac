"""The screen: renders snapshots and posts intentions. The only room that knows textual."""
