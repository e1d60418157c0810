"""The built VST3 in DawDreamer: every parameter, automation at every sample, states, many instances, many loads.

usage: dawdreamer_host.py BUNDLE
"""

import os
import struct
import sys
import tempfile

import dawdreamer
import numpy as np

from common import fail, heard_where_drawn, load_again_and_again

RATE = 48_000
BLOCK = 512
INSTANCES = 32
LOADS = 200
WARM = 50
TOL_GROWTH = 8192
DRAWN = 5003
CLASS_ID = b"LoadlinePreampAB".hex().upper().encode()
CUTS = 8
LONG = 100 << 20


class Host:
    """An engine with noise into the plugin."""

    def __init__(self, block=BLOCK):
        self.engine = dawdreamer.RenderEngine(RATE, block)
        self.plugin = self.engine.make_plugin_processor("loadline", sys.argv[1])
        noise = (np.random.default_rng(1).standard_normal((2, RATE)) * 0.05).astype(np.float32)
        source = self.engine.make_playback_processor("noise", noise)
        self.engine.load_graph([(source, []), (self.plugin, ["noise"])])
        self.names = [one["name"] for one in self.plugin.get_parameters_description()]

    def play(self, seconds, what):
        self.engine.render(seconds)
        audio = self.engine.get_audio()
        if not np.all(np.isfinite(audio)):
            fail(f"DawDreamer: {what}: a sample is not a number")
        return audio

    def values(self):
        return [self.plugin.get_parameter(n) for n in range(len(self.names))]


def sweep():
    host = Host()
    start = host.values()
    for n, name in enumerate(host.names):
        for value in (0.0, 1.0, start[n]):
            host.plugin.set_parameter(n, value)
            host.play(0.002, f"`{name}` at {value}")
    if not np.allclose(host.values(), start, atol=1e-6):
        fail("DawDreamer: after a sweep and back the parameters are not what they were")
    print(f"VST3, DawDreamer: {len(start)} parameters swept")


def automation():
    """DawDreamer reads a drawn curve at each block's first frame: there it has to be heard, and in blocks of one frame
    where it was drawn. The plugin's own latency lies between."""

    def play(block, name=None, to=None):
        host = Host(block)
        if name:
            at = host.names.index(name)
            curve = np.full(RATE // 4, host.plugin.get_parameter(at), np.float32)
            curve[DRAWN:] = to
            host.plugin.set_automation(at, curve)
        return host.play(0.25, f"{name} automated")

    host = Host()
    latency = host.plugin.get_latency_samples()
    for block in (BLOCK, 37, 1):
        due = -(-DRAWN // block) * block + latency
        how = f"drawn at frame {DRAWN}, in blocks of {block}"
        heard_where_drawn("DawDreamer", how, due, lambda *move: play(block, *move))


def ramp():
    """A ramp of the trim drawn at every sample, in two sizes of blocks."""
    for block in (BLOCK, 64):
        host = Host(block)
        trim = host.names.index("A Trim")
        start = host.plugin.get_parameter(trim)
        still = host.play(0.5, "still")
        curve = np.full(RATE // 2, start)
        curve[RATE // 4 :] = np.linspace(start, 0.0, RATE // 4)
        host.plugin.set_automation(trim, curve.astype(np.float32))
        ramped = host.play(0.5, "automated")
        level = lambda x: 20 * np.log10(np.sqrt(np.mean(x.astype(float) ** 2)))
        early = level(ramped[:, : RATE // 5]) - level(still[:, : RATE // 5])
        late = level(ramped[:, -RATE // 50 :]) - level(still[:, -RATE // 50 :])
        print(f"VST3, DawDreamer: trim ramped in blocks of {block}: {early:+.2f} dB before, {late:+.2f} dB at its end")
        if abs(early) > 0.01 or late > -10:
            fail("DawDreamer: automation does not do what was drawn")


def restores():
    host = Host()
    host.plugin.set_parameter(host.names.index("A Gain"), 0.75)
    host.play(0.5, "settling")
    sound, before = host.play(0.5, "as saved"), host.values()
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "state")
        host.plugin.save_state(file)
        other = Host()
        other.plugin.load_state(file)
        other.play(0.5, "settling")
        if other.values() != before or not np.array_equal(other.play(0.5, "restored"), sound):
            fail("DawDreamer: a restored state is not what was saved")
    print("VST3, DawDreamer: restored in another instance, equal in every bit")


def vst3_preset(body):
    """Steinberg's preset file: class, the component's state, and a list of where that lies."""
    head = b"VST3" + struct.pack("<i", 1) + CLASS_ID + struct.pack("<q", 48 + len(body))
    return head + body + b"List" + struct.pack("<i", 1) + b"Comp" + struct.pack("<qq", 48, len(body))


def refuses():
    """Of a state in a VST3 preset file a host learns whether the plugin took it."""
    host = Host()
    host.play(0.5, "settling")
    sound = host.play(0.5, "before")
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "loadline.vstpreset")

        def taken(body):
            with open(file, "wb") as preset:
                preset.write(vst3_preset(body))
            try:
                return host.plugin.load_vst3_preset(file)
            except RuntimeError:
                return False

        whole = b'{"version":"0.1.0","params":{"a_gain":{"f32":0.75}},"fields":{}}'
        chance = np.random.default_rng(3).bytes
        broken = [whole[: n * len(whole) // CUTS] for n in range(CUTS)]
        broken += [chance(4096), b"[" * LONG, bytes(LONG), b'{"version":"0.1.0","params":[],"fields":{}}']
        broken += [whole[:at] + bytes([whole[at] ^ 128]) + whole[at + 1 :] for at in range(len(whole))]
        broken.append(whole.replace(b'"fields":{}', b'"fields":{"form":"2"}'))
        for body in broken:
            if taken(body):
                fail(f"DawDreamer: a broken state of {len(body)} bytes was taken")
        if not np.array_equal(host.play(0.5, "after broken states"), sound):
            fail("DawDreamer: a broken state changed the sound")
        if not taken(whole):
            fail("DawDreamer: a whole state was refused")
        host.play(0.5, "settling")
        if np.array_equal(host.play(0.5, "after a whole state"), sound):
            fail("DawDreamer: a whole state changes nothing, which proves nothing")
    print(f"VST3, DawDreamer: {len(broken)} broken states are refused, the host is told, and nothing changes")


def crowd():
    hosts = [Host() for _ in range(INSTANCES)]
    played = [host.play(0.1, "in a crowd") for host in hosts]
    if not all(np.array_equal(one, played[0]) for one in played):
        fail(f"DawDreamer: one of {INSTANCES} instances sounds different")
    print(f"VST3, DawDreamer: {INSTANCES} instances in one process, all equal in every bit")


def loads():
    def visit(n):
        host = Host()
        if n % 10 == 0:
            host.play(0.1, f"load {n}")

    load_again_and_again("DawDreamer", visit, LOADS, WARM, TOL_GROWTH)


for check in (sweep, automation, ramp, restores, refuses, crowd, loads):
    check()
