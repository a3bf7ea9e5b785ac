"""The one shared controller: discovers, follows, acts, and publishes snapshots, over any hosts."""
