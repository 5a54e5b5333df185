/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-buffer.h"
#include "kad-wire.h"

G_BEGIN_DECLS

#define KAD_MULTISTREAM_HEADER "/multistream/1.0.0"
#define KAD_MAX_MULTISTREAM_TOKEN 1024
#define KAD_MAX_MULTISTREAM_ROUNDS 64 /* refused proposals before we give up */

/* multistream-select 1.0, one negotiation (libp2p specs, connections). Small:
 * lives only as long as the negotiation. */
typedef struct _KadMultistream KadMultistream;

/* Says which of the responder's names a proposal is; NULL: not supported.
 * The result must outlive the machine (a static or table string). */
typedef const char *(*KadMultistreamMatch) (const char *proposed, gpointer user_data);

/* Proposes @protocols in order. @is_lazy: with the only (or first) proposal sent at once
 * with the header, the caller may append its payload to the output before any
 * answer came (`kad_multistream_is_optimistic`). The strings must outlive it. */
KadMultistream *kad_multistream_new_initiator (const char *const *protocols, gboolean is_lazy);
KadMultistream *kad_multistream_new_responder (KadMultistreamMatch match, gpointer user_data);
void kad_multistream_free (KadMultistream *self);
/* Appends the first flight of this side (initiator: header and first proposal;
 * responder: its header may wait for the remote's). */
void kad_multistream_start (KadMultistream *self, KadBuffer *out);
/* Consumes from the front of @data, never a byte past the negotiation; appends
 * answers to @out. DONE: a protocol is agreed. ERROR NotSupported: none is. */
KadWireStatus kad_multistream_feed (KadMultistream *self, const guint8 *data, gsize len,
                                    gsize *used, KadBuffer *out, GError **error);
/* What was agreed (one of the own strings), NULL before DONE. */
const char *kad_multistream_get_protocol (const KadMultistream *self);
/* A lazy initiator: payload may follow the first flight at once. */
gboolean kad_multistream_is_optimistic (const KadMultistream *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadMultistream, kad_multistream_free)

G_END_DECLS
