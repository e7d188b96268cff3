"""What is compared, and the numbers learnt for it."""
