"""The exchange between hubs over HTTP: signed messages in and out (docs/exchange-protocol.md)."""
