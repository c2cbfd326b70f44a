"""The command line: one file a command. It composes, prints and exits, and nothing else does."""
