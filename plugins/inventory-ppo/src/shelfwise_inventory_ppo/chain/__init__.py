"""Warehouses with the stores that each of them supplies: all of a chain decided together."""
