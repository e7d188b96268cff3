"""What a reader may ask of, and answer to, other hubs: methods of the view, each with the one entry of its read."""

from typing import Any

from access.exchange.answering import ExchangeAnswers
from access.exchange.asking import ExchangeQuestions, Send
from access.exchange.deciding import ExchangeDesktop
from access.exchange.histories import histories_about
from access.product_view import ProductView
from access.values.exchange import (
    DecisionGiven,
    ExchangeInbox,
    HubMessage,
    HubQuestion,
    HubReply,
    HubRequest,
    QuestionAnswered,
    QuestionGiven,
    RequestGiven,
    RequestLine,
    RequestPage,
    RequestSent,
)
from access.values.other_hub import OtherHubHistory
from records.ledger import DetailDecision


class ExchangingView(ProductView):
    """The exchange between hubs in one read. A method raises Denied where the role may not do so for the purpose."""

    def ask_hub(self, given: QuestionGiven, send: Send) -> QuestionAnswered:
        """Ask another hub about one person; ``send`` carries the message. See ``ExchangeQuestions.ask``."""
        self._sight.require("exchange_ask")
        return ExchangeQuestions(self._sight, send, self._sight.now).ask(given)

    def request_detail(self, given: RequestGiven, send: Send) -> RequestSent:
        """Ask another hub for what it knows of whom its answer met."""
        self._sight.require("exchange_request")
        return ExchangeQuestions(self._sight, send, self._sight.now).request(given)

    def collect_detail(self, request_id: str, message_id: str, send: Send) -> RequestSent:
        """Fetch what was decided on a request of this hub's."""
        self._sight.require("exchange_collect")
        return ExchangeQuestions(self._sight, send, self._sight.now).collect(request_id, message_id)

    def exchange_inbox(self) -> ExchangeInbox:
        """What passed between this hub and others, as far as the reader sees the people."""
        self._sight.require("exchange_inbox")
        return ExchangeDesktop(self._sight).inbox()

    def exchange_request(self, request_id: str) -> RequestPage:
        """Another hub's request for detail with what could be granted."""
        self._sight.require("exchange_inbox")
        return ExchangeDesktop(self._sight).request(request_id)

    def decide_request(self, request_id: str, given: DecisionGiven) -> RequestLine:
        """Grant another hub's request in whole or part, or refuse it; the act is the ledger entry of this read."""
        self._sight.require("exchange_decide")
        return ExchangeDesktop(self._sight).decide(request_id, given)

    def from_other_hubs(self, handle: str) -> tuple[OtherHubHistory, ...]:
        """What other hubs granted about a person and has not run out."""
        self._sight.require("chronology")
        return histories_about(self._sight, self._sight.cards.behind(handle).record_ids)

    def answer_hub(self, message: HubMessage, question: HubQuestion) -> HubReply:
        """Answer a partner's question; the reader is the partner."""
        self._sight.require("exchange_answer")
        return ExchangeAnswers(self._sight, message, self._sight.now).question(question)

    def take_request(self, message: HubMessage, request: HubRequest) -> None:
        """Keep a partner's request for detail until a person decides on it."""
        self._sight.require("exchange_requested")
        ExchangeAnswers(self._sight, message, self._sight.now).requested(request)

    def disclose(
        self, message: HubMessage, request_id: str
    ) -> tuple[DetailDecision | None, dict[str, Any] | None]:
        """What was decided on a partner's request, and the history that was granted."""
        self._sight.require("exchange_disclose")
        return ExchangeAnswers(self._sight, message, self._sight.now).disclosed(request_id)
