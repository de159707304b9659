"""The shape of everything that comes in or goes out, and the thin loaders that use it."""
