/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-transport.h"

G_BEGIN_DECLS

/* Of one side. */
#define KAD_MAX_MEMORY_LATENCY_MS 60000

#define KAD_TYPE_MEMORY_TRANSPORT (kad_memory_transport_get_type ())

G_DECLARE_FINAL_TYPE (KadMemoryTransport, kad_memory_transport, KAD, MEMORY_TRANSPORT, KadTransport)

/* @module: (nullable): NULL registers the types for good, where the transport is linked in */
void kad_memory_transport_register (GTypeModule *module);
/* Types and extension, for who links the transport in. Safe to call often. */
void kad_memory_transport_register_static (void);

G_END_DECLS
