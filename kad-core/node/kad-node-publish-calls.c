/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Typed calls and operations for what is kept announced. */
#include "kad-node-call.h"
#include "kad-operation-private.h"

static void
add_bytes (GVariantBuilder *options, const char *name, GBytes *bytes)
{
  if (bytes != NULL)
    g_variant_builder_add (options, "{sv}", name,
                           g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE));
}

static void
add_text (GVariantBuilder *options, const char *name, const char *text)
{
  if (text != NULL)
    g_variant_builder_add (options, "{sv}", name, g_variant_new_string (text));
}

static void
add_flag (GVariantBuilder *options, const char *name, gboolean flag)
{
  g_variant_builder_add (options, "{sv}", name, g_variant_new_boolean (flag));
}

static void
add_publication (GVariantBuilder *options, KadPublicationKind kind, GBytes *key, const char *tag)
{
  add_text (options, "kind", kad_publication_kind_get_name (kind));
  add_bytes (options, "key", key);
  add_text (options, "tag", tag);
}

static void
add_spec (GVariantBuilder *options, GBytes *key, GBytes *value, const char *tag,
          gboolean persistent, gboolean wait)
{
  add_bytes (options, "key", key);
  add_bytes (options, "value", value);
  add_text (options, "tag", tag);
  add_flag (options, "persistent", persistent);
  add_flag (options, "wait", wait);
}

/* ---- calls ---- */

/**
 * kad_node_publish_async:
 * @self: a running node
 * @key: as on the wire; [func@Key.text_parse] reads one
 * @value: (nullable): of a record; %NULL: this node provides @key
 * @tag: (nullable): who wants it published, up to 255 bytes; %NULL is the empty tag, of who runs
 * the node
 * @persistent: whether to keep it after the end of the node
 * @wait: whether to wait until the announcement has ended
 * @cancellable: (nullable): cancelling ends the work
 * @callback: called once, in the caller's thread-default context
 * @user_data: for @callback
 *
 * Announces @key and keeps it announced, in time and after failures, until its last tag is taken
 * off with kad_node_unpublish_async(). What is published already gets the tag; another value
 * replaces the former one for all tags. Done when it is kept as asked: on the disk, if @persistent.
 */
void
kad_node_publish_async (KadNode *self, GBytes *key, GBytes *value, const char *tag,
                        gboolean persistent, gboolean wait, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_spec (&options, key, value, tag, persistent, wait);
  kad_node_call_command (self, "publish", &options, kad_node_publish_async, cancellable, callback,
                         user_data);
}

/**
 * kad_node_publish_finish:
 * @self: a node
 * @result: of the call
 * @stored: (out) (optional): how many peers took it, if it was waited for; 0 otherwise
 * @error: return location
 *
 * Returns: TRUE if it is kept, and, if it was waited for, somebody took it. An error of the
 *   announcement leaves it published; it is tried again.
 */
gboolean
kad_node_publish_finish (KadNode *self, GAsyncResult *result, guint *stored, GError **error)
{
  KadNodeCall *call = kad_node_call_finish (self, result, kad_node_publish_async, error);

  if (call == NULL)
    return FALSE;
  if (stored != NULL && !g_variant_lookup (call->summary, "stored", "u", stored))
    *stored = 0;
  return TRUE;
}

/**
 * kad_node_unpublish_async:
 * @self: a running node
 * @kind: what is published
 * @key: as on the wire; [func@Key.text_parse] reads one
 * @tag: (nullable): for whom it was published; %NULL is the empty tag
 * @cancellable: (nullable): cancelling ends the work
 * @callback: called once, in the caller's thread-default context
 * @user_data: for @callback
 *
 * Takes a tag away; with the last one, announcing ends. What others hold ages out by itself, within
 * 48 hours: nobody can take it back from them.
 */
void
kad_node_unpublish_async (KadNode *self, KadPublicationKind kind, GBytes *key, const char *tag,
                          GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_publication (&options, kind, key, tag);
  kad_node_call_command (self, "unpublish", &options, kad_node_unpublish_async, cancellable,
                         callback, user_data);
}

/**
 * kad_node_unpublish_finish:
 * @self: a node
 * @result: of the call
 * @error: return location
 *
 * Returns: TRUE if the tag is gone, from the disk, too; %KAD_ERROR_NOT_FOUND if it was not there
 */
gboolean
kad_node_unpublish_finish (KadNode *self, GAsyncResult *result, GError **error)
{
  return kad_node_call_finish (self, result, kad_node_unpublish_async, error) != NULL;
}

/**
 * kad_node_refresh_publication_async:
 * @self: a running node
 * @kind: what is published
 * @key: as on the wire; [func@Key.text_parse] reads one
 * @cancellable: (nullable): cancelling ends the work
 * @callback: called once, in the caller's thread-default context
 * @user_data: for @callback
 *
 * Announces now what is published, for all its tags. Done at once; %KAD_EVENT_PUBLICATION_CHANGED
 * tells how it goes.
 */
