/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-bucket-row.h"

G_DEFINE_BOXED_TYPE (KadBucketRow, kad_bucket_row, kad_bucket_row_copy, kad_bucket_row_free)

/**
 * kad_bucket_row_new:
 * @bucket: its index
 *
 * Returns: (transfer full): a row; what is not told stays 0
 */
KadBucketRow *
kad_bucket_row_new (guint bucket)
{
  KadBucketRow *self = g_new0 (KadBucketRow, 1);

  self->bucket = bucket;
  return self;
}

/**
 * kad_bucket_row_copy:
 * @self: a row
 *
 * Returns: (transfer full): a copy
 */
KadBucketRow *
kad_bucket_row_copy (const KadBucketRow *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_memdup2 (self, sizeof *self);
}

/**
 * kad_bucket_row_free:
 * @self: (transfer full): a row
 */
void
kad_bucket_row_free (KadBucketRow *self)
{
  g_return_if_fail (self != NULL);

  g_free (self);
}
