"""Generated from proto/shelfwise/v1 by tools/proto.py: import the modules, not the package."""
