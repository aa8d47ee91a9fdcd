"""The local run: the deployed stack inside one process, with an outbox and a clock that can be moved."""
