"""`relais run`: starts every process of an installation in order, watches them, stops them in order.

Nothing here is monkey-patched: children are forked from the main thread, which the kernel's
parent-death signal is bound to.
"""
