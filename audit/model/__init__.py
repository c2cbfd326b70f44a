"""Frozen records that every other package speaks in. They hold data and derive nothing from files or networks."""
