"""Events handled per CPU second: our connection against stock greenswitch, on the same stream.

A child process plays the switch and sends events of a SIP call, about 8 kB each, over loopback TCP: to
greenswitch in the format it can read (`plain`), to us in the one we ask for (`json`). Both call one
handler per event, which reads three headers. Only the receiving process is measured, user and system time.

    python -m benchmarks.esl_events [events]
"""

from __future__ import annotations

import gc
import json
import multiprocessing
import resource
import socket
import statistics
import sys
from collections.abc import Callable
from urllib.parse import quote

import gevent.event
from greenswitch.esl import InboundESL

from controller.esl import ESLConnection, Event

TARGET = 4.0
ROUNDS = 5
VARIANTS = 64
"""Different events in the stream, so that nothing can be cached that would not be in life."""


def headers(number: int) -> dict[str, str]:
    """200 headers, as a CHANNEL_ANSWER of a SIP call has them: many short, some long, some escaped."""
    uuid = f"{number:08x}-0b8e-4d7a-9c5f-3f1f0a9a{number % 9999:04d}"
    values = {
        "Event-Name": "CHANNEL_ANSWER",
        "Core-UUID": "0cbfb23d-beec-43ff-9427-7eb6a7aa7875",
        "FreeSWITCH-Hostname": "switch-1.example",
        "Event-Date-Local": "2026-11-23 05:59:49",
        "Event-Date-Timestamp": str(1795413589285795 + number),
        "Event-Sequence": str(number),
        "Unique-ID": uuid,
        "Channel-Call-UUID": uuid,
        "Channel-Name": "sofia/internal/1001@boreal.example:5060",
        "Caller-Caller-ID-Name": "Garage Nord",
        "Caller-Caller-ID-Number": "+14505550199",
        "variable_sip_contact_uri": "1001@192.0.2.17:5060;transport=udp",
        "variable_switch_r_sdp": "v=0\r\no=- 1 1 IN IP4 192.0.2.17\r\ns=-\r\nc=IN IP4 192.0.2.17\r\nt=0 0\r\n"
        "m=audio 40000 RTP/AVP 0 8 9 101\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n" * 2,
    }
    for i in range(200 - len(values)):
        text = ("sofia/gateway/trunk %d", "2026-11-23 05:59:%02d", "true", "PCMU,PCMA %d", "1795413589%06d")[
            i % 5
        ]
        values[f"variable_setting_{i:03d}"] = text % (number + i) if "%" in text else text
    return values


def json_message(values: dict[str, str]) -> bytes:
    """As `event json` writes it."""
    body = json.dumps(values, separators=(",", ":")).encode()
    return b"Content-Length: %d\nContent-Type: text/event-json\n\n" % len(body) + body


def plain_message(values: dict[str, str]) -> bytes:
    """As `event plain` writes it."""
    body = "".join(f"{name}: {quote(value, safe='/:@;=,+-.')}\n" for name, value in values.items()) + "\n"
    return f"Content-Length: {len(body)}\nContent-Type: text/event-plain\n\n{body}".encode()


def play_switch(
    ports: multiprocessing.SimpleQueue[int], message: Callable[[dict[str, str]], bytes], count: int
) -> None:
    """Admit one client, wait for its subscription, and send the events as fast as they are read."""
    variants = [message(headers(i)) for i in range(VARIANTS)]
    chunks = [b"".join(variants[i : i + 8]) for i in range(0, VARIANTS, 8)]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ports.put(listener.getsockname()[1])
        sock, _ = listener.accept()
    sock.sendall(b"Content-Type: auth/request\n\n")
    sock.recv(1000)
    sock.sendall(b"Content-Type: command/reply\nReply-Text: +OK accepted\n\n")
    sock.recv(1000)
    sock.sendall(b"Content-Type: command/reply\nReply-Text: +OK\n\n")
    for i in range(count // 8):
        sock.sendall(chunks[i % len(chunks)])
    sock.recv(1000)


def cpu_seconds() -> float:
    """Used by this process so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def seconds_per_event(
    make: Callable[[int], InboundESL], message: Callable[[dict[str, str]], bytes], count: int
) -> float:
    """CPU seconds for one event, from the wire to the end of its handler."""
    ports: multiprocessing.SimpleQueue[int] = multiprocessing.SimpleQueue()
    switch = multiprocessing.Process(target=play_switch, args=(ports, message, count))
    switch.start()
    client = make(ports.get())
    done = gevent.event.Event()
    seen: list[int] = [0]

    def handle(event: Event) -> None:
        values = event.headers
        if values["Unique-ID"] and values["Event-Sequence"] and values["variable_switch_r_sdp"]:
            seen[0] += 1
        if seen[0] == count:
            done.set()

    client.register_handle("CHANNEL_ANSWER", handle)
    client.connect()
    gc.collect()
    began = cpu_seconds()
    client.send(
        "event json CHANNEL_ANSWER" if isinstance(client, ESLConnection) else "event plain CHANNEL_ANSWER"
    )
    if not done.wait(300):
        raise SystemExit(f"only {seen[0]} of {count} events came")
    used = cpu_seconds() - began
    client.sock.close()
    switch.terminate()
    switch.join()
    return used / count


def main() -> None:
    """Alternate the two, so that a machine that slows down slows both, and print the medians."""
    count = (int(sys.argv[1]) if len(sys.argv) > 1 else 8000) // 8 * 8
    stock: list[float] = []
    ours: list[float] = []
    for _ in range(ROUNDS):
        stock.append(seconds_per_event(lambda port: InboundESL("127.0.0.1", port, "x"), plain_message, count))
        ours.append(
            seconds_per_event(lambda port: ESLConnection("127.0.0.1", port, "x"), json_message, count)
        )
    sizes = len(plain_message(headers(1))), len(json_message(headers(1)))
    slow, fast = statistics.median(stock), statistics.median(ours)
    print(
        f"{count} events of {sizes[0]} B plain, {sizes[1]} B JSON, {len(headers(1))} headers; median of {ROUNDS}"
    )
    print(f"greenswitch   {slow * 1e6:7.1f} us CPU an event  {1 / slow:9,.0f} events per CPU second")
    print(f"controller.esl{fast * 1e6:7.1f} us CPU an event  {1 / fast:9,.0f} events per CPU second")
    print(f"ratio {slow / fast:.1f}x (target {TARGET:.0f}x)")
    sys.exit(0 if slow / fast >= TARGET else 1)


if __name__ == "__main__":
    main()
