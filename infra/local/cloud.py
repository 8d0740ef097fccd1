"""Runs the local cloud, and ends it with every process that it started once its starter is gone.

The starter holds the other end of standard input. However the starter ends, killed included, that end closes.
"""

import contextlib
import os
import signal
import sys
import threading


def end_with_starter():
    while os.read(sys.stdin.fileno(), 4096):
        pass
    for name in ("endpoints.json", "outputs.json"):  # nothing answers at these addresses any more
        with contextlib.suppress(OSError):
            os.remove(os.path.join(directory, name))
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(0)


directory = sys.argv[1]
threading.Thread(target=end_with_starter, daemon=True).start()

import lighter  # noqa: E402  (after the watch: loading takes a second)

lighter.keep_parsed_expressions()
lighter.serve()
