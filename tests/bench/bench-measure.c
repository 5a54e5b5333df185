/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-measure.h"

#include <string.h>
#include <time.h>

#include "bench-load.h"

static guint64
read_field (const char *path, const char *name)
{
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  line = strstr (text, name);
  return line == NULL ? 0 : g_ascii_strtoull (line + strlen (name), NULL, 10);
}

static guint64
count_switches (pid_t pid)
{
  g_autofree char *folder = g_strdup_printf ("/proc/%d/task", pid);
  g_autoptr (GDir) tasks = g_dir_open (folder, 0, NULL);
  const char *task;
  guint64 n = 0;

  if (tasks == NULL)
    bench_die ("There is no process %d", pid);
  while ((task = g_dir_read_name (tasks)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, task, "status", NULL);

      n += read_field (path, "\nvoluntary_ctxt_switches:\t");
    }
  return n;
}

void
bench_measure (pid_t pid, BenchSample *sample)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", pid);
  struct timespec cpu;
  clockid_t clock;

  /* The sum that utime + stime of /proc/PID/stat are made of, without their 10 ms steps. */
  if (clock_getcpuclockid (pid, &clock) != 0 || clock_gettime (clock, &cpu) != 0)
    bench_die ("There is no process %d", pid);
  sample->cpu_ns = cpu.tv_sec * G_GINT64_CONSTANT (1000000000) + cpu.tv_nsec;
  sample->wall_us = g_get_monotonic_time ();
  sample->n_switches = count_switches (pid);
  sample->rss_anon = read_field (path, "\nRssAnon:") * 1024;
}
