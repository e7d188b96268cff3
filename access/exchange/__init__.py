"""What hubs ask and tell each other about one person."""
