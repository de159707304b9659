"""One module a sub-command of `relais`."""
