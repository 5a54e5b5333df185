/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Typed calls for what the node knows of itself, and for its mode. */
#include "kad-node-call.h"

static void
call (KadNode *self, const char *command, gpointer source_tag, GCancellable *cancellable,
      GAsyncReadyCallback callback, gpointer user_data)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  kad_node_call_command (self, command, &options, source_tag, cancellable, callback, user_data);
}

static GVariant *
dup_result (KadNodeCall *made)
{
  return made == NULL ? NULL : g_variant_ref (made->results->pdata[0]);
}

/**
 * kad_node_show_stats_async:
 * @self: a running node
 * @cancellable: (nullable): cancelling ends the work
 * @callback: called once, in the caller's thread-default context
 * @user_data: for @callback
 *
 * Asks for what the node has done since its start and holds now, in numbers.
 */
void
kad_node_show_stats_async (KadNode *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  call (self, "show-stats", kad_node_show_stats_async, cancellable, callback, user_data);
}

/**
 * kad_node_show_stats_finish:
 * @self: a node
 * @result: of the call
 * @error: return location
 *
 * Returns: (transfer full): `a{sv}`, nested, as kad_swarm_dup_stats() has it: `kad help show-stats`
 *   lists the keys
 */
GVariant *
kad_node_show_stats_finish (KadNode *self, GAsyncResult *result, GError **error)
{
  return dup_result (kad_node_call_finish (self, result, kad_node_show_stats_async, error));
}

/**
 * kad_node_show_reachability_async:
 * @self: a running node
 * @cancellable: (nullable): cancelling ends the work
 * @callback: called once, in the caller's thread-default context
 * @user_data: for @callback
 *
 * Asks whether others can reach the node, and how that is known.
 */
void
kad_node_show_reachability_async (KadNode *self, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  call (self, "show-reachability", kad_node_show_reachability_async, cancellable, callback,
        user_data);
}

/**
 * kad_node_show_reachability_finish:
 * @self: a node
 * @result: of the call
 * @error: return location
 *
 * Returns: (transfer full): `a{sv}`: `state` (`public`, `private`, `local`, `unknown`), `why`, and
 *   the facts
 */
GVariant *
kad_node_show_reachability_finish (KadNode *self, GAsyncResult *result, GError **error)
{
  return dup_result (kad_node_call_finish (self, result, kad_node_show_reachability_async, error));
}

/**
 * kad_node_set_mode_async:
 * @self: a running node
 * @mode: whether it shall serve from now on
 * @cancellable: (nullable): cancelling ends the work
 * @callback: called once, in the caller's thread-default context
 * @user_data: for @callback
 *
 * Changes the mode of a running node. It stays so when the node is stopped and started again; the
 * configuration is not changed. Where the node serves from now on, or does not any more,
 * %KAD_EVENT_MODE_CHANGED follows, and everybody who is connected is told.
 */
void
kad_node_set_mode_async (KadNode *self, KadMode mode, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&options, "{sv}", "mode", g_variant_new_string (kad_mode_get_name (mode)));
  kad_node_call_command (self, "set-mode", &options, kad_node_set_mode_async, cancellable, callback,
                         user_data);
}

/**
 * kad_node_set_mode_finish:
 * @self: a node
 * @result: of the call
 * @error: return location
 *
 * Returns: TRUE if it has that mode now; kad_node_get_mode() says so from then on
 */
gboolean
kad_node_set_mode_finish (KadNode *self, GAsyncResult *result, GError **error)
{
  return kad_node_call_finish (self, result, kad_node_set_mode_async, error) != NULL;
}
