# SPDX-License-Identifier: GPL-3.0-or-later
"""An X server of one's own. Its number comes from the process: servers that pick the first free one get in one another's way when one
comes as another goes. And it does not begin anew when its last program goes: who comes in that moment would find no display."""

import os
import subprocess

FIRST = 100
NUMBERS = 30000
TRIES = 20


class XServer:
    made = 0

    def __init__(self, size):
        for _ in range(TRIES):
            number = FIRST + (os.getpid() * 7 + XServer.made) % NUMBERS
            XServer.made += 1
            if os.path.exists(f"/tmp/.X{number}-lock") or os.path.exists(f"/tmp/.X11-unix/X{number}"):
                continue
            read, write = os.pipe()
            self.process = subprocess.Popen(
                ["Xvfb", f":{number}", "-displayfd", str(write), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"],
                pass_fds=[write], stderr=subprocess.DEVNULL)
            os.close(write)
            with os.fdopen(read) as pipe:
                ready = pipe.readline().strip()
            if ready:
                self.name = f":{ready}"
                return
            self.process.wait(10)
        raise RuntimeError("Xvfb did not start")

    def close(self):
        self.process.terminate()
        self.process.wait(10)
