#include "ccommand.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t count = 0;
static volatile pid_t foreground = 0;
static volatile pid_t background = 0;

static void passOn(void) {
  pid_t process = foreground;
  if (process < 0) kill(process, SIGKILL);
  if (process > 0) kill(process, count > 1 ? SIGKILL : SIGINT);
}

static void handle(int signal) {
  (void)signal;
  int before = errno;
  count = count + 1;
  cc_kill_background(0);
  passOn();
  errno = before;
}

int cc_signal_count(void) { return count; }

void cc_set_foreground(pid_t process) {
  foreground = process;
  if (count > 0) passOn();
}

void cc_stop_foreground(void) {
  pid_t process = foreground;
  if (process > 0) kill(process, SIGINT);
}

void cc_set_background(pid_t group) {
  background = group;
  if (count > 0) cc_kill_background(0);
}

void cc_kill_background(pid_t group) {
  pid_t current = background;
  if (current > 0 && (group == 0 || group == current)) kill(-current, SIGKILL);
}

static void begin(void) {
  static int hasBegun = 0;
  if (hasBegun) return;
  hasBegun = 1;
  static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++) {
    struct sigaction action;
    if (numbers[k] == SIGHUP && sigaction(SIGHUP, NULL, &action) == 0 && action.sa_handler == SIG_IGN) continue;
    memset(&action, 0, sizeof action);
    action.sa_handler = handle;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(numbers[k], &action, NULL);
  }
  signal(SIGPIPE, SIG_IGN);
  for (int descriptor = 0; descriptor < 3; descriptor++)
    if (fcntl(descriptor, F_GETFD) < 0 && errno == EBADF) open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY);
}

__attribute__((constructor(101))) static void beginBeforeMain(void) { begin(); }

#if defined(__linux__)
// Before the constructors of the libraries, which take some milliseconds.
__attribute__((section(".preinit_array"), used)) static void (*const beginBeforeLibraries)(void) = begin;
#endif
