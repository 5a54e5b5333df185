/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many there are of each prefix (see KadIpGroup). What is counted holds the pointer until it
 * leaves; a prefix of which there is nothing left is forgotten. */
typedef struct _KadIpCounts KadIpCounts;

typedef struct
{
  guint64 prefix;
  guint n;
  guint n_half_open;
} KadIpCount;

KadIpCounts *kad_ip_counts_new (void);
void kad_ip_counts_free (KadIpCounts *self);
/* 0: none. */
guint kad_ip_counts_get (KadIpCounts *self, guint64 prefix);
KadIpCount *kad_ip_counts_join (KadIpCounts *self, guint64 prefix);
void kad_ip_counts_leave (KadIpCounts *self, KadIpCount *count);
/* Prefixes of which there is something. */
guint kad_ip_counts_get_size (KadIpCounts *self);

G_END_DECLS
