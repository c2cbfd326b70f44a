"""How long a collection takes where every answer does: an endpoint with a latency, and what it saw."""
