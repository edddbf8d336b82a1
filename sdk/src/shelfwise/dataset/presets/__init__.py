"""Exports that are known by their columns: one TOML file each, in the form of ``shelfwise.toml``."""
