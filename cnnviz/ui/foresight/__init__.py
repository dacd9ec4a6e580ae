"""What a choice leads to, sent to the browser before a hand makes it."""
