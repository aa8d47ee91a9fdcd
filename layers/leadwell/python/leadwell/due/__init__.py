"""The memory of unfinished work: what has something left to do stands in the due index until it is done."""
