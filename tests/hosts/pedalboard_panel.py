"""The panel of the built VST3 in pedalboard's window, on the screen that DISPLAY names, until the process is ended.

usage: pedalboard_panel.py BUNDLE whole|broken

Before it opens, the plugin is given its own state back: as it was, or broken off in the middle.
"""

import ctypes
import re
import sys
import threading

import pedalboard

from common import unwrapped, wrapped

plugin = pedalboard.load_plugin(sys.argv[1])
state = plugin.raw_state
inner = re.search(rb"<IComponent>([^<]*)", state).group(1)
own = unwrapped(inner.decode())
if sys.argv[2] == "broken":
    own = own[: len(own) // 2]
text = state.replace(inner, wrapped(own).encode())
plugin.raw_state = text[:4] + (len(text) - 9).to_bytes(4, "little") + text[8:]

# pedalboard asks what only a window manager answers, and an X11 program ends with the first error that no one takes.
take = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda *_: 0)
ctypes.CDLL("libX11.so.6").XSetErrorHandler(take)
plugin.show_editor(threading.Event())
