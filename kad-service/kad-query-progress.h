/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-callers.h"
#include "kad-event.h"

G_BEGIN_DECLS

#define KAD_MAX_QUERY_STEPS 10000
/* Queries of one run whose peers are counted. */
#define KAD_MAX_COUNTED_QUERIES 64

/* How far a run is: the peers that its queries count, and the steps that they made, the last
 * KAD_MAX_QUERY_STEPS of them, by number. Steps count against the caller's bytes; where there is no
 * room the oldest go. */
typedef struct _KadQueryProgress KadQueryProgress;

KadQueryProgress *kad_query_progress_new (KadCaller *caller);
void kad_query_progress_free (KadQueryProgress *self);
/* A run begins: what another one counted is not its own. */
void kad_query_progress_begin (KadQueryProgress *self);
/* TRUE if it was a step, which is there now. @is_lan: of the companion, which numbers its queries
 * as the node does. */
gboolean kad_query_progress_see_event (KadQueryProgress *self, const KadEvent *event,
                                       gboolean is_lan);
/* Whether a query of the run has not said yet that it ended. */
gboolean kad_query_progress_is_open (KadQueryProgress *self);
/* It is over: nothing waits any more, and if it ended well no step is left. */
void kad_query_progress_finish (KadQueryProgress *self, gboolean well);
/* How many steps are done, and of how many. Whether that is new. */
gboolean kad_query_progress_set_far (KadQueryProgress *self, gboolean is_lan, guint done,
                                     guint total);
/* `(uu)`: how many steps are done in all networks together, and of how many; 0, 0: not known.
 * (transfer floating) */
GVariant *kad_query_progress_dup_far (KadQueryProgress *self);
/* `(uuuu)`: heard, waiting, queried, unreachable. (transfer floating) */
GVariant *kad_query_progress_dup_counts (KadQueryProgress *self);
/* `at`: the queries that the run has made in the service's node, of the first
 * KAD_MAX_COUNTED_QUERIES, as the node's events call them. (transfer floating) */
GVariant *kad_query_progress_dup_queries (KadQueryProgress *self);
/* The number behind the last step. */
guint kad_query_progress_get_end (KadQueryProgress *self);
/* `a(xuusss)`: at most @max from the number @from on, or from the oldest that is there. @first:
 * (out) (optional): the number of the first; @n: (out) (optional): how many. (transfer floating) */
GVariant *kad_query_progress_dup_steps (KadQueryProgress *self, guint from, guint max, guint *first,
                                        guint *n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadQueryProgress, kad_query_progress_free)

G_END_DECLS
