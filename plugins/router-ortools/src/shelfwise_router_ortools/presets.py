"""How long is searched where no deadline ends it."""

__all__ = ["PRESETS"]

PRESETS = {"fast": 50, "balanced": 300, "best": 3_000}
"""Solutions that the search accepts before it ends by itself."""
