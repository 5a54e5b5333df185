/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-api.h"

G_BEGIN_DECLS

/* A byte queue: append at the end, consume at the front. Plain struct embedded
 * in its owner; zero-initialised is empty. It gives its memory back when it
 * becomes empty (kad_buffer_trim), so that an idle connection holds none. */
typedef struct
{
  guint8 *data;
  gsize start;
  gsize end;
  gsize capacity;
} KadBuffer;

#define KAD_BUFFER_INIT                                                                            \
  {                                                                                                \
    NULL, 0, 0, 0                                                                                  \
  }

void kad_buffer_clear (KadBuffer *self);
void kad_buffer_append (KadBuffer *self, const void *data, gsize len);
/* Room for @len more bytes at the end; write there, then kad_buffer_commit(). */
guint8 *kad_buffer_reserve (KadBuffer *self, gsize len);
void kad_buffer_commit (KadBuffer *self, gsize len);
/* Drops @len bytes from the front; @len at most kad_buffer_get_length(). */
void kad_buffer_consume (KadBuffer *self, gsize len);
/* Frees the storage if nothing is queued. */
void kad_buffer_trim (KadBuffer *self);

static inline gsize
kad_buffer_get_length (const KadBuffer *self)
{
  return self->end - self->start;
}

/* Borrowed until the next call that changes the buffer; NULL if it has no storage. */
static inline const guint8 *
kad_buffer_peek (const KadBuffer *self)
{
  /* Even adding 0 to NULL is undefined in C. */
  return self->data != NULL ? self->data + self->start : NULL;
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KadBuffer, kad_buffer_clear)

G_END_DECLS
