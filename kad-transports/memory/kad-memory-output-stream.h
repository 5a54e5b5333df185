/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-memory-pipe.h"

G_BEGIN_DECLS

#define KAD_TYPE_MEMORY_OUTPUT_STREAM (kad_memory_output_stream_get_type ())

/* The writer's half of a pipe; closing it closes that half only. */
G_DECLARE_FINAL_TYPE (KadMemoryOutputStream, kad_memory_output_stream, KAD, MEMORY_OUTPUT_STREAM,
                      GOutputStream)

void kad_memory_output_stream_register (GTypeModule *module);
/* Takes a reference of @pipe. */
GOutputStream *kad_memory_output_stream_new (KadMemoryPipe *pipe);

G_END_DECLS
