"""The review of an audit: what changed, what was decided, what is excepted, and what proves it."""
