"""The core: values in, a decision with reasons out. No I/O, no clock, no chance, no globals."""
