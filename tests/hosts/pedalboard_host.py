"""The built VST3 in pedalboard: every parameter, states whole and broken, many instances, many loads.

usage: pedalboard_host.py BUNDLE
"""

import re
import sys
import time

import numpy as np
import pedalboard

from common import fail, load_again_and_again, unwrapped, wrapped

RATE = 48_000
BLOCK = 512
INSTANCES = 32
# pedalboard tries out at each load what a reset does, 0.3 s of work; DawDreamer and clack-host load 200 times.
LOADS = 40
# Loads after which the allocator has what it needs; growth after that, in kB.
WARM = 10
TOL_GROWTH = 8192
CUTS = 8


def load():
    return pedalboard.load_plugin(sys.argv[1])


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
    return [parameter.raw_value for parameter in plugin._parameters]


def sweep(plugin, x):
    start = values(plugin)
    for n, parameter in enumerate(plugin._parameters):
        for value in (0.0, 1.0, start[n]):
            parameter.raw_value = value
            play(plugin, x, f"`{parameter.name}` at {value}")
    if values(plugin) != start:
        fail("pedalboard: after a sweep and back the parameters are not what they were")
    print(f"VST3, pedalboard: {len(start)} parameters swept")


def restores(plugin, x):
    plugin._parameters[[p.name for p in plugin._parameters].index("A Gain")].raw_value = 0.75
    settle(plugin)
    state, sound, before = plugin.raw_state, play(plugin, x, "as saved", reset=True), values(plugin)
    for parameter in plugin._parameters:
        parameter.raw_value = 1.0 if parameter.raw_value < 0.5 else 0.0
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
    broken = [own[: n * len(own) // CUTS] for n in range(CUTS)] + [chance(len(own)), b"[" * (1 << 20)]
    for body in broken:
        text = state.replace(inner, wrapped(body).encode())
        xml_length = len(text) - 9
        plugin.raw_state = text[:4] + xml_length.to_bytes(4, "little") + text[8:]
        if values(plugin) != before:
            fail(f"pedalboard: a broken state of {len(body)} bytes moved a parameter")
    if not np.array_equal(play(plugin, x, "after broken states", reset=True), sound):
        fail("pedalboard: a broken state changed the sound")
    print(f"VST3, pedalboard: {len(broken)} broken states change nothing")


def crowd(x):
    alone = play(load(), x, "alone")
    together = [load() for _ in range(INSTANCES)]
    for plugin in together:
        if not np.array_equal(play(plugin, x, "in a crowd"), alone):
            fail(f"pedalboard: one of {INSTANCES} instances sounds different")
    print(f"VST3, pedalboard: {INSTANCES} instances in one process, each equal in every bit to one alone")


def loads(x):
    def visit(n):
        plugin = load()
        if n % WARM == 0:
            play(plugin, x, f"load {n}")

    load_again_and_again("pedalboard", visit, LOADS, WARM, TOL_GROWTH)


sweep(load(), noise(64))
restores(load(), noise(RATE // 4))
crowd(noise(RATE // 8))
loads(noise(RATE // 8))
