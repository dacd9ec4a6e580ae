"""A picture that is painted on with a brush: what a visitor has painted, and the component."""
