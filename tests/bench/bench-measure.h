/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* What the kernel counted for the process of a server. */
typedef struct
{
  gint64 cpu_ns;      /* of all its threads, user and system */
  gint64 wall_us;     /* monotonic */
  guint64 n_switches; /* of all its threads: voluntary ones, so waits that ended */
  gsize rss_anon;     /* bytes */
} BenchSample;

/* Ends the program if there is no such process. */
void bench_measure (pid_t pid, BenchSample *sample);

G_END_DECLS
