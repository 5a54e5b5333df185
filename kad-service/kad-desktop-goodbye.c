/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-desktop-goodbye.h"

typedef struct
{
  GHashTable *peers; /* (element-type utf8) to be told */
  guint n_running;
  gssize n_told;
} Goodbye;

static void
goodbye_free (Goodbye *self)
{
  g_hash_table_unref (self->peers);
  g_free (self);
}

static void
on_hung_up (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Goodbye *self = g_task_get_task_data (task);
  g_autoptr (GVariant) summary = kad_node_run_finish (KAD_NODE (source), result, NULL);

  /* Whoever left meanwhile need not be told. */
  if (summary != NULL)
    self->n_told++;
  if (--self->n_running == 0)
    g_task_return_int (task, self->n_told);
}

static void
hang_up_all (GTask *task)
{
  Goodbye *self = g_task_get_task_data (task);
  GHashTableIter iter;
  gpointer peer;

  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, &peer, NULL))
    {
      g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

      g_variant_dict_insert (&options, "peer", "s", peer);
      self->n_running++;
      kad_node_run_async (g_task_get_source_object (task), "hang-up", g_variant_dict_end (&options),
                          NULL, NULL, NULL, g_task_get_cancellable (task), on_hung_up,
                          g_object_ref (task));
    }
  if (self->n_running == 0)
    g_task_return_int (task, 0);
}

static void
on_connection (KadNode *node, GVariant *row, gpointer user_data)
{
  Goodbye *self = g_task_get_task_data (user_data);
  const char *peer;

  if (g_variant_lookup (row, "peer", "&s", &peer))
    g_hash_table_add (self->peers, g_strdup (peer));
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) summary = kad_node_run_finish (KAD_NODE (source), result, &error);

  if (summary == NULL)
    g_task_return_error (task, error);
  else
    hang_up_all (task);
}

void
kad_desktop_goodbye_async (KadNode *node, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  GTask *task = g_task_new (node, cancellable, callback, user_data);
  Goodbye *self = g_new0 (Goodbye, 1);

  self->peers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_task_set_source_tag (task, kad_desktop_goodbye_async);
  g_task_set_task_data (task, self, (GDestroyNotify) goodbye_free);
  kad_node_run_async (node, "show-connections", NULL, on_connection, g_object_ref (task),
                      g_object_unref, cancellable, on_listed, task);
}

gssize
kad_desktop_goodbye_finish (KadNode *node, GAsyncResult *result, GError **error)
{
  return g_task_propagate_int (G_TASK (result), error);
}
