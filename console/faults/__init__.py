"""What happens to callers, agents and records when a process dies or freezes: scripted runs, and their table (docs/faults.md)."""
