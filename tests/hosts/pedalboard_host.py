"""The built VST3 in pedalboard: every parameter, states whole and broken, many instances, many loads.

usage: pedalboard_host.py BUNDLE
"""

import re
import sys
import time
from unittest import mock

import numpy as np
import pedalboard
from pedalboard._pedalboard import _PythonExternalPluginMixin as Texts

from common import fail, heard_where_drawn, load_again_and_again, unwrapped, wrapped

RATE = 48_000
BLOCK = 512
INSTANCES = 32
LOADS = 200
# Loads after which the allocator has what it needs, how many apart one plays, and growth after that, in kB.
WARM = 50
PLAYED = 10
TOL_GROWTH = 8192
CUTS = 8
FLIPS = 16
LONG = 1 << 20
# A border between two calls, which is none of blocks.
BORDER = 5003


def load():
    return pedalboard.load_plugin(sys.argv[1])


def load_bare():
    """Without pedalboard's first question in Python, which takes longer than the load: the text of every parameter at
    a thousand positions. The sweep and the states have it asked."""
    with mock.patch.object(Texts, "__set_initial_parameter_values__", lambda *_: None):
        return load()


def parameter(plugin, name):
    return next(one for one in plugin._parameters if one.name == name)


def noise(frames):
    return (np.random.default_rng(1).standard_normal((2, frames)) * 0.05).astype(np.float32)


def play(plugin, x, what, reset=False):
    """With a reset pedalboard may load the plugin anew."""
    y = plugin.process(x, RATE, buffer_size=BLOCK, reset=reset)
    if y.shape != x.shape or not np.all(np.isfinite(y)):
        fail(f"pedalboard: {what}: {y.shape}, or a sample that is not a number")
    return y


def settle(plugin):
    """A host's settings reach a VST3 with the audio, and what they choose is built meanwhile."""
    for _ in range(2):
        plugin.process(np.zeros((2, RATE // 2), np.float32), RATE, buffer_size=BLOCK, reset=False)
        time.sleep(0.3)


def values(plugin):
    return [one.raw_value for one in plugin._parameters]


def sweep(plugin, x):
    start = values(plugin)
    for n, one in enumerate(plugin._parameters):
        for value in (0.0, 1.0, start[n]):
            one.raw_value = value
            play(plugin, x, f"`{one.name}` at {value}")
    if values(plugin) != start:
        fail("pedalboard: after a sweep and back the parameters are not what they were")
    print(f"VST3, pedalboard: {len(start)} parameters swept")


def restores(plugin, x):
    parameter(plugin, "A Gain").raw_value = 0.75
    settle(plugin)
    state, sound, before = plugin.raw_state, play(plugin, x, "as saved", reset=True), values(plugin)
    for one in plugin._parameters:
        one.raw_value = 1.0 if one.raw_value < 0.5 else 0.0
    settle(plugin)
    plugin.raw_state = state
    settle(plugin)
    if values(plugin) != before or not np.array_equal(play(plugin, x, "restored", reset=True), sound):
        fail("pedalboard: a restored state is not what was saved")
    print("VST3, pedalboard: everything changed and restored, equal in every bit")

    # Inside pedalboard's wrapping lies what the plugin itself wrote.
    inner = re.search(rb"<IComponent>([^<]*)", state).group(1)
    own = unwrapped(inner.decode())
    if wrapped(own) != inner.decode():
        fail("pedalboard: its states are wrapped in another way than this test knows")
    chance = np.random.default_rng(2).bytes
    broken = [own[: n * len(own) // CUTS] for n in range(CUTS)] + [chance(len(own)), b"[" * LONG, bytes(LONG)]
    broken += [own[:at] + bytes([own[at] ^ 128]) + own[at + 1 :] for at in range(0, len(own), len(own) // FLIPS)]

    def put(body):
        text = state.replace(inner, wrapped(body).encode())
        xml_length = len(text) - 9
        plugin.raw_state = text[:4] + xml_length.to_bytes(4, "little") + text[8:]
        if values(plugin) != before:
            fail(f"pedalboard: a broken state of {len(body)} bytes moved a parameter")

    # While it plays on, as a host may hand them over.
    parts = np.array_split(x, len(broken), axis=1)
    go_on = lambda part: plugin.process(part, RATE, buffer_size=BLOCK, reset=False)
    plugin.reset()
    alone = [go_on(part) for part in parts]
    plugin.reset()
    for body, part, wanted in zip(broken, parts, alone, strict=True):
        put(body)
        if not np.array_equal(go_on(part), wanted):
            fail(f"pedalboard: a broken state of {len(body)} bytes changed the sound while it played")
    print(f"VST3, pedalboard: {len(broken)} broken states loaded while playing change not a bit of the sound")


def automation(x):
    """What is set between two calls is heard from the border on, behind the plugin's own latency."""

    def play_on(block, name=None, to=None):
        plugin = load_bare()
        go_on = lambda part: plugin.process(part, RATE, buffer_size=block, reset=False)
        before = go_on(x[:, :BORDER])
        if name:
            parameter(plugin, name).raw_value = to
        return np.concatenate([before, go_on(x[:, BORDER:])], axis=1)

    due = BORDER + load_bare().reported_latency_samples
    for block in (BLOCK, 37):
        how = f"set at frame {BORDER}, in blocks of {block}"
        heard_where_drawn("pedalboard", how, due, lambda *move: play_on(block, *move))


def crowd(x):
    alone = play(load_bare(), x, "alone")
    together = [load_bare() for _ in range(INSTANCES)]
    for plugin in together:
        if not np.array_equal(play(plugin, x, "in a crowd"), alone):
            fail(f"pedalboard: one of {INSTANCES} instances sounds different")
    print(f"VST3, pedalboard: {INSTANCES} instances in one process, each equal in every bit to one alone")


def loads(x):
    def visit(n):
        plugin = load_bare()
        if n % PLAYED == 0:
            play(plugin, x, f"load {n}")

    load_again_and_again("pedalboard", visit, LOADS, WARM, TOL_GROWTH)


sweep(load(), noise(64))
automation(noise(RATE // 4))
restores(load(), noise(RATE // 4))
crowd(noise(RATE // 8))
loads(noise(RATE // 8))
