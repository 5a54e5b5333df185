/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-delivery.h"
#include "kad-dispatcher.h"

G_BEGIN_DECLS

/* (transfer full) Keeps what @trace lends. */
KadDelivery *kad_delivery_new (const KadTrace *trace);

G_END_DECLS
