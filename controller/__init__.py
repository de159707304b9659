"""The shell which follows live calls: event sockets, one state machine a call, supervision."""
