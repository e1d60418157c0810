"""What both VST3 hosts need: what the process holds, and the states that they wrap."""

import os
import sys

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


def has_grown(before, after, kilobytes):
    """Whether memory grew by more than this, or threads or files at all."""
    return after[0] - before[0] > kilobytes or after[1] > before[1] or after[2] > before[2]


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
