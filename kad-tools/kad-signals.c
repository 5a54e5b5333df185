/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-signals.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "kad-exit.h"

/* A signal descriptor and not g_unix_signal_add(): the tool also waits where no main loop
 * runs, for stdin and for a reader of stdout that does not read, and there Ctrl-C must work
 * as well. */

static int signal_fd = -1;
static guint n_signals;
static GSourceFunc watch_func;
static gpointer watch_data;

void
kad_signals_init (void)
{
  sigset_t set;

  signal (SIGPIPE, SIG_IGN);
  sigemptyset (&set);
  sigaddset (&set, SIGINT);
  sigaddset (&set, SIGTERM);
  sigaddset (&set, SIGHUP);
  if (pthread_sigmask (SIG_BLOCK, &set, NULL) == 0)
    signal_fd = signalfd (-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signal_fd < 0)
    pthread_sigmask (SIG_UNBLOCK, &set, NULL);
}

int
kad_signals_get_fd (void)
{
  return signal_fd;
}

static gboolean
on_readable (gint fd, GIOCondition condition, gpointer user_data)
{
  struct signalfd_siginfo info;

  while (read (fd, &info, sizeof info) == (gssize) sizeof info)
    {
      if (++n_signals > 1)
        _exit (KAD_EXIT_INTERRUPTED);
      watch_func (watch_data);
    }
  return G_SOURCE_CONTINUE;
}

void
kad_signals_watch (GSourceFunc func, gpointer user_data)
{
  gboolean is_first = watch_func == NULL;

  watch_func = func;
  watch_data = user_data;
  if (is_first && signal_fd >= 0)
    g_unix_fd_add_full (G_PRIORITY_HIGH, signal_fd, G_IO_IN, on_readable, NULL, NULL);
}
