// What the command does when a signal comes: count it, and pass it on to what it runs. In C, for a signal handler may touch
// next to nothing, and because it has to be there before the first line of Swift.
//
// SIGINT, SIGTERM and SIGHUP are one and the same: the first asks the process that is waited for to stop and report, the
// second kills it. A SIGHUP that was ignored when the command began stays so (nohup). SIGPIPE is ignored: who writes hears
// of it. Standard descriptors that are closed are opened on something that refuses, so that no other file gets their number.
#pragma once

#include <sys/types.h>

/// How many signals have come.
int cc_signal_count(void);

/// The process that is waited for, or 0. A negative number is that of a group, which is killed at once: it has nothing to
/// report. Signals that have come already are passed on.
void cc_set_foreground(pid_t process);

/// Asks the process that is waited for to stop and report, though no signal has come.
void cc_stop_foreground(void);

/// The group of processes in the background, or 0; nobody has to be polite to it.
void cc_set_background(pid_t group);

/// Kills the group in the background; with an argument that is not 0 only if it is that one.
void cc_kill_background(pid_t group);
