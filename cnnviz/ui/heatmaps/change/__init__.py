"""The view `change`: a picture erased by hand, moved along its gradient, or beside another."""
