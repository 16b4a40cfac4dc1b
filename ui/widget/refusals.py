"""Why a page is not answered."""

from collections.abc import Mapping

from ui.api.failures import ApiError, Failure


class RefusedError(ApiError):
    """A refused request, with the headers that belong to its answer."""

    def __init__(
        self, status: int, message: str, code: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, Failure(message, code=code))
        self.headers = dict(headers or {})
