"""Domains and web addresses as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smallcrm.services.values.domains import belongs_to_many, company_domain, normalise_domain


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("acme.com", "acme.com"),
        (" HTTP://www.Acme.com:8080/x?y#z ", "acme.com"),
        ("https://acme.com./", "acme.com"),
        ("www.acme.co.uk", "acme.co.uk"),
        ("www.de", "www.de"),
        ("bücher.de", "xn--bcher-kva.de"),
        ("acme.com:80", "acme.com"),
        ("https://user:pw@x.com/", "x.com"),
        ("uk.acme.com", "uk.acme.com"),
        ("//x.com/a", "x.com"),
    ],
)
def test_it_finds_the_host(text: str, domain: str) -> None:
    """In whatever stands around it."""
    assert normalise_domain(text) == domain


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a@b.de",
        "mailto:a@b.de",
        "not a domain",
        "192.168.1.1",
        "javascript:alert(1)",
        "localhost",
        "#X.HTM#",
    ],
)
def test_it_refuses_what_names_no_host(text: str) -> None:
    """Addresses and scripts above all."""
    assert normalise_domain(text) is None


def test_it_takes_no_shared_host_for_a_company() -> None:
    """Mail providers and networks tell no company apart."""
    assert company_domain("acme.com") == "acme.com"
    assert company_domain("GMail.com") is None
    assert company_domain("https://www.linkedin.com/company/acme") is None
    assert belongs_to_many("acme.wordpress.com")


@pytest.mark.parametrize(
    "text",
    ["co.uk", "http://www.co.uk/", "com.au", "CO.JP", "com.br", "org.za", "gov.in", "com.tr", "plc.uk", "or.at",
     "asso.fr", "uk.com", "github.io", "acme.github.io", "acme.gitlab.io", "shop.herokuapp.com"],
)  # fmt: skip
def test_it_takes_no_suffix_for_a_company(text: str) -> None:
    """What many companies' domains end with is no company's."""
    assert company_domain(text) is None


@pytest.mark.parametrize(
    "text",
    ["foo.co.uk", "uk.foo.co.uk", "acme.com.au", "co.de", "net.de", "gov.com", "acme.uk", "acme.uk.com", "ac.be",
     "asso.com", "me.com.mx", "co2.uk", "web.de.com"],
)  # fmt: skip
def test_it_takes_what_stands_below_a_suffix(text: str) -> None:
    """With all that belongs to it, and what only looks like one."""
    assert company_domain(text) == text


@given(st.text())
def test_it_takes_any_text(text: str) -> None:
    """Without an error."""
    domain = normalise_domain(text)
    assert domain is None or normalise_domain(domain) == domain or domain.startswith("www.")
