"""Reading a trail's log files, beside unpacking them alone."""
