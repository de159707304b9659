"""A stand-in for FreeSWITCH: executes our dialplan XML with scripted phones and speaks the event socket.

It knows nothing of how answers are made: it asks over HTTP, reads text and obeys, by the rules measured on
FreeSWITCH 1.10.12 (freeswitch-facts, tests/captures). What it does not know it refuses loudly.
"""
