"""Made-up certificates for two hubs on loopback: one that holds, and what a hub has to turn away."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# Hours from now from which, and to which, a certificate holds.
HOLDS: Final = (-1, 24)
IS_OVER: Final = (-24, -1)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate and its key as PEM files, with the authority that signed it."""

    certificate: Path
    key: Path
    authority: Path


class Authority:
    """An authority of its own, known by nobody until its file is given to them."""

    def __init__(self, folder: Path) -> None:
        """Make its key, and its certificate in ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("Authority of two made-up hubs")
        self.file = folder / "authority.pem"
        usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
        self._write(
            self.file,
            self._about(self._name, self._key.public_key(), (-48, 48))
            .add_extension(x509.BasicConstraints(True, None), critical=True)
            .add_extension(usage, critical=True),
        )

    def certify(self, name: str, hours: tuple[int, int] = HOLDS) -> Certificate:
        """A certificate for 127.0.0.1."""
        key = ec.generate_private_key(ec.SECP256R1())
        found = Certificate(self._folder / f"{name}.pem", self._folder / f"{name}.key", self.file)
        here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        self._write(
            found.certificate,
            self._about(_named(name), key.public_key(), hours).add_extension(here, critical=False),
        )
        found.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return found

    def _about(
        self, name: x509.Name, key: ec.EllipticCurvePublicKey, hours: tuple[int, int]
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + timedelta(hours=hours[0]))
            .not_valid_after(now + timedelta(hours=hours[1]))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
            )
        )

    def _write(self, file: Path, about: x509.CertificateBuilder) -> None:
        file.write_bytes(about.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
