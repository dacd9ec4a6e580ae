"""Find: a search over pages, views, terms, pictures and networks, and the glossary."""
