"""The five agencies' files, each in its own house style."""
