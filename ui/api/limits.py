"""What a client may ask of the API at once, and what is kept for it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ApiLimits:
    """Sizes in bytes, times in seconds. How long a question may be is the assistant's to say.

    `max_json_depth` counts brackets inside brackets. An answer to a request with an
    `Idempotency-Key` is kept for `remembered_seconds`; all that are kept have `remembered_bytes`
    at most. A client that takes nothing of a stream for `seconds_to_take` is taken to have gone.
    """

    max_body_bytes: int = 1 << 20
    max_json_depth: int = 32
    remembered_seconds: float = 600.0
    remembered_bytes: int = 16 << 20
    seconds_to_take: float = 60.0
