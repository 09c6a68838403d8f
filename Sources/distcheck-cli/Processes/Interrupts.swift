import CDistCheckCommand

/// Ctrl-C, and what is like it: SIGINT, SIGTERM and SIGHUP, from the first instruction on. The process that is waited for is
/// asked to stop and report; at the second signal it is killed.
enum Interrupts {
  static var count: Int { Int(cc_signal_count()) }

  /// From now on signals go to this process; to none when it is 0.
  static func forward(to process: pid_t) { cc_set_foreground(process) }

  /// From now on signals kill this group of processes, which has nothing to report.
  static func forward(toGroup group: pid_t) { cc_set_foreground(-group) }

  /// Asks the process that is waited for to stop and report, though nobody has pressed Ctrl-C.
  static func stopProgram() { cc_stop_foreground() }

  static func setBackground(_ group: pid_t) { cc_set_background(group) }

  /// Kills what works in the background; with an argument only if it is that group.
  static func endBackground(_ group: pid_t = 0) { cc_kill_background(group) }
}
