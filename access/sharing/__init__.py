"""What is released, protected, agreed and told back, and the glass that breaks."""
