"""Charts that pages share, drawn by the browser."""
