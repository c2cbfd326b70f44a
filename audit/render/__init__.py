"""What a result looks like: one file a format, and the view records that HTML and PDF share."""
