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
    bits = sum(ALPHABET.index(letter) << (6 * n) for n, letter in enumerate(letters))
    return bits.to_bytes(len(letters) * 6 // 8 + 1, "little")[: int(length)]


def wrapped(data):
    bits, letters = int.from_bytes(data, "little"), []
    for n in range((len(data) * 8 + 5) // 6):
        letters.append(ALPHABET[(bits >> (6 * n)) & 63])
    return f"{len(data)}." + "".join(letters)
