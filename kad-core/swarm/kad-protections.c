/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-protections.h"

#include <string.h>

#include "kad-error.h"

typedef struct
{
  KadPeerId peer;
  GPtrArray *tags; /* (element-type utf8) */
} Protected;

struct _KadProtections
{
  GHashTable *peers; /* KadPeerId in it -> Protected (owned) */
};

static void
protected_free (gpointer data)
{
  Protected *self = data;

  g_ptr_array_unref (self->tags);
  g_free (self);
}

KadProtections *
kad_protections_new (void)
{
  KadProtections *self = g_new0 (KadProtections, 1);

  self->peers = g_hash_table_new_full (kad_peer_id_hash, kad_peer_id_equal, NULL, protected_free);
  return self;
}

void
kad_protections_free (KadProtections *self)
{
  g_hash_table_unref (self->peers);
  g_free (self);
}

static gboolean
check_tag (const char *tag, GError **error)
{
  gsize len = strlen (tag);

  if (len > 0 && len <= KAD_MAX_PROTECTION_TAG_BYTES)
    return TRUE;
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
               "A protection's tag has 1 to %d bytes, not %" G_GSIZE_FORMAT,
               KAD_MAX_PROTECTION_TAG_BYTES, len);
  return FALSE;
}

static Protected *
ensure (KadProtections *self, const KadPeerId *peer, GError **error)
{
  Protected *protected = g_hash_table_lookup (self->peers, peer);

  if (protected != NULL)
    return protected;
  if (g_hash_table_size (self->peers) >= KAD_MAX_PROTECTED_PEERS)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                   "%d peers are protected: release some first", KAD_MAX_PROTECTED_PEERS);
      return NULL;
    }
  protected = g_new0 (Protected, 1);
  protected->peer = *peer;
  protected->tags = g_ptr_array_new_with_free_func (g_free);
  g_hash_table_insert (self->peers, &protected->peer, protected);
  return protected;
}

gboolean
kad_protections_add (KadProtections *self, const KadPeerId *peer, const char *tag, GError **error)
{
  Protected *protected;

  if (!check_tag (tag, error))
    return FALSE;
  protected = ensure (self, peer, error);
  if (protected == NULL)
    return FALSE;
  if (g_ptr_array_find_with_equal_func (protected->tags, tag, g_str_equal, NULL))
    return TRUE;
  if (protected->tags->len >= KAD_MAX_PROTECTION_TAGS)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                   "The peer is protected by %d tags already", KAD_MAX_PROTECTION_TAGS);
      return FALSE;
    }
  g_ptr_array_add (protected->tags, g_strdup (tag));
  return TRUE;
}

gboolean
kad_protections_remove (KadProtections *self, const KadPeerId *peer, const char *tag,
                        gboolean *is_still, GError **error)
{
  Protected *protected = g_hash_table_lookup (self->peers, peer);
  guint index;

  if (protected == NULL
      || !g_ptr_array_find_with_equal_func (protected->tags, tag, g_str_equal, &index))
    {
      g_autofree char *text = kad_peer_id_to_string (peer);

      g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND, "%s is not protected by the tag \"%s\"",
                   text, tag);
      return FALSE;
    }
  g_ptr_array_remove_index_fast (protected->tags, index);
  *is_still = protected->tags->len > 0;
  if (!*is_still)
    g_hash_table_remove (self->peers, peer);
  return TRUE;
}

gboolean
kad_protections_has (KadProtections *self, const KadPeerId *peer)
{
  return g_hash_table_contains (self->peers, peer);
}
