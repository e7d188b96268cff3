"""What keepers of seals and of hide orders do alike: they name records by their ids."""

from access.sight import Sight
from records.errors import BadInput


def require_records(sight: Sight, named: list[str]) -> None:
    """Raises BadInput for a record that is not in the data: an act with a slip in it protects nobody."""
    held = sight.connection.execute(
        "SELECT record_id FROM record WHERE record_id IN (SELECT unnest($1::VARCHAR[]))", [named]
    ).fetchall()
    missing = [one for one in named if (one,) not in set(held)]
    if missing:
        raise BadInput(f"No such record: {', '.join(missing)}. Write agency and id, like social_care:C-1.")
