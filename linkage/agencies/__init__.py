"""Which agency a name in free text stands for."""
