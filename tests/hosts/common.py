"""What both VST3 hosts need: what the process holds, where a change is heard, and the states that they wrap."""

import os
import sys
import time

import numpy as np

# What changes the sound with the very frame, and where each goes.
AT_ONCE = (("A Trim", 0.0), ("Bypass", 1.0), ("Active", 1.0), ("Difference", 1.0))
# A knob turns in ticks of eight frames and is heard with the frame behind the one where its first tick begins.
KNOB, KNOB_WITHIN = ("A Gain", 1.0), 9

ALPHABET = ".ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+"


def fail(text):
    sys.exit(f"VST3, {text}")


def holdings():
    """Resident memory in kB, threads, open files; nothing away from Linux."""
    if not sys.platform.startswith("linux"):
        return None
    with open("/proc/self/status") as file:
        lines = dict(line.split(":", 1) for line in file if ":" in line)
    return int(lines["VmRSS"].split()[0]), int(lines["Threads"]), len(os.listdir("/proc/self/fd"))


def load_again_and_again(host, visit, loads, warm, kilobytes):
    """`visit(n)` loads, may play, and drops. After `warm` times memory may grow by so much, threads and files not at all."""
    start = time.time()
    for n in range(loads):
        if n == warm:
            before = holdings()
        visit(n)
    after = holdings()
    if after is None:
        return
    grown = [b - a for a, b in zip(before, after)]
    print(
        f"VST3, {host}: loaded {loads} times in {time.time() - start:.1f} s: "
        f"{grown[0]:+} kB, {grown[1]:+} threads, {grown[2]:+} files since the {warm}th"
    )
    if grown[0] > kilobytes or grown[1] > 0 or grown[2] > 0:
        fail(f"{host}: loading again and again leaves something behind: {before} became {after}")


def first_difference(still, moved):
    """Frame from which on one recording differs from the other; their length if none does."""
    frames = np.flatnonzero(np.any(still != moved, axis=0))
    return int(frames[0]) if len(frames) else still.shape[1]


def heard_where_drawn(host, how, due, play):
    """`play(name, to)` moves a parameter, `play()` none. A change has to be heard from frame `due` on, no sooner, no later."""
    still = play()
    for name, to in AT_ONCE:
        heard = first_difference(still, play(name, to))
        if heard != due:
            fail(f"{host}: {how}: `{name}` is heard from frame {heard} on, not from {due}")
    heard = first_difference(still, play(*KNOB))
    if not due <= heard < due + KNOB_WITHIN:
        fail(f"{host}: {how}: the knob `{KNOB[0]}` is heard from frame {heard} on, not within {KNOB_WITHIN} of {due}")
    names = ", ".join(name for name, _ in AT_ONCE)
    print(f"VST3, {host}: {how}: {names} heard from frame {due} on, {KNOB[0]} {heard - due} later")


def unwrapped(text):
    """Bytes of JUCE's base 64: a length, a dot, and six bits a letter, the lowest first."""
    length, letters = text.split(".", 1)
    data = bytearray()
    for at in range(0, len(letters), 4):
        four = letters[at : at + 4]
        bits = sum(ALPHABET.index(letter) << (6 * n) for n, letter in enumerate(four))
        data += bits.to_bytes(3, "little")
    return bytes(data[: int(length)])


def wrapped(data):
    letters = []
    for at in range(0, len(data), 3):
        three = data[at : at + 3]
        bits = int.from_bytes(three, "little")
        letters += [ALPHABET[(bits >> (6 * n)) & 63] for n in range((len(three) * 8 + 5) // 6)]
    return f"{len(data)}." + "".join(letters)
