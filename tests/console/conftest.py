"""A browser page of one's own, held to asking nobody but the hub."""

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def page(chromium: Any, hub: Any) -> Iterator[Any]:
    """A fresh browser page; afterwards: it asked nobody but the hub, and broke no rule of its own policy."""
    context = chromium.new_context(base_url=hub.address, viewport={"width": 1200, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    others: list[str] = []
    broken: list[str] = []
    opened.on(
        "request",
        lambda request: others.append(request.url) if not request.url.startswith(hub.address) else None,
    )
    opened.on("pageerror", lambda error: broken.append(str(error)))
    opened.on(
        "console", lambda line: broken.append(line.text) if "Content Security Policy" in line.text else None
    )
    yield opened
    context.close()
    assert others == []
    assert broken == []
