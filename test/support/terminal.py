"""Runs a program in a terminal and closes that once the program has said a word: as a window that is closed."""

import os
import pty
import sys

word, *command = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
print(child, flush=True)
said = b""
while word.encode() not in said:
    said += os.read(terminal, 4096)
os.close(terminal)
os.waitpid(child, 0)
