/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

/* No byte from outside may make GLib complain of its caller. */
static GLogWriterOutput
on_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  if ((level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING)) == 0)
    return G_LOG_WRITER_HANDLED;
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE"))
      fprintf (stderr, "GLib says: %s\n", (const char *) fields[i].value);
  abort ();
}

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  g_log_set_writer_func (on_log, NULL, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);
  return 0;
}
