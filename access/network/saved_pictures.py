"""Pictures of networks kept for a case, as a reader may know of them."""

from typing import Final

from access.scope.scoping import namespace_of
from access.sight import Sight
from access.values import PictureGiven, PictureList, SavedPicture
from records.errors import BadInput, NotThere
from records.ledger import Actor, Picture, pictures_of, save_picture

MOST_PLACES: Final = 500
LONGEST_TITLE: Final = 200
# Further from the middle no node is put: pixels of the picture.
_FURTHEST: Final = 20_000.0


class SavedPictures:
    """Keeps and lists pictures; a reader learns of one only where the person it is about is theirs to see."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._namespace = namespace_of(sight.principal)

    def save(self, handle: str, given: PictureGiven, actor: Actor) -> SavedPicture:
        """Keep a picture. Raises NotThere for a handle that is nobody's, BadInput for too many places or no title."""
        if not 1 <= len(given.title.strip()) <= LONGEST_TITLE:
            raise BadInput(f"Give the picture a title of up to {LONGEST_TITLE} characters.")
        if len(given.places) > MOST_PLACES or any(
            not (abs(x) <= _FURTHEST and abs(y) <= _FURTHEST) for _, x, y in given.places
        ):
            raise BadInput("Too many nodes, or one too far out. Save a smaller picture.")
        person = self._sight.cards.behind(handle)
        facts: dict[str, object] = {
            "terms": list(given.terms),
            "places": {node: (round(x, 1), round(y, 1)) for node, x, y in given.places},
            "namespace": self._namespace,
        }
        receipt = save_picture(self._sight.ledger, actor, person.anchor, facts)
        self._sight.log.logged = True
        return SavedPicture(
            f"picture-{receipt.sequence}",
            self._sight.cards.card(person),
            given.title.strip(),
            given.terms,
            given.places,
            actor.subject,
            receipt.at,
        )

    def of_case(self) -> PictureList:
        """The pictures of the case that the purpose names; none without one."""
        case = self._sight.purpose.case_reference
        found = pictures_of(self._sight.ledger, case) if case else []
        shown = tuple(one for picture in found if (one := self._shown(picture)) is not None)
        self._sight.log.answered = bool(shown)
        return PictureList(case, shown)

    def named(self, picture: str) -> SavedPicture:
        """One picture of the case. Raises NotThere for any other."""
        for one in self.of_case().pictures:
            if one.picture == picture:
                return one
        raise NotThere("There is no such picture of this case, or not for you.")

    def _shown(self, picture: Picture) -> SavedPicture | None:
        person = self._sight.cards.people.holding([picture.centre]).get(picture.centre)
        if person is None:
            return None
        # Nodes are named by keys of the reader's role: to another role the places say nothing, and stay out.
        ours = picture.namespace == self._namespace
        return SavedPicture(
            picture.picture_id,
            self._sight.cards.card(person),
            picture.title,
            picture.terms,
            tuple((node, x, y) for node, (x, y) in sorted(picture.places.items())) if ours else (),
            self._sight.workers.of(picture.by, picture.at),
            picture.at,
        )
