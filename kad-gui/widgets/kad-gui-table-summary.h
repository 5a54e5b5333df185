/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-store.h"

G_BEGIN_DECLS

/* Seats of a bucket. */
#define KAD_GUI_BUCKET_SEATS 20

/* The routing table in numbers. */
typedef struct
{
  guint n_peers;
  guint n_buckets; /* with somebody in them */
  guint n_connected;
  guint n_stale;
  guint n_replacements;
  guint deepest; /* the last one with somebody */
  gboolean thin; /* a bucket has fewer than one that is deeper, which should be half as full */
  guint thin_index;
  guint thin_size;
} KadGuiTableSummary;

void kad_gui_table_summary_init (KadGuiTableSummary *self, KadGuiStore *store);
/* "131 peers in 9 buckets, 12 connected, bucket 4 is thin: 7 of 20". (transfer full) */
char *kad_gui_table_summary_dup_text (const KadGuiTableSummary *self);
/* A bucket in some lines: its seats, who is connected, stale or waits, when it was refreshed and
 * changed. @index: below KAD_KEY_BITS. (transfer full) */
char *kad_gui_table_summary_dup_bucket (KadGuiStore *store, guint index);

G_END_DECLS
