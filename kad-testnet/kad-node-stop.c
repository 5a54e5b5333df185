/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-node-stop.h"

/* In order takes milliseconds; what takes longer than this is not waited for. */
#define MAX_STOP_MS 5000

typedef struct
{
  guint n_left;
  gboolean is_over;
} Stopping;

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Stopping *stopping = user_data;
  g_autoptr (GError) error = NULL;

  if (!kad_node_stop_finish (KAD_NODE (source), result, &error))
    g_debug ("Stopping a node: %s", error->message);
  if (--stopping->n_left == 0 && stopping->is_over)
    g_free (stopping);
}

static gboolean
on_timeout (gpointer user_data)
{
  Stopping *stopping = user_data;

  stopping->is_over = TRUE;
  return G_SOURCE_CONTINUE;
}

void
kad_node_stop_all (GPtrArray *nodes)
{
  /* Outlives us if a node does not stop in time: its callback may still come. */
  Stopping *stopping = g_new0 (Stopping, 1);
  guint timeout = g_timeout_add (MAX_STOP_MS, on_timeout, stopping);

  stopping->n_left = nodes->len;
  for (guint i = 0; i < nodes->len; i++)
    kad_node_stop_async (nodes->pdata[i], on_stopped, stopping);
  while (stopping->n_left > 0 && !stopping->is_over)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
  stopping->is_over = TRUE;
  if (stopping->n_left == 0)
    g_free (stopping);
}
