"""What networks are pasted with beside torch: other libraries, and the options of a program."""
