"""What readers thought of answers: a thumb and a comment each, kept for the library's keeper."""

from datetime import date

from sqlalchemy import delete, insert, select

from assistant.conversations.clock import now_text
from assistant.conversations.conversation import Feedback, Thumb
from assistant.conversations.database import ConversationDatabase
from assistant.conversations.errors import TooLargeError
from assistant.conversations.ownership import owned_exchange
from assistant.conversations.rows import feedback_of
from assistant.conversations.schema import FEEDBACK
from assistant.conversations.titles import flat

MAX_COMMENT_CHARS = 2_000


class Ratings:
    """The feedback of a store.

    It is kept with the exchange as it was, and stays when that is asked again or dropped for its
    age; a reader who deletes a conversation deletes the feedback on it too.
    """

    def __init__(self, database: ConversationDatabase) -> None:
        self._database = database

    def give(
        self, exchange_id: int, thumb: Thumb | None, comment: str = "", *, owner: str = ""
    ) -> None:
        """Keep what the reader thinks of an answer in place of what was said before; None: nothing.

        The comment is kept on one line. Raises TooLargeError beyond MAX_COMMENT_CHARS.
        """
        if len(comment) > MAX_COMMENT_CHARS:
            raise TooLargeError(
                f"The comment has {len(comment):,} characters; at most {MAX_COMMENT_CHARS:,} are"
                " kept."
            )
        with self._database.writing() as connection:
            row = owned_exchange(connection, exchange_id, owner)
            connection.execute(delete(FEEDBACK).where(FEEDBACK.c.exchange_id == exchange_id))
            if thumb:
                connection.execute(
                    insert(FEEDBACK).values(
                        exchange_id=exchange_id,
                        conversation_id=row.conversation_id,
                        thumb=thumb,
                        comment=flat(comment),
                        rated_at=now_text(),
                        record=row.record,
                    )
                )

    def listed(self, *, since: date | None = None, thumb: Thumb | None = None) -> list[Feedback]:
        """Return what readers thought, newest first, of any owner; `since` is a day in UTC."""
        wanted = select(FEEDBACK).order_by(
            FEEDBACK.c.rated_at.desc(), FEEDBACK.c.exchange_id.desc()
        )
        if since:
            wanted = wanted.where(FEEDBACK.c.rated_at >= since.isoformat())
        if thumb:
            wanted = wanted.where(FEEDBACK.c.thumb == thumb)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
        return [feedback_of(row) for row in rows]
