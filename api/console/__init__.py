"""The web console: pages rendered on the server, usable with scripts off."""
