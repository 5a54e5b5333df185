/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-listener.h"
#include "kad-memory-pipe.h"

G_BEGIN_DECLS

/* Who may wait at one listener to be accepted. */
#define KAD_MAX_MEMORY_BACKLOG 128

#define KAD_TYPE_MEMORY_LISTENER (kad_memory_listener_get_type ())

G_DECLARE_FINAL_TYPE (KadMemoryListener, kad_memory_listener, KAD, MEMORY_LISTENER, KadListener)

void kad_memory_listener_register (GTypeModule *module);
/* @number: 0 picks a free one. Ready is told in the thread-default context of this call. */
KadListener *kad_memory_listener_new (guint64 number, GError **error);
/* What comes and goes over connections with it takes so much longer, those of before excepted. */
void kad_memory_listener_set_latency (KadListener *listener, const KadMemoryLatency *latency);
/* Connects to the listener with @number, from any thread. @latency: (nullable): of this side;
 * that of the listener is added to it. */
KadLink *kad_memory_listener_connect (guint64 number, const KadMemoryLatency *latency,
                                      GError **error);
/* /memory/N */
KadMultiaddr *kad_memory_listener_new_address (guint64 number);

G_END_DECLS
