"""A digit that is moved, what two networks say of it, and what each of their layers keeps of it."""
