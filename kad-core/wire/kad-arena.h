/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <protobuf-c/protobuf-c.h>

G_BEGIN_DECLS

/* Memory for one decoded protobuf message: taken piece by piece, given back
 * all at once, and never more than was allowed. Plain struct on the stack. */
typedef struct
{
  ProtobufCAllocator allocator; /* for protobuf-c; its free does nothing */
  guint8 *block;                /* where pieces come from now */
  gsize used;
  gsize size;
  gpointer chunks; /* (nullable) (owned) list of further blocks */
  gsize left_bytes;
} KadArena;

/* @first: the caller's memory for the first pieces, aligned like malloc's and alive as long as
 * the arena; @max_bytes: how much may be taken beyond it. */
void kad_arena_init (KadArena *self, gpointer first, gsize first_len, gsize max_bytes);
void kad_arena_clear (KadArena *self);
/* NULL when the limit is reached. */
gpointer kad_arena_alloc (KadArena *self, gsize len);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KadArena, kad_arena_clear)

G_END_DECLS
