"""Documents rendered from definitions: the data dictionary, reject codes, log events."""
