# SPDX-License-Identifier: Apache-2.0
"""terminal.py COLUMNS COMMAND... - run with a terminal as standard error; print what was written there.

Standard output goes to the file "stdout".  Each carriage return begins a new line of what is printed,
as "\\r" and the text.  The exit status is that of the command."""
import fcntl, os, pty, struct, subprocess, sys, termios

master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack('HHHH', 24, int(sys.argv[1]), 0, 0))
child = subprocess.Popen(sys.argv[2:], stdin=0, stdout=open('stdout', 'wb'), stderr=slave)
os.close(slave)
seen = b''
while True:
    try:
        some = os.read(master, 65536)
    except OSError: # it was closed
        break
    if not some:
        break
    seen += some
sys.stdout.write(seen.decode(errors='replace').replace('\r\n', '\n').replace('\r', '\n\\r'))
sys.exit(child.wait())
