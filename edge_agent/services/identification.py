"""What one visit's customer said of themselves, or preferred not to, question after question.

It lives in memory with the visit. What is kept of it is sealed at once (see sealing) and readable
at headquarters only.
"""

from collections.abc import Callable, Sequence

from msgspec import Struct, field

from edge_agent.domain.person import Person, cleaned
from edge_agent.services.errors import RefusedError
from edge_agent.services.sealing import seal
from sync_protocol.feed import PrivacyKey, Question
from sync_protocol.messages import PrivateFields, PrivateRecord

_WRONG: dict[Question, tuple[str, str]] = {
    "name": ("bad-name", "A name has letters, at least two of them."),
    "cpf": ("bad-cpf", "The check digits of this CPF do not fit: a digit is wrong."),
    "phone": ("bad-phone", "A phone has an area code and 8 or 9 digits."),
}


class Identification(Struct):
    """Answers so far. A question that was passed over is asked again only on a new walk."""

    person: Person = field(default_factory=Person)
    passed: list[Question] = field(default_factory=list)

    def next(self, asked: Sequence[Question]) -> Question | None:
        """The first of these that is neither answered nor passed over."""
        done = {*self.person.given(), *self.passed}
        return next((it for it in asked if it not in done), None)

    def answer(self, question: Question, text: str) -> None:
        """Empty passes it over. Raises RefusedError, which never repeats what was typed."""
        if not text.strip():
            self.passed.append(question)
            return
        answer = cleaned(question, text)
        if not answer:
            raise RefusedError(*_WRONG[question])
        setattr(self.person, question, answer)

    def given(self, asked: Sequence[Question]) -> list[Question]:
        """Which of these the customer answered."""
        return [it for it in self.person.given() if it in asked]

    def sealer(
        self, asked: Sequence[Question], key: PrivacyKey | None
    ) -> Callable[[str], PrivateRecord] | None:
        """What makes the private record of a sale; None when there is nothing to keep."""
        given = self.given(asked)
        if key is None or not given:
            return None
        fields = PrivateFields(**{it: getattr(self.person, it) for it in given})
        return lambda sale: seal(fields, sale, key)
