"""What a visitor brought, as HTML."""