void
kad_node_refresh_publication_async (KadNode *self, KadPublicationKind kind, GBytes *key,
                                    GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_publication (&options, kind, key, NULL);
  kad_node_call_command (self, "refresh-publication", &options, kad_node_refresh_publication_async,
                         cancellable, callback, user_data);
}

/**
 * kad_node_refresh_publication_finish:
 * @self: a node
 * @result: of the call
 * @error: return location
 *
 * Returns: TRUE if it is published; %KAD_ERROR_NOT_FOUND if not
 */
gboolean
kad_node_refresh_publication_finish (KadNode *self, GAsyncResult *result, GError **error)
{
  return kad_node_call_finish (self, result, kad_node_refresh_publication_async, error) != NULL;
}

/**
 * kad_node_show_publications_async:
 * @self: a running node
 * @tag: (nullable): only what is published for this one; %NULL: everything
 * @cancellable: (nullable): cancelling ends the work
 * @callback: called once, in the caller's thread-default context
 * @user_data: for @callback
 *
 * Shows what this node announces.
 */
void
kad_node_show_publications_async (KadNode *self, const char *tag, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_text (&options, "tag", tag);
  kad_node_call_command (self, "show-publications", &options, kad_node_show_publications_async,
                         cancellable, callback, user_data);
}

/**
 * kad_node_show_publications_finish:
 * @self: a node
 * @result: of the call
 * @error: return location
 *
 * Returns: (transfer full): `aa{sv}`, a row for each tag, by kind, key and tag: kind, key, tag,
 *   persistent, created_us, last_run_us, next_run_us, stored, wanted, failures, running, error
 */
GVariant *
kad_node_show_publications_finish (KadNode *self, GAsyncResult *result, GError **error)
{
  KadNodeCall *call = kad_node_call_finish (self, result, kad_node_show_publications_async, error);

  return call == NULL ? NULL : kad_node_call_dup_rows (call);
}

/* ---- operations ---- */

/**
 * kad_node_begin_publish:
 * @self: a running node
 * @key: as on the wire; [func@Key.text_parse] reads one
 * @value: (nullable): of a record; %NULL: this node provides @key
 * @tag: (nullable): who wants it published, up to 255 bytes; %NULL is the empty tag, of who runs
 * the node
 * @persistent: whether to keep it after the end of the node
 * @wait: whether to wait until the announcement has ended
 *
 * Announces @key and keeps it announced; see [method@Node.publish_async]. With @wait,
 * [property@Operation:stored] says how many of [property@Operation:wanted] took it,
 * [property@Operation:failures] who did not.
 *
 * Its items: one [class@PublicationItem].
 *
 * Returns: (transfer full): the operation
 */
KadOperation *
kad_node_begin_publish (KadNode *self, GBytes *key, GBytes *value, const char *tag,
                        gboolean persistent, gboolean wait)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_return_val_if_fail (KAD_IS_NODE (self) && key != NULL, NULL);

  add_spec (&options, key, value, tag, persistent, wait);
  return kad_operation_start (self, "publish", g_variant_builder_end (&options));
}

/**
 * kad_node_begin_unpublish:
 * @self: a running node
 * @kind: what is published
 * @key: as on the wire; [func@Key.text_parse] reads one
 * @tag: (nullable): for whom it was published; %NULL is the empty tag
 *
 * Takes a tag away; see [method@Node.unpublish_async].
 *
 * Its items: none.
 *
 * Returns: (transfer full): the operation
 */
KadOperation *
kad_node_begin_unpublish (KadNode *self, KadPublicationKind kind, GBytes *key, const char *tag)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_return_val_if_fail (KAD_IS_NODE (self) && key != NULL, NULL);

  add_publication (&options, kind, key, tag);
  return kad_operation_start (self, "unpublish", g_variant_builder_end (&options));
}

/**
 * kad_node_begin_refresh_publication:
 * @self: a running node
 * @kind: what is published
 * @key: as on the wire; [func@Key.text_parse] reads one
 *
 * Announces now what is published; see [method@Node.refresh_publication_async].
 *
 * Its items: none.
 *
 * Returns: (transfer full): the operation
 */
KadOperation *
kad_node_begin_refresh_publication (KadNode *self, KadPublicationKind kind, GBytes *key)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_return_val_if_fail (KAD_IS_NODE (self) && key != NULL, NULL);

  add_publication (&options, kind, key, NULL);
  return kad_operation_start (self, "refresh-publication", g_variant_builder_end (&options));
}

/**
 * kad_node_begin_show_publications:
 * @self: a running node
 * @tag: (nullable): only what is published for this one; %NULL: everything
 *
 * Shows what this node announces.
 *
 * Its items: [class@PublicationItem], one for each tag.
 *
 * Returns: (transfer full): the operation
 */
KadOperation *
kad_node_begin_show_publications (KadNode *self, const char *tag)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_return_val_if_fail (KAD_IS_NODE (self), NULL);

  add_text (&options, "tag", tag);
  return kad_operation_start (self, "show-publications", g_variant_builder_end (&options));
}
