"""The one error tree. Each class fixes its HTTP status; a message says where, what and how to mend it."""

from typing import ClassVar


class MashlinkError(Exception):
    """Anything mashlink refuses to do; ``str(error)`` is fit for the person who caused it."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong"


class BadInput(MashlinkError):
    """What was handed in cannot be used; the message names the place and the mend."""

    status = 400
    title = "The request cannot be understood"


class BadFeed(BadInput):
    """A feed that cannot be read at all: a missing file or column, or a mapping that does not hold."""

    title = "A feed cannot be read"


class NotSignedIn(MashlinkError):
    """No valid proof of who is asking."""

    status = 401
    title = "Sign in first"


class Denied(MashlinkError):
    """The policy forbids the act itself; never used where it would confirm that a thing exists."""

    status = 403
    title = "Not allowed"


class PurposeMissing(Denied):
    """Personal data was asked for without a purpose and a reason."""

    title = "A purpose and a reason are needed"


class NotThere(MashlinkError):
    """Not there, or not the reader's: the two are one answer."""

    status = 404
    title = "Not found"


class Conflict(MashlinkError):
    """The act contradicts what stands (a judgement on a sealed pair, two builds at once)."""

    status = 409
    title = "In conflict with what stands"


class LedgerUnavailable(MashlinkError):
    """The ledger could not take the entry, so nothing is answered."""

    status = 503
    title = "The record of access cannot be written"


class StoreUnavailable(MashlinkError):
    """No usable snapshot: none was built, or its file does not open."""

    status = 503
    title = "No data has been built yet"


class EngineUnavailable(MashlinkError):
    """The cluster that a build was to run on does not answer, or gave up the work."""

    status = 503
    title = "The cluster does not answer"


class BudgetSpent(Denied):
    """A worker, a hub or a subject had its share of questions between hubs for the day."""

    status = 429
    title = "No more questions today"


class MessageRefused(Denied):
    """A message of another hub that does not hold: its signature, its time, its nonce, its version or its form.

    ``code`` is what the sending hub's program is told, a word of docs/exchange-protocol.md.
    """

    status = 401
    title = "The message is refused"

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class PartnerUnavailable(MashlinkError):
    """Another hub gave no answer that counts; nothing was learnt, and the same question may be sent again."""

    status = 502
    title = "The other hub gave no answer"
