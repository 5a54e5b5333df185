/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-key.h"
#include "kad-peer-info.h"
#include "kad-random.h"

/* Peers for the tests of tables and stores. */

/* Number @n of a set that is the same in every run: an identity id, as Ed25519 keys have. */
G_GNUC_UNUSED static KadPeerId
make_peer (guint32 n)
{
  guint8 bytes[38] = { 0x00, 0x24, 0x08, 0x01, 0x12, 0x20 };
  KadRandom random;
  KadPeerId peer;

  kad_random_init_from_number (&random, n);
  kad_random_bytes (&random, bytes + 6, 32);
  g_assert_true (kad_peer_id_init_from_bytes (&peer, bytes, sizeof bytes, NULL));
  return peer;
}

G_GNUC_UNUSED static void
add_address (KadPeerInfo *info, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (text, &error);

  g_assert_no_error (error);
  kad_peer_info_add_address (info, address);
}

/* @address: (nullable) */
G_GNUC_UNUSED static KadPeerInfo *
make_info (guint32 n, const char *address)
{
  KadPeerId peer = make_peer (n);
  KadPeerInfo *info = kad_peer_info_new (&peer);

  if (address != NULL)
    add_address (info, address);
  return info;
}

G_GNUC_UNUSED static void
assert_peer (const KadPeerInfo *info, guint32 n)
{
  KadPeerId expected = make_peer (n);

  g_assert_nonnull (info);
  g_assert_true (kad_peer_id_equal (kad_peer_info_get_peer (info), &expected));
}

G_GNUC_UNUSED static void
random_key (KadRandom *random, KadKey *key)
{
  kad_random_bytes (random, key->bytes, sizeof key->bytes);
}
