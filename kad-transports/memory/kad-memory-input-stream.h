/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-memory-pipe.h"

G_BEGIN_DECLS

#define KAD_TYPE_MEMORY_INPUT_STREAM (kad_memory_input_stream_get_type ())

/* The reader's half of a pipe; closing it closes that half only. */
G_DECLARE_FINAL_TYPE (KadMemoryInputStream, kad_memory_input_stream, KAD, MEMORY_INPUT_STREAM,
                      GInputStream)

void kad_memory_input_stream_register (GTypeModule *module);
/* Takes a reference of @pipe. */
GInputStream *kad_memory_input_stream_new (KadMemoryPipe *pipe);

G_END_DECLS
