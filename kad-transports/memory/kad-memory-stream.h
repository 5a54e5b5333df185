/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-memory-pipe.h"

G_BEGIN_DECLS

#define KAD_TYPE_MEMORY_STREAM (kad_memory_stream_get_type ())

/* One end of a connection inside of a process; both halves are pollable. */
G_DECLARE_FINAL_TYPE (KadMemoryStream, kad_memory_stream, KAD, MEMORY_STREAM, GIOStream)

/* With the types of its halves. */
void kad_memory_stream_register (GTypeModule *module);
/* Two ends of one connection. */
void kad_memory_stream_new_pair (GIOStream **one, GIOStream **other);
/* The same, and what is written at one comes to the other later by both. @of_one, @of_other:
 * (nullable) */
void kad_memory_stream_new_slow_pair (const KadMemoryLatency *of_one,
                                      const KadMemoryLatency *of_other, GIOStream **one,
                                      GIOStream **other);

G_END_DECLS
