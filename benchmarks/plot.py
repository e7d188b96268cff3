"""Every bar and how far each figure is from it, in one picture."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure as Canvas

from benchmarks.figures import Figure

# Nought has no place on a scale of powers of ten; what is beyond an end stands at it.
LEAST, MOST = 0.003, 30.0
_REACHED, _MISSED, _PEER = "#00703c", "#d4351c", "#505a5f"


def plot(figures: Sequence[Figure], file: Path) -> None:
    """One line a figure that has a bar: ours as a dot, the first peer as a ring; the bar itself is the line at 1.

    Where no figure has a bar there is nothing to draw, and no file.
    """
    rows = [(figure, share) for figure in figures if (share := _share(figure)) is not None]
    if not rows:
        return
    # Nothing of the day or of chance goes into the file: the same figures draw the same picture.
    with mpl.rc_context({"svg.hashsalt": "mashlink", "font.size": 8}):
        canvas = Canvas(figsize=(9, 1.2 + 0.2 * len(rows)), layout="constrained")
        axes = canvas.add_subplot()
        axes.axvline(1, color="black", linewidth=0.8)
        for place, (figure, share) in enumerate(rows):
            axes.plot(_within(share), place, "o", color=_REACHED if figure.reached else _MISSED)
            peer = _share_of_peer(figure)
            if peer is not None:
                axes.plot(_within(peer), place, "o", color=_PEER, fillstyle="none")
        axes.set_yticks(range(len(rows)), [_label(figure) for figure, _ in rows])
        axes.set_xscale("log")
        axes.set_xlim(LEAST / 1.3, MOST * 1.3)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.grid(axis="x", linewidth=0.3)
        axes.set_xlabel("share of what the bar allows; left of 1 is reached (dot: ours, ring: the peer)")
        canvas.savefig(file, metadata={"Date": None})


def _share(figure: Figure) -> float | None:
    return None if figure.judged is None else figure.row.share_used(figure.judged)


def _share_of_peer(figure: Figure) -> float | None:
    """Where the peer would stand; a ratio is to the peer itself and has no place for it."""
    if figure.row.on_ratio or not figure.peers:
        return None
    return figure.row.share_used(figure.peers[0].value)


def _within(share: float) -> float:
    return min(max(share, LEAST), MOST)


def _label(figure: Figure) -> str:
    return f"{figure.row.measure}, {figure.where}" if figure.where else figure.row.measure
