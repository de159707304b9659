"""A company of any size, as plain data: everybody with phones, hours, a mobile, and colleagues who take over."""

from __future__ import annotations

from typing import Any

WORK_DAYS = ["mon", "tue", "wed", "thu", "fri"]


def large_company(users: int) -> dict[str, Any]:
    """`users` people in teams of ten, a direct number and an outside number each, a queue a hundred."""
    people = {str(100_000 + n): _user(n, users) for n in range(users)}
    names = list(people)
    teams = {f"T-{n}": {"members": names[n * 10 : n * 10 + 10]} for n in range(users // 10)}
    return {
        "format": 1,
        "account": {
            "id": "large",
            "name": "Large",
            "domain": "large.example",
            "time_zone": "America/Toronto",
            "operator": {"action": "extension", "extension": names[0]},
            "extension_length": 6,
        },
        "prompts": {"G": {"file": "g.wav", "seconds": 5}},
        "numbers": {
            "N-MAIN": {"number": "+15145550100", "handling": "main", "make_calls": True},
            **{
                f"D-{n}": {"number": f"+1514{6_000_000 + n}", "extension": name}
                for n, name in enumerate(names)
            },
        },
        "handlings": {"main": _handling(len(teams))},
        "users": people,
        "teams": teams,
        "queues": {f"Q-{n}": _queue(n) for n in range(users // 100)},
    }


def _user(n: int, users: int) -> dict[str, Any]:
    extension, colleague = str(100_000 + n), str(100_000 + n + 1)
    last = n % 10 == 9 or n + 1 >= users
    take_over = {"action": "voicemail"} if last else {"action": "extension", "extension": colleague}
    return {
        "name": f"User {n}",
        "devices": {f"{extension}a": {"kind": "sip"}, f"{extension}b": {"kind": "softphone"}},
        "external_numbers": {"mobile": {"number": f"+1438{5_000_000 + n}", "country": "CA"}},
        "schedule": {"openings": [{"days": WORK_DAYS, "start": "08:00", "end": f"1{n % 8}:30"}]},
        "open": {
            "ring": {"mode": "sequential", "seconds": 15, "order": [f"{extension}a", "mobile"]},
            "unanswered": take_over,
        },
        "closed": {"unanswered": {"action": "voicemail"}},
        "exceptions": {
            "X": {
                "range": {"first": "2026-12-20", "last": "2027-01-05"},
                "steps": [{"action": "voicemail", "greeting": "G"}],
            }
        },
    }


def _handling(teams: int) -> dict[str, Any]:
    rules = [
        {"id": f"R-{n}", "callers": [f"+1418{n:04}*"], "steps": [{"action": "ring", "teams": [f"T-{n}"]}]}
        for n in range(min(teams, 100))
    ]
    return {"rules": rules, "open": [{"action": "greeting", "prompt": "G"}]}


def _queue(n: int) -> dict[str, Any]:
    return {
        "extension": str(700_000 + n),
        "teams": [f"T-{n}"],
        "max_wait": 60,
        "overflow": [{"reason": "wait", "to": {"action": "voicemail", "box": str(100_000 + n)}}],
    }
