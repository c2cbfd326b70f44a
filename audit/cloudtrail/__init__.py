"""CloudTrail's records: what one says, who acted, and reading a trail's log files. It touches no network."""
