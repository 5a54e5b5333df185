/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-item.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_BUCKET (kad_gui_bucket_get_type ())

KAD_GUI_DECLARE_ITEM (KadGuiBucket, kad_gui_bucket, BUCKET)

/* The fields, as setters name them. */
enum
{
  KAD_GUI_BUCKET_FIELD_INDEX = 1,
  KAD_GUI_BUCKET_FIELD_SIZE,
  KAD_GUI_BUCKET_FIELD_REPLACEMENTS,
  KAD_GUI_BUCKET_FIELD_CONNECTED,
  KAD_GUI_BUCKET_FIELD_STALE,
  KAD_GUI_BUCKET_FIELD_REFRESHED_US,
  KAD_GUI_BUCKET_FIELD_CHANGED_US,
};

/**
 * KadGuiBucket:
 *
 * A bucket of the routing table, one of 256.
 */
struct _KadGuiBucket
{
  KadGuiItem parent_instance;

  guint index; /* leading bits in common with our key */
  guint size;
  guint replacements; /* who waits for a seat; 0 where the source does not tell */
  guint connected;
  guint stale;
  gint64 refreshed_us; /* microseconds since 1970; 0: never, or not told */
  gint64 changed_us;   /* microseconds since 1970 */
};

KadGuiBucket *kad_gui_bucket_new (void);

G_END_DECLS
