/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-id-text.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kad-error.h"
#include "kad-escape.h"
#include "kad-key-text.h"
#include "kad-multibase.h"
#include "kad-multihash.h"

#define POINT_PREFIX "kad-id:"
#define MAX_SHOWN 96

static const char *const kind_names[]
    = { "peer-id", "cid", "multihash", "multiaddr", "key", "kad-id" };

const char *
kad_id_kind_get_name (KadIdKind kind)
{
  return kind_names[kind];
}

void
kad_id_text_free (KadIdText *self)
{
  g_clear_pointer (&self->cid, kad_cid_unref);
  g_clear_pointer (&self->address, kad_multiaddr_unref);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->multihash, g_bytes_unref);
  g_free (self);
}

static void
set_point (KadIdText *self, GBytes *preimage)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (preimage, &len);

  kad_key_init (&self->point, data, len);
  self->has_point = TRUE;
}

static gboolean
parse_point (KadIdText *self, const char *text)
{
  const char *hex = g_str_has_prefix (text, POINT_PREFIX) ? text + strlen (POINT_PREFIX) : NULL;

  if (hex == NULL || strlen (hex) != 2 * KAD_KEY_BYTES)
    return FALSE;
  for (guint i = 0; i < KAD_KEY_BYTES; i++)
    {
      int high = g_ascii_xdigit_value (hex[2 * i]);
      int low = g_ascii_xdigit_value (hex[2 * i + 1]);

      if (high < 0 || low < 0)
        return FALSE;
      self->point.bytes[i] = (guint8) (high << 4 | low);
    }
  self->kind = KAD_ID_POINT;
  self->has_point = TRUE;
  return TRUE;
}

static gboolean
parse_peer (KadIdText *self, const char *text)
{
  if (!kad_peer_id_parse (&self->peer, text, NULL))
    return FALSE;
  self->kind = KAD_ID_PEER;
  self->bytes = kad_peer_id_to_bytes (&self->peer);
  self->multihash = g_bytes_ref (self->bytes);
  set_point (self, self->bytes);
  return TRUE;
}

static gboolean
parse_cid (KadIdText *self, const char *text)
{
  self->cid = kad_cid_new_from_string (text, NULL);
  if (self->cid == NULL)
    return FALSE;
  self->kind = KAD_ID_CID;
  self->bytes = kad_cid_to_bytes (self->cid);
  self->multihash = g_bytes_ref (kad_cid_get_multihash (self->cid));
  set_point (self, self->multihash);
  return TRUE;
}

static gboolean
parse_multiaddr (KadIdText *self, const char *text)
{
  g_autoptr (KadMultiaddr) head = NULL;
  const guint8 *data;
  const guint8 *id = NULL;
  gsize id_len = 0;
  gsize len;

  self->address = text[0] == '/' ? kad_multiaddr_new_from_string (text, NULL) : NULL;
  if (self->address == NULL)
    return FALSE;
  self->kind = KAD_ID_MULTIADDR;
  data = kad_multiaddr_get_data (self->address, &len);
  self->bytes = g_bytes_new (data, len);
  head = kad_multiaddr_split_peer (self->address, &id, &id_len);
  if (id != NULL && kad_peer_id_init_from_bytes (&self->peer, id, id_len, NULL))
    {
      kad_key_init_from_peer (&self->point, &self->peer);
      self->has_point = TRUE;
    }
  return TRUE;
}

static gboolean
is_multihash (GBytes *bytes)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (bytes, &len);

  return kad_multihash_validate (data, len, NULL);
}

static gboolean
parse_key (KadIdText *self, const char *text)
{
  self->bytes = kad_key_text_parse (text, KAD_KEY_USE_TARGET, FALSE, NULL);
  if (self->bytes == NULL)
    return FALSE;
  /* Words with a prefix and names with a slash are keys; else it was a bare multihash. */
  self->kind = strchr (text, ':') != NULL || text[0] == '/' ? KAD_ID_KEY : KAD_ID_MULTIHASH;
  if (is_multihash (self->bytes))
    self->multihash = g_bytes_ref (self->bytes);
  set_point (self, self->bytes);
  return TRUE;
}

/**
 * kad_id_text_parse:
 * @text: a peer id, CID, multihash, multiaddr or key as cli.md has them, or kad-id:HEX
 * @error: return location
 *
 * What could be several of them is the first of this list that it can be. The text of a
 * sha2-256 multihash is a peer id and a CID as well: it is called a peer id, since all three have
 * the same bytes.
 *
 * Returns: (transfer full): what it is
 */
KadIdText *
kad_id_text_parse (const char *text, GError **error)
{
  g_autoptr (KadIdText) self = g_new0 (KadIdText, 1);
  g_autofree char *shown = NULL;

  if (parse_point (self, text) || parse_peer (self, text) || parse_cid (self, text)
      || parse_multiaddr (self, text) || parse_key (self, text))
    return g_steal_pointer (&self);
  shown = kad_escape_peer_text (text, -1, MAX_SHOWN);
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
               _ ("“%s” is no peer id, CID, multihash, multiaddr or key"), shown);
  return NULL;
}
