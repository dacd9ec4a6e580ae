"""Reading what print(model) shows: its lines, and what they leave unsaid."""
