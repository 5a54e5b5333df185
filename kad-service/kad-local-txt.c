/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-local-txt.h"

#include <string.h>

#define PREFIX "dnsaddr="
#define MAX_STRING 255
#define FIRST_FREE_PORT 1024

/* ---- addresses ---- */

gboolean
kad_local_txt_is_address (const KadMultiaddr *address)
{
  static const guint32 ip4[] = { KAD_MULTIADDR_IP4, KAD_MULTIADDR_TCP };
  static const guint32 ip6[] = { KAD_MULTIADDR_IP6, KAD_MULTIADDR_TCP };
  KadScope scope = kad_multiaddr_get_scope (address);
  const guint32 *wanted;
  KadMultiaddrIter iter;
  const guint8 *value;
  gsize len;
  guint32 code;
  guint16 port;

  kad_multiaddr_iter_init (&iter, address);
  if (!kad_multiaddr_iter_next (&iter, &code, &value, &len))
    return FALSE;
  wanted = code == KAD_MULTIADDR_IP6 ? ip6 : ip4;
  if (code != wanted[0] || !kad_multiaddr_iter_next (&iter, &code, &value, &len)
      || code != wanted[1] || kad_multiaddr_iter_next (&iter, &code, &value, &len))
    return FALSE;
  if (scope != KAD_SCOPE_PRIVATE
      && (scope != KAD_SCOPE_LINK_LOCAL || wanted[0] != KAD_MULTIADDR_IP4))
    return FALSE;
  return kad_multiaddr_get_port (address, &port) && port >= FIRST_FREE_PORT;
}

/* Without /p2p/ID, whose it is; NULL if it is nobody's. */
static KadMultiaddr *
split (const char *text, KadPeerId *peer)
{
  g_autoptr (KadMultiaddr) whole = kad_multiaddr_new_from_string (text, NULL);
  g_autoptr (KadMultiaddr) bare = NULL;
  const guint8 *id = NULL;
  gsize len = 0;

  if (whole == NULL)
    return NULL;
  bare = kad_multiaddr_split_peer (whole, &id, &len);
  if (bare == NULL || id == NULL || !kad_peer_id_init_from_bytes (peer, id, len, NULL)
      || !kad_local_txt_is_address (bare))
    return NULL;
  return g_steal_pointer (&bare);
}

/* ---- ours ---- */

GVariant *
kad_local_txt_new (const char *const *addresses)
{
  GVariantBuilder builder;
  guint n = 0;
  gsize bytes = 0;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aay"));
  for (guint i = 0; addresses[i] != NULL && n < KAD_MAX_LOCAL_TXT_TOLD; i++)
    {
      g_autofree char *text = g_strconcat (PREFIX, addresses[i], NULL);
      gsize len = strlen (text);
      KadPeerId peer;
      g_autoptr (KadMultiaddr) bare = split (addresses[i], &peer);

      if (bare == NULL || len > MAX_STRING || bytes + 1 + len > KAD_MAX_LOCAL_TXT_TOLD_BYTES)
        continue;
      g_variant_builder_add_value (&builder,
                                   g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, text, len, 1));
      bytes += 1 + len;
      n++;
    }
  if (n > 0)
    return g_variant_builder_end (&builder);
  g_variant_builder_clear (&builder);
  return NULL;
}

GPtrArray *
kad_local_txt_dup_hosts (GVariant *txt)
{
  GPtrArray *hosts = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; i < g_variant_n_children (txt); i++)
    {
      g_autoptr (GVariant) string = g_variant_get_child_value (txt, i);
      gsize len;
      const char *data = g_variant_get_fixed_array (string, &len, 1);
      g_autofree char *text = g_strndup (data + strlen (PREFIX), len - strlen (PREFIX));
      g_auto (GStrv) parts = g_strsplit (text, "/", 4);

      if (!g_ptr_array_find_with_equal_func (hosts, parts[2], g_str_equal, NULL))
        g_ptr_array_add (hosts, g_strdup (parts[2]));
    }
  return hosts;
}

char *
kad_local_txt_new_name (void)
{
  static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789";
  char *name = g_malloc (KAD_LOCAL_NAME_CHARS + 1);

  for (guint i = 0; i < KAD_LOCAL_NAME_CHARS; i++)
    name[i] = alphabet[g_random_int_range (0, strlen (alphabet))];
  name[KAD_LOCAL_NAME_CHARS] = '\0';
  return name;
}

char *
kad_local_txt_join_name (const char *name)
{
  GString *joined = g_string_new (NULL);

  for (const char *c = name; *c != '\0'; c++)
    if (g_ascii_isalnum (*c) || *c == '-' || *c == '_')
      g_string_append_c (joined, *c);
    else
      g_string_append_printf (joined, "\\%03u", (guint) (guint8) *c);
  g_string_append (joined, "." KAD_LOCAL_SERVICE "." KAD_LOCAL_DOMAIN);
  return g_string_free (joined, FALSE);
}

/* ---- of others ---- */

static void
read_string (const char *data, gsize len, KadPeerId *peer, GPtrArray *addresses)
{
  g_autoptr (KadMultiaddr) bare = NULL;
  g_autofree char *text = NULL;
  g_autofree char *address = NULL;
  g_autofree char *id = NULL;
  char *whole;
  KadPeerId whose;

  if (len <= strlen (PREFIX) || memcmp (data, PREFIX, strlen (PREFIX)) != 0
      || memchr (data, '\0', len) != NULL || addresses->len >= KAD_MAX_LOCAL_ADDRESSES)
    return;
  text = g_strndup (data + strlen (PREFIX), len - strlen (PREFIX));
  bare = split (text, &whose);
  if (bare == NULL || (kad_peer_id_is_set (peer) && !kad_peer_id_equal (peer, &whose)))
    return;
  *peer = whose;
  address = kad_multiaddr_to_string (bare);
  id = kad_peer_id_to_string (&whose);
  /* In its one spelling: what is the same is there once. */
  whole = g_strdup_printf ("%s/p2p/%s", address, id);
  if (g_ptr_array_find_with_equal_func (addresses, whole, g_str_equal, NULL))
    g_free (whole);
  else
    g_ptr_array_add (addresses, whole);
}

gboolean
kad_local_txt_read (const guint8 *data, gsize len, KadPeerId *peer, GPtrArray *addresses)
{
  guint before = addresses->len;
  gsize at = 0;

  if (len > KAD_MAX_LOCAL_TXT_BYTES)
    return FALSE;
  while (at < len && data[at] < len - at)
    {
      read_string ((const char *) data + at + 1, data[at], peer, addresses);
      at += 1 + data[at];
    }
  return addresses->len > before;
}
