"""The public library: one audit as an object whose parts draw themselves in a notebook. `audit.load` gives one."""
