/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-network-state.h"
#include "kad-timer-heap.h"

G_BEGIN_DECLS

/* So many of those who were known have to be in the table for no bootstrap peer to be contacted;
 * all of them, if fewer were known. */
#define KAD_WARM_ENOUGH 5
/* Who was known and does not answer within this is not waited for. */
#define KAD_WARM_PATIENCE_US (2 * G_USEC_PER_SEC)
#define KAD_MAX_WARM_DIALS 8       /* at a time */
#define KAD_MAX_WARM_CANDIDATES 64 /* in all */

/* Joining by whom we knew, before bootstrap peers are needed. Plain struct inside its owner. */
typedef struct
{
  GPtrArray *candidates; /* (nullable) (element-type KadPeerInfo) in the order of dialling */
  guint next;
  guint n_dialling;
  guint n_failed;
  guint n_wanted; /* in the table */
  KadTimer timer;
  gboolean is_over;               /* it led to something, or was given up */
  gboolean was_without_bootstrap; /* nobody has contacted a bootstrap peer yet */
} KadWarmStart;

void kad_network_warm_init (KadNetwork *self);
void kad_network_warm_clear (KadNetwork *self);
/* FALSE: nobody is known. */
gboolean kad_network_warm_begin (KadNetwork *self);
/* The table changed. */
void kad_network_warm_note_event (KadNetwork *self, const KadEvent *event);

G_END_DECLS
