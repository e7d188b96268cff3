"""Whether other hubs can be talked to: this hub's certificate, and each partner's address."""

import ssl
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import httpx
from cryptography import x509

from mashlink.checkups import PATIENCE_SECONDS, Checkup, Patient, clocks_apart
from mashlink.wiring import open_ledger, transport_of
from records.errors import MashlinkError
from records.ledger import Partner

_RENEW_BEFORE: Final = timedelta(days=30)


def check_partners(patient: Patient) -> Iterator[Checkup]:
    """This hub's certificate is good for a while yet, and each partner answers at its address and agrees about the time."""
    yield from _certificate(patient)
    if not patient.has_ledger:
        return
    try:
        with open_ledger(patient.store, patient.settings) as ledger:
            partners = ledger.state().exchange.partners
    except MashlinkError:
        return  # told by the check of the ledger
    if not partners:
        return
    try:
        context = transport_of(patient.settings).context()
    except ssl.SSLError:
        yield Checkup(
            "partners", "ill", "Certificate, key and authorities of the settings do not belong together.",
            "Correct exchange_certificate, exchange_certificate_key and exchange_authority.",
        )  # fmt: skip
        return
    for key in sorted(partners):
        yield from _answers(patient, partners[key], context)


def _certificate(patient: Patient) -> Iterator[Checkup]:
    file = patient.settings.exchange_certificate
    if file is None:
        return
    try:
        ends = x509.load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc
    except ValueError:
        yield Checkup("partners", "ill", f"{file}: no certificate in PEM.", "Correct exchange_certificate.")
        return
    left = ends - patient.now
    if left < timedelta():
        yield Checkup("partners", "ill", f"{file}: the certificate ran out on {ends:%Y-%m-%d}.", "Renew it.")
    elif left < _RENEW_BEFORE:
        yield Checkup(
            "partners", "look", f"{file}: the certificate runs out on {ends:%Y-%m-%d}.", "Renew it."
        )
    else:
        yield Checkup("partners", "well", f"The certificate is good until {ends:%Y-%m-%d}.")


def _answers(patient: Patient, partner: Partner, context: ssl.SSLContext) -> Iterator[Checkup]:
    """Whatever a partner answers to an empty request shows that it is there; nothing of anybody is asked."""
    try:
        answer = httpx.get(
            partner.address, verify=context, timeout=PATIENCE_SECONDS, trust_env=False, follow_redirects=False
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        yield Checkup(
            "partners", "look", f"{partner.name} does not answer at {partner.address} ({type(error).__name__}).",
            f"Ask them ({partner.contact}); for a new address keep their new card (docs/exchange-protocol.md).",
        )  # fmt: skip
        return
    yield Checkup("partners", "well", f"{partner.name} answers.")
    apart = clocks_apart(answer, patient.now)
    if apart is not None:
        yield Checkup(
            "clock", "look", f"This host's clock and that of {partner.name} differ by {apart.seconds} seconds.",
            "Set both by NTP: signed messages would count as too old, or from the future.",
        )  # fmt: skip
