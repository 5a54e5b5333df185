/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Blocks SIGINT, SIGTERM and SIGHUP and takes them by a descriptor from now on; before any
 * thread is made. SIGPIPE is ignored. */
void kad_signals_init (void);
/* Readable when a signal is waiting; -1 without signals. */
int kad_signals_get_fd (void);
/* @func at each signal, in the default main context. The second signal that comes ends the
 * process at once with 130, so that whoever waits is never stuck. */
void kad_signals_watch (GSourceFunc func, gpointer user_data);

G_END_DECLS
