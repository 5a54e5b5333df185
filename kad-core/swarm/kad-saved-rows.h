/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-database-row.h"
#include "kad-peer-info.h"
#include "kad-publication-row.h"
#include "kad-record.h"

G_BEGIN_DECLS

/* A longer one was not written by us. */
#define KAD_MAX_SAVED_ADDRESS_BYTES 4096

/* What the network knows, as rows of the database and back. Times are by the calendar, in
 * microseconds since 1970 (UTC). What a row holds may be anything, as files can be changed: what
 * makes no sense gives FALSE or NULL. */

KadDatabaseRow *kad_saved_peer_new (const KadPeerInfo *info, gint64 seen_unix_us,
                                    gboolean is_connected);
KadPeerInfo *kad_saved_peer_read (const KadDatabaseRow *row);

KadDatabaseRow *kad_saved_record_new (KadRecord *record, const KadPeerId *from,
                                      gint64 expires_unix_us);
/* Only its key. */
KadDatabaseRow *kad_saved_record_new_key (GBytes *key);
KadRecord *kad_saved_record_read (const KadDatabaseRow *row, KadPeerId *from);

KadDatabaseRow *kad_saved_provider_new (const guint8 *key, gsize len, const KadPeerId *peer,
                                        gint64 expires_unix_us);
gboolean kad_saved_provider_read (const KadDatabaseRow *row, KadPeerId *peer);

KadDatabaseRow *kad_saved_provider_peer_new (const KadPeerInfo *info, gint64 expires_unix_us);
KadPeerInfo *kad_saved_provider_peer_read (const KadDatabaseRow *row);

KadDatabaseRow *kad_saved_publication_new (const KadPublicationRow *publication);
KadPublicationRow *kad_saved_publication_read (const KadDatabaseRow *row);

G_END_DECLS
