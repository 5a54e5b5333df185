/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-peer-info.h"

#include <string.h>

#include "kad-error.h"
#include "kad-escape.h"

/* Most peers have no more than these: then the info is one allocation. */
#define N_INLINE_ADDRESSES 4
#define MAX_SHOWN_BYTES 128

struct _KadPeerInfo
{
  gatomicrefcount refs;
  guint8 connection;
  guint8 n_addresses;
  guint8 capacity;
  KadPeerId peer;
  KadMultiaddr **addresses; /* (owned): `inline_addresses`, or on the heap */
  KadMultiaddr *inline_addresses[N_INLINE_ADDRESSES];
};

G_STATIC_ASSERT (KAD_MAX_PEER_ADDRESSES <= G_MAXUINT8);

G_DEFINE_BOXED_TYPE (KadPeerInfo, kad_peer_info, kad_peer_info_ref, kad_peer_info_unref)

/**
 * kad_peer_info_new:
 * @peer: whom it is about, copied
 *
 * Makes an info without addresses, not connected.
 *
 * Returns: (transfer full): the info
 */
KadPeerInfo *
kad_peer_info_new (const KadPeerId *peer)
{
  KadPeerInfo *self;

  g_return_val_if_fail (kad_peer_id_is_set (peer), NULL);

  self = g_new0 (KadPeerInfo, 1);
  g_atomic_ref_count_init (&self->refs);
  self->connection = KAD_CONNECTION_NOT_CONNECTED;
  self->peer = *peer;
  self->addresses = self->inline_addresses;
  self->capacity = N_INLINE_ADDRESSES;
  return self;
}

/**
 * kad_peer_info_new_from_string:
 * @text: a multiaddr with /p2p/ID at its end, as `kad` prints it for joining
 * @error: InvalidAddress if it is malformed or names no peer, InvalidKey if
 *   what it names is no peer id of ours
 *
 * Reads a peer and its one address; a bare `/p2p/ID` gives no address.
 *
 * Returns: (transfer full): the info
 */
KadPeerInfo *
kad_peer_info_new_from_string (const char *text, GError **error)
{
  g_autoptr (KadMultiaddr) whole = NULL;
  g_autoptr (KadMultiaddr) address = NULL;
  KadPeerInfo *self;
  KadPeerId peer;
  const guint8 *id;
  gsize id_len;

  g_return_val_if_fail (text != NULL, NULL);

  whole = kad_multiaddr_new_from_string (text, error);
  if (whole == NULL)
    return NULL;
  address = kad_multiaddr_split_peer (whole, &id, &id_len);
  if (id == NULL)
    {
      g_autofree char *escaped = kad_escape_peer_text (text, -1, MAX_SHOWN_BYTES);

      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS,
                   "The address “%s” names no peer: it must end with /p2p/ID", escaped);
      return NULL;
    }
  if (!kad_peer_id_init_from_bytes (&peer, id, id_len, error))
    return NULL;

  self = kad_peer_info_new (&peer);
  if (address != NULL)
    kad_peer_info_add_address (self, address);
  return self;
}

/**
 * kad_peer_info_ref:
 * @self: an info
 *
 * Returns: (transfer full): @self
 */
KadPeerInfo *
kad_peer_info_ref (KadPeerInfo *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * kad_peer_info_unref:
 * @self: (transfer full): an info
 */
void
kad_peer_info_unref (KadPeerInfo *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  for (guint i = 0; i < self->n_addresses; i++)
    kad_multiaddr_unref (self->addresses[i]);
  if (self->addresses != self->inline_addresses)
    g_free (self->addresses);
  g_free (self);
}

static void
grow (KadPeerInfo *self)
{
  guint capacity = MIN ((guint) self->capacity * 2, KAD_MAX_PEER_ADDRESSES);
  KadMultiaddr **addresses = g_new (KadMultiaddr *, capacity);

  memcpy (addresses, self->addresses, self->n_addresses * sizeof *addresses);
  if (self->addresses != self->inline_addresses)
    g_free (self->addresses);
  self->addresses = addresses;
  self->capacity = (guint8) capacity;
}

/**
 * kad_peer_info_add_address:
 * @self: an info that is not shared yet
 * @address: an address, of which a reference is taken; without /p2p at its end
 *
 * Adds an address behind the others. One that is there already, or that comes
 * when there are %KAD_MAX_PEER_ADDRESSES, is left out.
 *
 * Returns: whether it was added
 */
gboolean
kad_peer_info_add_address (KadPeerInfo *self, KadMultiaddr *address)
{
  g_return_val_if_fail (self != NULL && address != NULL, FALSE);

  if (self->n_addresses == KAD_MAX_PEER_ADDRESSES)
    return FALSE;
  for (guint i = 0; i < self->n_addresses; i++)
    {
      if (kad_multiaddr_equal (self->addresses[i], address))
        return FALSE;
    }
  if (self->n_addresses == self->capacity)
    grow (self);
  self->addresses[self->n_addresses++] = kad_multiaddr_ref (address);
  return TRUE;
}

/**
 * kad_peer_info_set_connection:
 * @self: an info that is not shared yet
 * @connection: how the one who tells stands to the peer
 *
 * Says what is known of the connection with the peer. Only before the info is shared.
 */
void
kad_peer_info_set_connection (KadPeerInfo *self, KadConnectionType connection)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail ((guint) connection <= KAD_CONNECTION_CANNOT_CONNECT);

  self->connection = (guint8) connection;
}

/**
 * kad_peer_info_get_peer:
 * @self: an info
 *
 * Returns: (transfer none): whom it is about
 */
const KadPeerId *
kad_peer_info_get_peer (const KadPeerInfo *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return &self->peer;
}

/**
 * kad_peer_info_get_connection:
 * @self: an info
 *
 * Returns: how the one who tells stands to the peer
 */
KadConnectionType
kad_peer_info_get_connection (const KadPeerInfo *self)
{
  g_return_val_if_fail (self != NULL, KAD_CONNECTION_NOT_CONNECTED);

  return (KadConnectionType) self->connection;
}

/**
 * kad_peer_info_get_n_addresses:
 * @self: an info
 *
 * Returns: how many addresses it has, 0 to %KAD_MAX_PEER_ADDRESSES
 */
guint
kad_peer_info_get_n_addresses (const KadPeerInfo *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_addresses;
}

/**
 * kad_peer_info_get_address:
 * @self: an info
 * @index: less than kad_peer_info_get_n_addresses()
 *
 * Returns: (transfer none): an address, in the order in which they were added
 */
KadMultiaddr *
kad_peer_info_get_address (const KadPeerInfo *self, guint index)
{
  g_return_val_if_fail (self != NULL && index < self->n_addresses, NULL);

  return self->addresses[index];
}

/**
 * kad_peer_info_dup_addresses:
 * @self: an info
 *
 * Returns: (transfer full) (array zero-terminated=1): the addresses as text
 */
char **
kad_peer_info_dup_addresses (const KadPeerInfo *self)
{
  char **texts;

  g_return_val_if_fail (self != NULL, NULL);

  texts = g_new0 (char *, (gsize) self->n_addresses + 1);
  for (guint i = 0; i < self->n_addresses; i++)
    texts[i] = kad_multiaddr_to_string (self->addresses[i]);
  return texts;
}
