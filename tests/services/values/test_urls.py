"""Addresses on the web."""

from __future__ import annotations

import pytest

from smallcrm.services.values.urls import is_web_address


@pytest.mark.parametrize(
    "text",
    ["https://acme.com", "HTTP://acme.com/a?b=c:d", "acme.com", "acme.com:8080/x", "acme.com/a:b", "localhost:80",
     "//acme.com", "https://müller.example/ä"],
)  # fmt: skip
def test_it_takes_what_leads_to_the_web(text: str) -> None:
    """With or without its scheme."""
    assert is_web_address(text)


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "JavaScript:1/alert(1)", "ftp://a", "ftp://a b", "https://a b", "data:text/html,x",
     "mailto:ann@acme.com", "https://", "https:/acme.com", "java\tscript:alert(1)", "\x01javascript:alert(1)",
     "file:///etc", "view.source:x"],
)  # fmt: skip
def test_it_takes_nothing_else(text: str) -> None:
    """No other scheme, no spaces, no address without a host."""
    assert not is_web_address(text)
