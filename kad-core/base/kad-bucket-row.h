/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "kad-api.h"

G_BEGIN_DECLS

#define KAD_TYPE_BUCKET_ROW (kad_bucket_row_get_type ())

/**
 * KadBucketRow:
 * @bucket: its index: how many leading bits its peers' keys have in common with ours
 * @size: how many peers are in it
 * @replacements: how many wait for a place in it
 * @connected: with how many of those in it there is a connection
 * @refreshed_us: when it was last looked up, microseconds since 1970; 0: never
 * @changed_us: when somebody last came or went, microseconds since 1970; 0: never
 *
 * A bucket of the routing table, as it was when somebody looked. Made by the library only; later
 * versions add fields at its end.
 */
typedef struct
{
  guint bucket;
  guint size;
  guint replacements;
  guint connected;
  gint64 refreshed_us;
  gint64 changed_us;
} KadBucketRow;

KAD_API GType kad_bucket_row_get_type (void);

KAD_API KadBucketRow *kad_bucket_row_new (guint bucket);
KAD_API KadBucketRow *kad_bucket_row_copy (const KadBucketRow *self);
KAD_API void kad_bucket_row_free (KadBucketRow *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadBucketRow, kad_bucket_row_free)

G_END_DECLS
