/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "kad-api.h"
#include "kad-peer-id.h"

G_BEGIN_DECLS

/**
 * KAD_MAX_RECORD_BYTES:
 *
 * The longest value of a record, in bytes.
 */
#define KAD_MAX_RECORD_BYTES (64 * 1024)

/**
 * KAD_MAX_RECORD_TIME_BYTES:
 *
 * The longest time of a record, in bytes; RFC 3339 with nanoseconds takes 35. A longer text is no
 * time and is left out.
 */
#define KAD_MAX_RECORD_TIME_BYTES 64

#define KAD_TYPE_RECORD (kad_record_get_type ())

/**
 * KadRecord:
 *
 * A value record as the wire carries it (libp2p specs, kad-dht, `Record`). Immutable and reference
 * counted; any thread.
 */
typedef struct _KadRecord KadRecord;

KAD_API GType kad_record_get_type (void);
/* @time_received: (nullable): as it came, RFC 3339 or anything else */
KAD_API KadRecord *kad_record_new (GBytes *key, GBytes *value, const char *time_received);
/* A copy with another time. */
KAD_API KadRecord *kad_record_with_time (const KadRecord *self, const char *time_received);
/* rust's extensions: publisher (nullable) and ttl in seconds, 0 for none. */
KAD_API KadRecord *kad_record_with_publisher (const KadRecord *self, const KadPeerId *publisher,
                                              guint32 ttl_s);
KAD_API KadRecord *kad_record_ref (KadRecord *self);
KAD_API void kad_record_unref (KadRecord *self);
KAD_API GBytes *kad_record_get_key (const KadRecord *self);
KAD_API GBytes *kad_record_get_value (const KadRecord *self);
KAD_API const char *kad_record_get_time_received (const KadRecord *self);
KAD_API const KadPeerId *kad_record_get_publisher (const KadRecord *self);
KAD_API guint32 kad_record_get_ttl_s (const KadRecord *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadRecord, kad_record_unref)

G_END_DECLS
