/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-arena.h"

#define ALIGNMENT 16
#define CHUNK_BYTES 4096

/* What stands at the front of a block that was allocated. */
typedef struct
{
  gpointer next;
  gpointer padding; /* keeps what follows aligned */
} Chunk;

G_STATIC_ASSERT (sizeof (Chunk) % ALIGNMENT == 0);

static void *
allocate (void *allocator_data, size_t len)
{
  return kad_arena_alloc (allocator_data, len);
}

static void
release (void *allocator_data, void *pointer)
{
}

void
kad_arena_init (KadArena *self, gpointer first, gsize first_len, gsize max_bytes)
{
  g_return_if_fail ((gsize) first % ALIGNMENT == 0);

  self->allocator.alloc = allocate;
  self->allocator.free = release;
  self->allocator.allocator_data = self;
  self->block = first;
  self->used = 0;
  self->size = first_len;
  self->chunks = NULL;
  self->left_bytes = max_bytes;
}

void
kad_arena_clear (KadArena *self)
{
  while (self->chunks != NULL)
    {
      Chunk *chunk = self->chunks;

      self->chunks = chunk->next;
      g_free (chunk);
    }
  self->block = NULL;
  self->used = self->size = 0;
}

/* Blocks double, so that a big message takes few of them. What was left of the
 * old block is lost, which the limit counts. */
static gboolean
grow (KadArena *self, gsize len)
{
  gsize size = MAX (CHUNK_BYTES, MIN (self->size * 2, 1024 * 1024));
  Chunk *chunk;

  size = MAX (size, len);
  if (size > self->left_bytes)
    size = len;
  if (size > self->left_bytes)
    return FALSE;

  chunk = g_try_malloc (sizeof (Chunk) + size);
  if (chunk == NULL)
    return FALSE;
  chunk->next = self->chunks;
  self->chunks = chunk;
  self->block = (guint8 *) (chunk + 1);
  self->used = 0;
  self->size = size;
  self->left_bytes -= size;
  return TRUE;
}

/**
 * kad_arena_alloc:
 * @self: an arena
 * @len: bytes wanted
 *
 * Returns: (transfer none) (nullable): memory that lives as long as the arena, not
 *   initialised; %NULL when the arena's limit is reached
 */
gpointer
kad_arena_alloc (KadArena *self, gsize len)
{
  gpointer piece;

  if (len > G_MAXSSIZE - ALIGNMENT)
    return NULL;
  len = (len + ALIGNMENT - 1) & ~(gsize) (ALIGNMENT - 1);
  if (len > self->size - self->used && !grow (self, len))
    return NULL;

  piece = self->block + self->used;
  self->used += len;
  return piece;
}
