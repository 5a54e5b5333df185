/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-node-rows.h"

typedef struct
{
  GPtrArray *rows;
  KadNodeRowsFunc func;
  gpointer user_data;
} Reading;

static void
on_result (KadNode *node, GVariant *result, gpointer user_data)
{
  Reading *reading = user_data;

  g_ptr_array_add (reading->rows, g_variant_ref (result));
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Reading *reading = user_data;
  g_autoptr (GPtrArray) rows = reading->rows;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) summary = kad_node_run_finish (KAD_NODE (source), result, &error);

  reading->func (summary != NULL ? rows : NULL, error, reading->user_data);
  g_free (reading);
}

void
kad_node_rows_read (KadNode *node, const char *command, GVariant *options, KadNodeRowsFunc func,
                    gpointer user_data)
{
  Reading *reading = g_new0 (Reading, 1);

  reading->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  reading->func = func;
  reading->user_data = user_data;
  kad_node_run_async (node, command, options, on_result, reading, NULL, NULL, on_done, reading);
}
