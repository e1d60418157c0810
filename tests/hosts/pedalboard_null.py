"""Plays a take through the built VST3 in pedalboard and takes away what `loadline render` made of it.

usage: pedalboard_null.py JOB.json

The job names the bundle, the take, the render, the plugin's parameters in order (name, position from 0 to 1),
and the limit in dBFS. Exit status 0 if the peak of the difference is within the limit.
"""

import json
import sys
import time

import numpy as np
import pedalboard
from pedalboard.io import AudioFile

BLOCK = 512


def read(path):
    with AudioFile(path) as file:
        samples = file.read(file.frames)
        return (np.repeat(samples, 2, axis=0) if len(samples) == 1 else samples), file.samplerate


def main(job):
    take, rate = read(job["take"])
    rendered, rendered_rate = read(job["rendered"])
    if rate != rendered_rate or take.shape != rendered.shape:
        sys.exit(f"the take is {take.shape} at {rate} Hz, the render {rendered.shape} at {rendered_rate} Hz")

    plugin = pedalboard.load_plugin(job["bundle"])
    # By place: looked up by name, pedalboard first tries each parameter at a thousand positions.
    for parameter, wanted in zip(plugin._parameters, job["parameters"], strict=True):
        if parameter.name != wanted["name"]:
            sys.exit(f"VST3 parameter {parameter.index} is `{parameter.name}`, in the CLAP it is `{wanted['name']}`")
        parameter.raw_value = wanted["normalized"]

    # A host's settings reach a VST3 with the audio: let them arrive, glide and crossfade, then start afresh.
    silence = np.zeros((2, int(rate)), np.float32)
    for _ in range(2):
        plugin.process(silence, rate, buffer_size=BLOCK, reset=False)
        time.sleep(0.2)
    played = plugin.process(take, rate, buffer_size=BLOCK, reset=True)
    if played.shape != take.shape:
        sys.exit(f"pedalboard gave {played.shape}, not {take.shape}")

    left = float(np.max(np.abs(played.astype(np.float64) - rendered)))
    if not np.isfinite(left):
        sys.exit("the plugin gave a sample that is not a number")
    null = 20 * np.log10(left) if left > 0 else -np.inf
    print(f"null of {job['label']}: " + (f"{null:.1f} dBFS" if left > 0 else "equal in every bit"))
    if null > job["limit_dbfs"]:
        sys.exit(f"{job['label']}: the plugin differs from the engine by {null:.1f} dBFS, the limit is {job['limit_dbfs']} dBFS")


with open(sys.argv[1]) as file:
    main(json.load(file))
