/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define KAD_TYPE_MEMORY_STREAM (kad_memory_stream_get_type ())

/* One end of a connection inside of a process; both halves are pollable. */
G_DECLARE_FINAL_TYPE (KadMemoryStream, kad_memory_stream, KAD, MEMORY_STREAM, GIOStream)

/* With the types of its halves. */
void kad_memory_stream_register (GTypeModule *module);
/* Two ends of one connection. */
void kad_memory_stream_new_pair (GIOStream **one, GIOStream **other);
/* The same, and what is written at one comes to the other so much later. */
void kad_memory_stream_new_slow_pair (guint latency_ms, GIOStream **one, GIOStream **other);

G_END_DECLS
