/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-api.h"
#include "kad-event.h"
#include "kad-infos.h"

G_BEGIN_DECLS

/* The `a{sv}` forms of results, one place for all commands: keys as cli.md has
 * them. Byte strings are `ay` under their bare name ("key", "value", "raw"); who writes JSON
 * turns `ay` into NAME_base64 (and adds "value" as text when it is UTF-8). Floating. */
KAD_API GVariant *kad_result_new_peer (KadPeerInfo *info);          /* peer, addresses */
KAD_API GVariant *kad_result_new_record (KadRecord *record, const KadPeerId *from);
KAD_API GVariant *kad_result_new_identity (const KadIdentity *identity);
KAD_API GVariant *kad_result_new_answer (const KadPeerId *peer, KadMessage *answer, GBytes *raw);
KAD_API GVariant *kad_result_new_table_row (const KadTableRow *row);
KAD_API GVariant *kad_result_new_connection (const KadConnectionRow *row, gint64 now_us);
/* stored, wanted, failed: [{peer, reason}] */
KAD_API GVariant *kad_result_new_write (const KadEvent *event);
/* Any event as the `kad node --json` line: event name and what it carries. */
KAD_API GVariant *kad_result_new_event (const KadEvent *event);

G_END_DECLS
