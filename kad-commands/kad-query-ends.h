/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"
#include "kad-endpoint.h"

G_BEGIN_DECLS

/* What several commands share. The ends are for the last event of the command's query. */

/* Tells how far the run is, if @event says so: the run has this one query. */
void kad_query_ends_tell_progress (KadCommandHandler *handler, const KadEvent *event);

/* Whether a query came to its own end: neither failed, nor timed out, nor cancelled. */
gboolean kad_query_ends_is_good (const KadEvent *event);
/* The end of a lookup that reported what it found: as kad_command_handler_end_with_event(), but
 * a lookup whose every request failed and that reported nothing is %KAD_ERROR_OFFLINE. */
void kad_query_ends_lookup (KadCommandHandler *handler, KadEvent *event);
/* The end of a search for one thing: as kad_query_ends_lookup(), but nothing reported is
 * %KAD_ERROR_NOT_FOUND: "Nobody who was asked has @what". */
void kad_query_ends_search (KadCommandHandler *handler, KadEvent *event, const char *what);
/* The end of a write: fails with "n of k" and the reasons unless @quorum (KAD_QUORUM_*, the default
 * is one) peers stored; adds stored, wanted and failed to the last line otherwise. */
void kad_query_ends_write (KadCommandHandler *handler, KadEvent *event, guint quorum);
/* The error of that, without an end: NULL if enough peers stored. */
GError *kad_query_ends_new_write_error (const KadEvent *event, guint quorum);
/* @text, as an endpoint that names a peer. NULL and an error if it does not. */
KadEndpoint *kad_query_ends_parse_peer (const char *text, GError **error);

G_END_DECLS
