/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-identity.h"
#include "kad-private-key.h"
#include "kad-wire.h"
#include "kad-buffer.h"

G_BEGIN_DECLS

#define KAD_IDENTIFY_PROTOCOL "/ipfs/id/1.0.0"
#define KAD_IDENTIFY_PUSH_PROTOCOL "/ipfs/id/push/1.0.0"
#define KAD_MAX_IDENTIFY_EMITTED 4096
#define KAD_MAX_IDENTIFY_FRAME 8192
#define KAD_MAX_IDENTIFY_FRAMES 10
#define KAD_MAX_IDENTIFY_ADDRESSES 64

/* What we say of ourselves: one frame (with its length) of at most 4 KiB; addresses
 * from the end are left out to fit. @seq: of the signed peer record, must not go back. */
gboolean kad_identify_encode (const KadIdentity *self, const KadPrivateKey *key, guint64 seq,
                              KadBuffer *out, GError **error);
/* Appends @frame, made without an observed address, with one: what differs between the remotes
 * that are told, so that the signature is made once for all of them. FALSE if it would be
 * longer than KAD_MAX_IDENTIFY_EMITTED. */
gboolean kad_identify_add_observed (const guint8 *frame, gsize len, const KadMultiaddr *observed,
                                    KadBuffer *out);

/* Reads up to ten frames of a remote and merges them until its end. */
typedef struct _KadIdentifyReader KadIdentifyReader;

/* @remote: proven by the connection: another key or record is an error. */
KadIdentifyReader *kad_identify_reader_new (const KadPeerId *remote);
void kad_identify_reader_free (KadIdentifyReader *self);
KadWireStatus kad_identify_reader_feed (KadIdentifyReader *self, const guint8 *data, gsize len,
                                        gsize *used, GError **error);
/* At the remote's end (or when enough frames came). */
KadIdentity *kad_identify_reader_finish (KadIdentifyReader *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadIdentifyReader, kad_identify_reader_free)

G_END_DECLS
