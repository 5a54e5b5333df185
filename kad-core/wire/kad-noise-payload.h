/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-noise.h"
#include "kad-public-key.h"

G_BEGIN_DECLS

#define KAD_MAX_NOISE_MUXERS 16

/* What the second and third message carry: identity, its signature over the static
 * key, and the muxers (libp2p specs, noise, "The libp2p Handshake Payload"). */
GBytes *kad_noise_payload_new (const KadPrivateKey *identity, const guint8 static_public[32],
                               const char *const *muxers, GError **error);
/* The remote's identity, once its signature over @remote_static has been
 * verified. @own_muxers: (nullable): what we send; @early_muxer: (out) (nullable): the
 * own string that both have, by the order of the initiator. @role is ours. */
KadPublicKey *kad_noise_payload_verify (const guint8 *data, gsize len,
                                        const guint8 remote_static[32], KadRole role,
                                        const char *const *own_muxers, const char **early_muxer,
                                        GError **error);

G_END_DECLS
