"""Documents rendered from definitions: the data dictionary, relations, reject codes, log events."""
