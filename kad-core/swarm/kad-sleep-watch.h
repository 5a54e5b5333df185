/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Less is not told: what two clocks say is not read in one moment. It is not lost either, but
 * counts with the next sleep. */
#define KAD_SLEEP_LEAST_US (1 * G_USEC_PER_SEC)

/* Where times come from, all in microseconds; a test has its own. */
typedef struct
{
  gint64 (*get_monotonic) (gpointer user_data); /* stands still in sleep; what the poll counts by */
  gint64 (*get_boottime) (gpointer user_data);  /* goes on in sleep */
  gint64 (*get_wall) (gpointer user_data);      /* since 1970; may be set */
  gpointer user_data;
} KadClocks;

/* Those of the system. */
extern const KadClocks kad_clocks_system;

/* Notices that the machine slept. See the essay in kad-sleep-watch.c. Plain struct. */
typedef struct
{
  KadClocks clocks;
  gint64 ahead_us; /* by how much boottime was ahead of monotonic when that was last looked at */
  gint64 slept_us; /* since init, as far as it was noticed */
} KadSleepWatch;

/* @clocks: (nullable): those of the system */
void kad_sleep_watch_init (KadSleepWatch *self, const KadClocks *clocks);
/* Time as the node counts it: monotonic, with the sleep that was noticed. */
gint64 kad_sleep_watch_get_now (const KadSleepWatch *self);
/* How long the machine slept since the last look; 0: it did not, or less than is told. */
gint64 kad_sleep_watch_look (KadSleepWatch *self);
/* A descriptor that can be read when the machine wakes up or its calendar is set; read it with
 * kad_sleep_watch_clear_fd(). -1: the kernel does not tell. */
int kad_sleep_watch_open_fd (void);
void kad_sleep_watch_clear_fd (int fd);

G_END_DECLS
