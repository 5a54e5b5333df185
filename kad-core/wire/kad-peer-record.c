/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-envelope.h"

#include "kad-envelope.pb-c.h"
#include "kad-error.h"
#include "kad-peer-address.h"
#include "kad-proto-guard.h"

/* The peer record of libp2p specs, RFC 0003, with the domain that is in use: the
 * RFC's text still has an older one. */

#define MAX_RECORD_ADDRESSES 64

static const guint8 payload_type[] = { 0x03, 0x01 };

static const KadProtoSchema address_schema = {
  "peer record address",
  1,
  { { 1, KAD_PROTO_BYTES, 1, KAD_MAX_MULTIADDR_BYTES, KAD_PROTO_LEAVE_OUT, NULL } },
};

static const KadProtoSchema record_schema = {
  "peer record",
  3,
  { { 1, KAD_PROTO_BYTES, 1, KAD_MAX_PEER_ID_BYTES, KAD_PROTO_REFUSE, NULL },
    { 2, KAD_PROTO_VARINT, 1, 0, KAD_PROTO_REFUSE, NULL },
    { 3, KAD_PROTO_BYTES, MAX_RECORD_ADDRESSES, KAD_MAX_ENVELOPE_BYTES, KAD_PROTO_LEAVE_OUT,
      &address_schema } },
};

static KadPeerRecord *
kad_peer_record_new (void)
{
  KadPeerRecord *self = g_new0 (KadPeerRecord, 1);

  self->addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);
  return self;
}

void
kad_peer_record_free (KadPeerRecord *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->addresses);
  g_free (self);
}

/**
 * kad_peer_record_seal:
 * @key: the peer's own key
 * @seq: must grow with every record of the peer
 * @addresses: (array length=n_addresses): where the peer is reached; what is past 64 is left out
 * @n_addresses: number of @addresses
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (nullable): a signed envelope with the record in it
 */
GBytes *
kad_peer_record_seal (const KadPrivateKey *key, guint64 seq, KadMultiaddr *const *addresses,
                      guint n_addresses, GError **error)
{
  KadPb__PeerRecord record = KAD_PB__PEER_RECORD__INIT;
  KadPb__AddressInfo infos[MAX_RECORD_ADDRESSES];
  KadPb__AddressInfo *pointers[MAX_RECORD_ADDRESSES];
  KadPublicKey *public_key = kad_private_key_get_public_key (key);
  g_autofree guint8 *packed = NULL;
  gsize len;

  n_addresses = MIN (n_addresses, MAX_RECORD_ADDRESSES);
  for (guint i = 0; i < n_addresses; i++)
    {
      kad_pb__address_info__init (&infos[i]);
      infos[i].has_multiaddr = TRUE;
      infos[i].multiaddr.data
          = (guint8 *) kad_multiaddr_get_data (addresses[i], &infos[i].multiaddr.len);
      pointers[i] = &infos[i];
    }
  record.has_peer_id = TRUE;
  record.peer_id.data = (guint8 *) kad_peer_id_get_data (kad_public_key_get_peer_id (public_key),
                                                         &record.peer_id.len);
  record.has_seq = TRUE;
  record.seq = seq;
  record.addresses = pointers;
  record.n_addresses = n_addresses;

  len = kad_pb__peer_record__get_packed_size (&record);
  packed = g_malloc (len);
  kad_pb__peer_record__pack (&record, packed);
  return kad_envelope_seal (key, KAD_PEER_RECORD_DOMAIN, payload_type, sizeof payload_type, packed,
                            len, error);
}

static KadPeerRecord *
read_record (const guint8 *data, gsize len, GError **error)
{
  guint8 storage[4096] __attribute__ ((aligned (16)));
  g_auto (KadArena) arena = { 0 };
  g_autoptr (KadPeerRecord) self = kad_peer_record_new ();
  const KadPb__PeerRecord *record;

  kad_arena_init (&arena, storage, sizeof storage, 8 * KAD_MAX_ENVELOPE_BYTES);
  record = kad_proto_unpack (&kad_pb__peer_record__descriptor, &record_schema, &arena, data, len,
                             error);
  if (record == NULL
      || !kad_peer_id_init_from_bytes (&self->peer, record->peer_id.data, record->peer_id.len,
                                       error))
    return NULL;

  self->seq = record->seq;
  for (gsize i = 0; i < record->n_addresses; i++)
    {
      const ProtobufCBinaryData *bytes = &record->addresses[i]->multiaddr;
      KadMultiaddr *address = kad_peer_address_read (bytes->data, bytes->len, &self->peer);

      if (address != NULL)
        g_ptr_array_add (self->addresses, address);
    }
  return g_steal_pointer (&self);
}

/**
 * kad_peer_record_open:
 * @data: (array length=len): a signed envelope
 * @len: bytes of @data
 * @error: return location for a #GError
 *
 * Opens a record that the peer it names has signed. Addresses that are no
 * multiaddrs are left out.
 *
 * Returns: (transfer full) (nullable): the record; %NULL as kad_envelope_open(), and with
 *   %KAD_ERROR_INVALID_RECORD when another peer signed it
 */
KadPeerRecord *
kad_peer_record_open (const guint8 *data, gsize len, GError **error)
{
  g_autoptr (KadPublicKey) signer = NULL;
  g_autoptr (GBytes) payload = NULL;
  g_autoptr (KadPeerRecord) self = NULL;
  const guint8 *bytes;
  gsize n_bytes;

  payload = kad_envelope_open (data, len, KAD_PEER_RECORD_DOMAIN, payload_type, sizeof payload_type,
                               &signer, error);
  if (payload == NULL)
    return NULL;
  bytes = g_bytes_get_data (payload, &n_bytes);
  self = read_record (bytes, n_bytes, error);
  if (self == NULL)
    return NULL;
  if (!kad_peer_id_equal (&self->peer, kad_public_key_get_peer_id (signer)))
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_RECORD,
                           "A peer record is signed by another peer than it names");
      return NULL;
    }
  return g_steal_pointer (&self);
}
