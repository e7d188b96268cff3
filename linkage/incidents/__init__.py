"""Which events tell one happening."""
