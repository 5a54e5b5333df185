/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-buffer.h"
#include "kad-noise.h"
#include "kad-wire.h"

G_BEGIN_DECLS

/* Makes a raw byte stream secure and multiplexed: multistream to /noise, Noise, then the
 * muxer, by the handshake's early negotiation or by multistream again. Bytes in, bytes
 * out; lives as long as the handshake. */
typedef struct _KadUpgrader KadUpgrader;

/* @ephemeral_secret: 32 random bytes. @expected: (nullable): who was dialled. */
KadUpgrader *kad_upgrader_new (KadRole role, KadNoiseIdentity *identity,
                               const guint8 ephemeral_secret[32], const KadPeerId *expected);
void kad_upgrader_free (KadUpgrader *self);
/* The initiator's first flight. */
void kad_upgrader_start (KadUpgrader *self, KadBuffer *out);
KadWireStatus kad_upgrader_feed (KadUpgrader *self, const guint8 *data, gsize len, gsize *used,
                                 KadBuffer *out, GError **error);
/* After DONE, once: the session, and plain text that came with the last flight. */
void kad_upgrader_take_session (KadUpgrader *self, KadNoiseSession *session, KadBuffer *plain);
const KadPeerId *kad_upgrader_get_peer (const KadUpgrader *self);
/* What it is waiting for, for the reason of a close: "security", "noise", "muxer". */
const char *kad_upgrader_get_phase (const KadUpgrader *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadUpgrader, kad_upgrader_free)

G_END_DECLS
