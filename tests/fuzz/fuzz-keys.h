/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-private-key.h"

G_BEGIN_DECLS

/* Identities of the targets: number N has N in every byte of its seed. Made once. */
static inline KadPrivateKey *
fuzz_key (guint8 number)
{
  static KadPrivateKey *keys[256];

  if (keys[number] == NULL)
    {
      guint8 seed[32];

      memset (seed, number, sizeof seed);
      keys[number] = kad_private_key_new_ed25519_from_seed (seed);
    }
  return keys[number];
}

static inline const KadPeerId *
fuzz_peer (guint8 number)
{
  return kad_public_key_get_peer_id (kad_private_key_get_public_key (fuzz_key (number)));
}

G_END_DECLS
