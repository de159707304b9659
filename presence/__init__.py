"""Agent state: intent, connectivity, activity, and what is derived from them; the clock of the system."""
