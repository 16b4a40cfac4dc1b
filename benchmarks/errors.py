"""What goes wrong in a benchmark and a person can mend."""


class BenchmarkError(Exception):
    """A benchmark cannot run, or a measured step failed; the message says why and what to do."""
