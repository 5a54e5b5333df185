/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-endpoint.h"

#include <string.h>

#include "kad-escape.h"

#define MAX_SHOWN_BYTES 64

G_DEFINE_BOXED_TYPE (KadEndpoint, kad_endpoint, kad_endpoint_copy, kad_endpoint_free)

/**
 * kad_endpoint_new:
 * @peer: (nullable): the peer to reach, or %NULL for whoever answers at @address
 * @address: (nullable): where, of which a reference is taken; without /p2p at
 *   its end; or %NULL if the address book shall know. Not both %NULL.
 *
 * Returns: (transfer full): an endpoint
 */
KadEndpoint *
kad_endpoint_new (const KadPeerId *peer, KadMultiaddr *address)
{
  KadEndpoint *self;

  g_return_val_if_fail (kad_peer_id_is_set (peer) || address != NULL, NULL);

  self = g_new0 (KadEndpoint, 1);
  if (peer != NULL)
    self->peer = *peer;
  if (address != NULL)
    self->address = kad_multiaddr_ref (address);
  return self;
}

/* A /unix path takes the rest of a multiaddr's text, but kad_endpoint_to_string() puts the peer
 * behind it as behind any other: (transfer full) (nullable): the text ahead of it. Slashes at the
 * end say nothing, here as in any multiaddr. */
static char *
split_unix_peer (const char *text, KadPeerId *peer)
{
  const char *mark = g_strrstr (text, "/p2p/");
  g_autofree char *id = mark != NULL ? g_strdup (mark + strlen ("/p2p/")) : NULL;

  if (id == NULL || !g_str_has_prefix (text, "/unix/"))
    return NULL;
  for (gsize len = strlen (id); len > 0 && id[len - 1] == '/'; len--)
    id[len - 1] = '\0';
  if (!kad_peer_id_parse (peer, id, NULL))
    return NULL;
  return g_strndup (text, mark - text);
}

static KadEndpoint *
parse_multiaddr (const char *text, GError **error)
{
  KadPeerId peer = { 0 };
  g_autofree char *path = split_unix_peer (text, &peer);
  g_autoptr (KadMultiaddr) whole
      = kad_multiaddr_new_from_string (path != NULL ? path : text, error);
  g_autoptr (KadMultiaddr) address = NULL;
  const guint8 *id;
  gsize id_len;

  if (whole == NULL)
    return NULL;
  if (path != NULL)
    return kad_endpoint_new (&peer, whole);
  address = kad_multiaddr_split_peer (whole, &id, &id_len);
  if (id != NULL && !kad_peer_id_init_from_bytes (&peer, id, id_len, error))
    return NULL;
  return kad_endpoint_new (&peer, address);
}

/* As those do that people see; what is wrong in one of them is worth telling to the letter. */
static gboolean
looks_like_peer_id (const char *text)
{
  static const char *const beginnings[] = { "12D3KooW", "16Uiu2HA", "Qm", "bafz", "k51" };

  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++)
    if (g_str_has_prefix (text, beginnings[i]))
      return TRUE;
  return FALSE;
}

/**
 * kad_endpoint_parse:
 * @text: a peer id in any text form, or a multiaddr with or without /p2p/ID at
 *   its end
 * @error: InvalidKey or InvalidAddress
 *
 * Reads what a person names to be reached.
 *
 * Returns: (transfer full): the endpoint
 */
KadEndpoint *
kad_endpoint_parse (const char *text, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *shown = NULL;
  KadPeerId peer;

  g_return_val_if_fail (text != NULL, NULL);

  if (text[0] == '/')
    return parse_multiaddr (text, error);
  if (kad_peer_id_parse (&peer, text, &local))
    return kad_endpoint_new (&peer, NULL);
  if (looks_like_peer_id (text))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  shown = kad_escape_peer_text (text, -1, MAX_SHOWN_BYTES);
  g_set_error (error, local->domain, local->code,
               "“%s” is neither an address, like /ip4/192.0.2.7/tcp/4001, nor a peer id, like "
               "12D3KooW...",
               shown);
  return NULL;
}

/**
 * kad_endpoint_copy:
 * @self: an endpoint
 *
 * Returns: (transfer full): a copy
 */
KadEndpoint *
kad_endpoint_copy (const KadEndpoint *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return kad_endpoint_new (&self->peer, self->address);
}

/**
 * kad_endpoint_free:
 * @self: (transfer full): an endpoint
 */
void
kad_endpoint_free (KadEndpoint *self)
{
  g_clear_pointer (&self->address, kad_multiaddr_unref);
  g_free (self);
}

/**
 * kad_endpoint_to_string:
 * @self: an endpoint
 *
 * Writes what kad_endpoint_parse() reads: a bare peer id, an address, or an
 * address with /p2p/ID behind it.
 *
 * Returns: (transfer full): the text
 */
char *
kad_endpoint_to_string (const KadEndpoint *self)
{
  g_autofree char *address = NULL;
  g_autofree char *peer = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  if (self->address == NULL)
    return kad_peer_id_to_string (&self->peer);
  address = kad_multiaddr_to_string (self->address);
  if (!kad_peer_id_is_set (&self->peer))
    return g_steal_pointer (&address);
  peer = kad_peer_id_to_string (&self->peer);
  return g_strdup_printf ("%s/p2p/%s", address, peer);
}
