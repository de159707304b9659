"""Decisions as XML: what each step asks the switch to do, one encoder a sink, files checked before they are named."""
