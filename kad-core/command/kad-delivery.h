/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "kad-api.h"
#include "kad-event.h"

G_BEGIN_DECLS

/**
 * KAD_MAX_DELIVERY_ASKED:
 *
 * How many of those that were asked a #KadDelivery names, the first ones; it counts all.
 */
#define KAD_MAX_DELIVERY_ASKED 64

#define KAD_TYPE_DELIVERY (kad_delivery_get_type ())

/**
 * KadDelivery:
 *
 * The way of one event along the chain: who was asked, who consumed it, and how long that took.
 * Immutable and reference counted; any thread. Made by the library only.
 */
typedef struct _KadDelivery KadDelivery;

KAD_API GType kad_delivery_get_type (void);
KAD_API KadDelivery *kad_delivery_ref (KadDelivery *self);
KAD_API void kad_delivery_unref (KadDelivery *self);
KAD_API KadEvent *kad_delivery_get_event (const KadDelivery *self);
KAD_API const char *const *kad_delivery_get_asked (const KadDelivery *self);
KAD_API const guint64 *kad_delivery_get_asked_runs (const KadDelivery *self, guint *n_runs);
KAD_API guint kad_delivery_get_n_asked (const KadDelivery *self);
KAD_API const char *kad_delivery_get_consumer (const KadDelivery *self);
KAD_API guint64 kad_delivery_get_consumer_run (const KadDelivery *self);
KAD_API gint64 kad_delivery_get_duration_us (const KadDelivery *self);
KAD_API gint64 kad_delivery_get_wall_us (const KadDelivery *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadDelivery, kad_delivery_unref)

G_END_DECLS
