/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Typed calls that say which peers' connections are kept. */
#include "kad-node-call.h"

static void
call (KadNode *self, const char *command, const KadPeerId *peer, const char *tag,
      gpointer source_tag, GCancellable *cancellable, GAsyncReadyCallback callback,
      gpointer user_data)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autofree char *text = kad_peer_id_to_string (peer);

  g_variant_builder_add (&options, "{sv}", "peer", g_variant_new_string (text));
  g_variant_builder_add (&options, "{sv}", "tag", g_variant_new_string (tag));
  kad_node_call_command (self, command, &options, source_tag, cancellable, callback, user_data);
}

/**
 * kad_node_protect_peer_async:
 * @self: a running node
 * @peer: whom, connected or not
 * @tag: who wants it so, 1 to 64 bytes; the same tag twice is one
 * @cancellable: (nullable): cancelling ends the work
 * @callback: called once, in the caller's thread-default context
 * @user_data: for @callback
 *
 * Keeps the connections with a peer when there are too many and when they are idle. It holds until
 * each tag is taken off, or the node stops. A node protects its bootstrap peers by itself (tag
 * `bootstrap`), and the connections that a person dialled for as long as they last.
 */
void
kad_node_protect_peer_async (KadNode *self, const KadPeerId *peer, const char *tag,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  call (self, "protect-peer", peer, tag, kad_node_protect_peer_async, cancellable, callback,
        user_data);
}

/**
 * kad_node_protect_peer_finish:
 * @self: a node
 * @result: of the call
 * @error: %KAD_ERROR_INVALID_ARGUMENT for the tag, %KAD_ERROR_LIMIT_REACHED past 4,096 peers or 16
 *   tags of one
 *
 * Returns: TRUE if it is protected now
 */
gboolean
kad_node_protect_peer_finish (KadNode *self, GAsyncResult *result, GError **error)
{
  return kad_node_call_finish (self, result, kad_node_protect_peer_async, error) != NULL;
}

/**
 * kad_node_unprotect_peer_async:
 * @self: a running node
 * @peer: whom
 * @tag: as it was given to kad_node_protect_peer_async()
 * @cancellable: (nullable): cancelling ends the work
 * @callback: called once, in the caller's thread-default context
 * @user_data: for @callback
 *
 * Takes off a tag. With the last one gone the peer's connections are as all others.
 */
void
kad_node_unprotect_peer_async (KadNode *self, const KadPeerId *peer, const char *tag,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  call (self, "unprotect-peer", peer, tag, kad_node_unprotect_peer_async, cancellable, callback,
        user_data);
}

/**
 * kad_node_unprotect_peer_finish:
 * @self: a node
 * @result: of the call
 * @is_still: (out) (optional): whether another tag protects the peer; untouched on failure
 * @error: %KAD_ERROR_NOT_FOUND if the tag did not protect it
 *
 * Returns: TRUE if the tag is gone
 */
gboolean
kad_node_unprotect_peer_finish (KadNode *self, GAsyncResult *result, gboolean *is_still,
                                GError **error)
{
  KadNodeCall *made = kad_node_call_finish (self, result, kad_node_unprotect_peer_async, error);

  if (made == NULL)
    return FALSE;
  if (is_still != NULL)
    g_variant_lookup (made->summary, "protected", "b", is_still);
  return TRUE;
}
