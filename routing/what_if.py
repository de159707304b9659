"""What would happen to calls, played out by the clock of a scenario: the third shell of `next_step`, in pure form.

Ideal phones and no delays: what a switch adds (a second of a timer's grain, a set-up) is not here. Used by
`relais scenario --on simulator`.
"""

from __future__ import annotations

from collections.abc import Mapping

from routing.what_if_call import Playing
from routing.what_if_plan import HandAct, PlannedCall, Played, Scene, Seconds
from routing.what_if_talks import Talks, take
from routing.what_if_world import World

_MOST_STEPS = 200


def play_out(scene: Scene, calls: Mapping[str, PlannedCall], seconds_of: Seconds) -> dict[str, Played]:
    """Each call, by its id, until it is over. `seconds_of` tells how long a prompt is."""
    world = World(scene)
    talks = Talks(lambda device, at: next((run for run in runs.values() if run.asks(device, at)), None))
    world.calls_at = lambda at: [each for run in runs.values() for each in run.takeable(at)]
    world.taken = lambda by, ident, at: talks.add(take(runs[by], runs[ident], at))
    runs = {ident: Playing(ident, planned, world, seconds_of, talks) for ident, planned in calls.items()}
    acts = [each for each in world.happenings if isinstance(each, HandAct)]
    while True:
        going = [run for run in runs.values() if run.going and len(run.taken) < _MOST_STEPS]
        first = min(going, key=lambda run: run.began + run.at, default=None)
        if acts and (first is None or acts[0].at <= first.began + first.at):
            talks.perform(acts.pop(0))
        elif first is not None:
            first.step()
        else:
            break
    return {ident: run.played() for ident, run in runs.items()}
