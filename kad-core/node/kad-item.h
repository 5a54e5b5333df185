/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "kad-api.h"

G_BEGIN_DECLS

#define KAD_TYPE_ITEM (kad_item_get_type ())

/**
 * KadItemClass:
 *
 * Subclasses are the library's own.
 */
KAD_API
G_DECLARE_DERIVABLE_TYPE (KadItem, kad_item, KAD, ITEM, GObject)

struct _KadItemClass
{
  GObjectClass parent_class;

  /*< private >*/
  gpointer padding[4];
};

KAD_API GVariant *kad_item_get_details (KadItem *self);

G_END_DECLS
