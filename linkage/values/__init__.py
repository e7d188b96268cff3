"""What records say, in comparable form."""
