"""The command line: what people do with files, keys and contacts outside of the console."""
