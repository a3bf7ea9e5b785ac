"""One terminal program for every remote processor of a Linux system-on-chip.

The rooms, from the ground up; each imports only from floors below its own::

    model, errors, sanitise, clock      what is known, what can go wrong, safe text, time
    terminal                            the terminal that the program runs in
    firmware, trace, rpmsg              pure: firmware files, trace buffers, messages
    remoteproc, crash, diagnosis        the kernel's framework in user space; dumps; why things fail
    emulator                            processors that execute firmware
    hosts                               machines seen through their files: this one, a folder, the emulated board
    linux                               what those files mean, and the careful verbs
    controller                          discovers, follows, acts; publishes snapshots
    commands, tui                       verbs and the screen
"""

__version__ = "0.1.0"
