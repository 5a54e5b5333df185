/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-buffer.h"
#include "kad-message.h"

G_BEGIN_DECLS

#define KAD_PROTOCOL "/ipfs/kad/1.0.0"
#define KAD_LAN_PROTOCOL "/ipfs/lan/kad/1.0.0"

/* The kad protobuf (libp2p specs, kad-dht). Decoding counts fields and bounds
 * depth before it allocates, takes entries past KAD_MAX_CLOSER_PEERS and
 * KAD_MAX_PROVIDER_PEERS as absent, drops addresses and peers it cannot parse, keeps the rest, and
 * treats every optional field as absent first. @frame is without the length. */
KadMessage *kad_codec_decode (const guint8 *frame, gsize len, GError **error);
/* Appends length prefix and message, at most @max_bytes of message: addresses, then peers and
 * providers from the end are left out to fit. Connection values other than 0 and 1
 * are written as 0. FALSE and RecordTooLarge if the rest alone does not fit. */
gboolean kad_codec_encode (const KadMessage *message, gsize max_bytes, KadBuffer *out,
                           GError **error);
/* A record alone, as stores and validators of files use it. */
GBytes *kad_codec_encode_record (const KadRecord *record);
KadRecord *kad_codec_decode_record (const guint8 *data, gsize len, GError **error);

G_END_DECLS
