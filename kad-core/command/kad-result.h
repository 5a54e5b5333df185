/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-api.h"
#include "kad-bucket-row.h"
#include "kad-event.h"
#include "kad-held-row.h"
#include "kad-infos.h"
#include "kad-module.h"
#include "kad-query-row.h"

G_BEGIN_DECLS

/* The `a{sv}` forms of results, one place for all commands: keys as cli.md has
 * them, in its order. Byte strings are `ay` under their bare name ("key", "value", "raw"); who
 * writes JSON turns `ay` into NAME_base64 (and adds "value" as text when it is UTF-8).
 * What a peer did not say is an empty maybe: null in JSON, left out on D-Bus. Peers' texts are
 * escaped. All floating. */
KAD_API GVariant *kad_result_new_peer (KadPeerInfo *info); /* peer, addresses */
/* key, value, from (left out if @from is NULL or not set) */
KAD_API GVariant *kad_result_new_record (KadRecord *record, const KadPeerId *from);
/* peer, agent ms, protocol_version ms, protocols as, addresses as, observed_address ms */
KAD_API GVariant *kad_result_new_identity (const KadIdentity *identity);
/* peer, record ma{sv}, closer aa{sv}, providers aa{sv}, raw */
KAD_API GVariant *kad_result_new_answer (const KadPeerId *peer, KadMessage *answer, GBytes *raw);
/* peer, bucket u, addresses as, agent ms, state s, connected b, protected b, added_us x,
 * last_seen_us x (since 1970), rtt_us mx */
KAD_API GVariant *kad_result_new_table_row (const KadTableRow *row);
/* bucket u, size u, replacements u, connected u, refreshed_us x, changed_us x (since 1970) */
KAD_API GVariant *kad_result_new_bucket (const KadBucketRow *row);
/* peer, address s, direction s, age_us x, streams u, rtt_us mx, agent ms, security ms, muxer ms,
 * reason ms */
KAD_API GVariant *kad_result_new_connection (const KadConnectionRow *row, gint64 now_us);
/* query t, kind s, key, run t, command s, age_us x, heard u, waiting u, queried u, unreachable u,
 * alpha u */
KAD_API GVariant *kad_result_new_query (const KadQueryRow *row, gint64 now_us);
/* peer, rtt_us x */
KAD_API GVariant *kad_result_new_ping (const KadPeerId *peer, gint64 rtt_us);
/* stored u, wanted u, failed aa{sv}: [{peer, reason}] */
KAD_API GVariant *kad_result_new_write (const KadEvent *event);
/* name ms, version ms, summary ms, file s, state s (loaded, failed), own b, commands as, transports
 * as, error ms */
KAD_API GVariant *kad_result_new_module (KadModule *module);
/* kind s, key, tag ms, persistent b, created_us x, last_run_us x, next_run_us x, stored u, wanted
 * u, failures u, running b, error */
KAD_API GVariant *kad_result_new_publication (const KadPublicationRow *row);
/* key, size t, expires_us x, from s (left out for our own) */
KAD_API GVariant *kad_result_new_held_record (const KadHeldRow *row);
/* key, expires_us x, peer s, addresses as */
KAD_API GVariant *kad_result_new_held_provider (const KadHeldRow *row);
/* Any event as the `kad node --json` line: event name and what it carries. */
KAD_API GVariant *kad_result_new_event (const KadEvent *event);
/* {code, message}: what stands behind "error" */
KAD_API GVariant *kad_result_new_error (const GError *error);

G_END_DECLS
