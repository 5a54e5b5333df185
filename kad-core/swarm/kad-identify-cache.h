/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-identity.h"
#include "kad-private-key.h"

G_BEGIN_DECLS

/* What identify says of us, kept: each remote is told the same but for the address that it
 * is seen at, and the signature in it costs more than all the rest. Embedded in its owner;
 * zero-initialised is empty. */
typedef struct
{
  KadIdentity *said; /* (nullable) what `frame` says; without an observed address */
  guint64 seq;
  GBytes *frame;
} KadIdentifyCache;

void kad_identify_cache_clear (KadIdentifyCache *self);
/* The frame for one remote: @identity, whose `observed` is how we see it, signed by @key with
 * @seq. What changed since the last one is said anew. (transfer full); NULL with @error. */
GBytes *kad_identify_cache_dup_frame (KadIdentifyCache *self, const KadIdentity *identity,
                                      const KadPrivateKey *key, guint64 seq, GError **error);

G_END_DECLS
