/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-buffer.h"

#include <string.h>

#define MIN_CAPACITY 512

/**
 * kad_buffer_clear: (skip)
 * @self: a buffer
 *
 * Drops what is queued and frees the storage. The buffer is empty then, and
 * usable.
 */
void
kad_buffer_clear (KadBuffer *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->data);
  *self = (KadBuffer) KAD_BUFFER_INIT;
}

/* Moves what is queued to the front of storage of at least @needed bytes. Sizes
 * double, so that the copying stays in proportion to what was appended. */
static void
grow (KadBuffer *self, gsize needed)
{
  gsize length = kad_buffer_get_length (self);
  gsize capacity = MAX (self->capacity, MIN_CAPACITY);
  guint8 *data;

  while (capacity < needed)
    {
      if (!g_size_checked_mul (&capacity, capacity, 2))
        capacity = needed;
    }
  data = g_malloc (capacity);
  if (length > 0)
    memcpy (data, self->data + self->start, length);
  g_free (self->data);
  self->data = data;
  self->capacity = capacity;
  self->start = 0;
  self->end = length;
}

/**
 * kad_buffer_reserve: (skip)
 * @self: a buffer
 * @len: how many bytes shall fit
 *
 * Makes room at the end. What was reserved and not committed is lost with the
 * next call that changes the buffer. The caller bounds what it queues: the
 * buffer itself grows until memory ends, which aborts as g_malloc() does.
 *
 * Returns: (transfer none): where @len bytes may be written
 */
guint8 *
kad_buffer_reserve (KadBuffer *self, gsize len)
{
  gsize length, needed;

  g_return_val_if_fail (self != NULL, NULL);

  length = kad_buffer_get_length (self);
  if (!g_size_checked_add (&needed, length, len))
    g_error ("A buffer of %" G_GSIZE_FORMAT " bytes cannot take %" G_GSIZE_FORMAT " more", length,
             len);
  if (self->capacity - self->end >= len && self->data != NULL)
    return self->data + self->end;

  /* Sliding is worth it only if at least half of the storage comes free:
   * otherwise a nearly full buffer would be moved for every few bytes. */
  if (needed <= self->capacity && self->start >= self->capacity / 2)
    {
      memmove (self->data, self->data + self->start, length);
      self->start = 0;
      self->end = length;
    }
  else
    {
      grow (self, MAX (needed, self->start > 0 ? length * 2 : needed));
    }
  return self->data + self->end;
}

/**
 * kad_buffer_commit: (skip)
 * @self: a buffer
 * @len: how many of the reserved bytes were written
 *
 * Queues what was written behind kad_buffer_reserve().
 */
void
kad_buffer_commit (KadBuffer *self, gsize len)
{
  g_return_if_fail (self != NULL && len <= self->capacity - self->end);

  self->end += len;
}

/**
 * kad_buffer_append: (skip)
 * @self: a buffer
 * @data: bytes, not of this buffer; may be %NULL if @len is 0
 * @len: how many
 *
 * Queues a copy of @data.
 */
void
kad_buffer_append (KadBuffer *self, const void *data, gsize len)
{
  g_return_if_fail (self != NULL && (data != NULL || len == 0));

  if (len == 0)
    return;
  memcpy (kad_buffer_reserve (self, len), data, len);
  self->end += len;
}

/**
 * kad_buffer_consume: (skip)
 * @self: a buffer
 * @len: how many bytes, at most kad_buffer_get_length()
 *
 * Drops bytes from the front.
 */
void
kad_buffer_consume (KadBuffer *self, gsize len)
{
  g_return_if_fail (self != NULL && len <= kad_buffer_get_length (self));

  self->start += len;
  if (self->start == self->end)
    self->start = self->end = 0;
}

/**
 * kad_buffer_trim: (skip)
 * @self: a buffer
 *
 * Frees the storage if nothing is queued, so that an idle connection holds
 * none; does nothing otherwise.
 */
void
kad_buffer_trim (KadBuffer *self)
{
  g_return_if_fail (self != NULL);

  if (kad_buffer_get_length (self) == 0)
    kad_buffer_clear (self);
}
