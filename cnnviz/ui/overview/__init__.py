"""The whole network at a glance, for the pages that show it."""
