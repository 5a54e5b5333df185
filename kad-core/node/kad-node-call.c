/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-node-call.h"

static void
call_free (gpointer data)
{
  KadNodeCall *self = data;

  g_ptr_array_unref (self->results);
  g_clear_pointer (&self->summary, g_variant_unref);
  g_free (self);
}

static void
on_call_result (KadNode *node, GVariant *result, gpointer user_data)
{
  KadNodeCall *call = g_task_get_task_data (user_data);

  g_ptr_array_add (call->results, g_variant_ref (result));
}

static void
on_call_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  KadNodeCall *call = g_task_get_task_data (task);
  GError *error = NULL;

  call->summary = kad_node_run_finish (KAD_NODE (source), result, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

void
kad_node_call_command (KadNode *self, const char *command, GVariantBuilder *options,
                       gpointer source_tag, GCancellable *cancellable, GAsyncReadyCallback callback,
                       gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  KadNodeCall *call = g_new0 (KadNodeCall, 1);

  call->results = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, call, call_free);
  kad_node_run_async (self, command, g_variant_builder_end (options), on_call_result, task, NULL,
                      cancellable, on_call_done, task);
}

KadNodeCall *
kad_node_call_finish (KadNode *self, GAsyncResult *result, gpointer source_tag, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, source_tag), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  return g_task_get_task_data (G_TASK (result));
}

GVariant *
kad_node_call_dup_rows (KadNodeCall *self)
{
  g_auto (GVariantBuilder) rows = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (guint i = 0; i < self->results->len; i++)
    g_variant_builder_add_value (&rows, self->results->pdata[i]);
  return g_variant_ref_sink (g_variant_builder_end (&rows));
}
