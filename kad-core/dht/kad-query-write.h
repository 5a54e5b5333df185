/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-query.h"

G_BEGIN_DECLS

/* A query that walks to a key and then writes the same message to the closest
 * that answered: the part that put-record and provide have in common. */
typedef struct
{
  KadQuery parent;
  guint quorum;        /* as asked */
  KadMessage *message; /* (owned) what is written; set by start() */
  GArray *targets;     /* of KadWriteTarget; NULL before the walk has ended */
  guint n_pending;
  KadAlarm grace_alarm; /* set when the quorum is met */
  GPtrArray *failures;  /* (element-type KadPeerFailure) */
} KadWriteQuery;

void kad_write_query_walked (KadQuery *query, KadLookupVerdict verdict);
void kad_write_query_fill (KadQuery *query, KadEvent *event);
void kad_write_query_clear (KadQuery *query);
/* Whether enough peers have it. */
gboolean kad_write_query_has_quorum (KadQuery *query);
/* (element-type KadPeerFailure) (transfer full) (nullable): who did not do it, once it ended */
GPtrArray *kad_write_query_ref_failures (const KadQuery *query);
/* (nullable): "stored with n of k" and why, if it ended well but not everywhere. (transfer full) */
GError *kad_write_query_new_note (const KadQuery *query);

G_END_DECLS
