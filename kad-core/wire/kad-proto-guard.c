/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-proto-guard.h"

#include <string.h>

#include "kad-error.h"
#include "kad-varint.h"

/* Why a guard. protobuf-c allocates for each field it meets: a list entry of some
 * 40 bytes for a field of two bytes, a copy of each unknown field, an array for
 * each repeated one. So hostile bytes would cost a multiple of their size. The
 * guard walks the bytes once, by a table of what we know of the message, and
 * leaves out what protobuf-c need not see: unknown fields, fields of another wire
 * type than theirs, entries past a count, contents past a length.
 *
 * Nearly every real message passes untouched and uncopied. At the first thing to
 * leave out, what stood before it is copied and the walk goes on with the copy at
 * its side. A message inside a message then gets its new length in as many bytes
 * as the old one had (a varint may be written longer than needed), so that
 * the copy never outgrows the original and nothing has to move.
 *
 * The recursion follows the tables, not the bytes; groups are an error. */

/* A field that is not repeated may still come again, and the last one counts.
 * Nobody writes that; so often is tolerated. */
#define MAX_REPETITIONS 4

typedef struct
{
  guint32 number;
  guint wire_type;
  const guint8 *start;     /* of the tag */
  const guint8 *length_at; /* of the length: BYTES only */
  const guint8 *content;
  const guint8 *end;
} Span;

typedef struct
{
  const guint8 *base;
  gsize len;
  guint8 *copy; /* (nullable) (owned) */
  gsize copied;
} Walk;

static gboolean
read_varint (const guint8 **at, const guint8 *end, guint64 *value)
{
  gsize used;

  if (*at < end && **at < 0x80)
    {
      *value = *(*at)++;
      return TRUE;
    }
  if (kad_varint_decode_lenient (*at, (gsize) (end - *at), value, &used) != KAD_VARINT_OK)
    return FALSE;
  *at += used;
  return TRUE;
}

/* One field from @at, which is before @end. */
static gboolean
read_field (const guint8 *at, const guint8 *end, Span *span)
{
  guint64 tag, value;
  gsize left;

  span->start = at;
  if (!read_varint (&at, end, &tag) || tag > G_MAXUINT32 || tag >> 3 == 0)
    return FALSE;
  span->number = (guint32) (tag >> 3);
  span->wire_type = tag & 7;
  span->length_at = at;
  left = (gsize) (end - at);

  switch (span->wire_type)
    {
    case KAD_PROTO_VARINT:
      span->content = at;
      if (!read_varint (&at, end, &value))
        return FALSE;
      span->end = at;
      return TRUE;
    case KAD_PROTO_BYTES:
      if (!read_varint (&at, end, &value) || value > (gsize) (end - at))
        return FALSE;
      span->content = at;
      span->end = at + value;
      return TRUE;
    case 1: /* 64 bits */
    case 5: /* 32 bits */
      span->content = at;
      span->end = at + (span->wire_type == 1 ? 8 : 4);
      return left >= (gsize) (span->wire_type == 1 ? 8 : 4);
    default: /* groups, and what is not defined */
      return FALSE;
    }
}

static void
leave_out (Walk *self, const Span *span)
{
  if (self->copy != NULL)
    return;
  self->copy = g_malloc (self->len);
  self->copied = (gsize) (span->start - self->base);
  memcpy (self->copy, self->base, self->copied);
}

static void
keep (Walk *self, const guint8 *from, const guint8 *to)
{
  if (self->copy == NULL)
    return;
  memcpy (self->copy + self->copied, from, (gsize) (to - from));
  self->copied += (gsize) (to - from);
}

static gboolean walk_message (Walk *self, const KadProtoSchema *schema, const guint8 *data,
                              gsize len, GError **error);

static gboolean
walk_inner (Walk *self, const KadProtoSchema *schema, const Span *span, GError **error)
{
  gsize width = (gsize) (span->content - span->length_at);
  gsize length_pos, content_pos, shrunk;

  keep (self, span->start, span->content);
  content_pos = self->copy != NULL ? self->copied : (gsize) (span->content - self->base);
  length_pos = content_pos - width;
  if (!walk_message (self, schema, span->content, (gsize) (span->end - span->content), error))
    return FALSE;
  if (self->copy == NULL)
    return TRUE;

  shrunk = self->copied - content_pos;
  for (gsize i = 0; i < width; i++, shrunk >>= 7)
    self->copy[length_pos + i] = (guint8) ((shrunk & 0x7f) | (i + 1 < width ? 0x80 : 0));
  return TRUE;
}

static const KadProtoField *
find_field (const KadProtoSchema *schema, const Span *span, guint *index)
{
  for (guint i = 0; i < schema->n_fields; i++)
    if (schema->fields[i].number == span->number)
      {
        *index = i;
        return schema->fields[i].wire_type == span->wire_type ? &schema->fields[i] : NULL;
      }
  return NULL;
}

static gboolean
refuse (GError **error, const KadProtoSchema *schema, const char *why, guint32 number)
{
  g_set_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL, "A %s message %s (field %u)", schema->name,
               why, number);
  return FALSE;
}

static gboolean
walk_field (Walk *self, const KadProtoSchema *schema, guint *counts, const Span *span,
            GError **error)
{
  guint index = 0;
  const KadProtoField *field = find_field (schema, span, &index);

  if (field == NULL)
    {
      leave_out (self, span);
      return TRUE;
    }
  if (field->max_count == 1 && counts[index] >= MAX_REPETITIONS)
    return refuse (error, schema, "repeats a field", field->number);
  if (field->max_count > 1 && counts[index] >= field->max_count)
    {
      leave_out (self, span);
      return TRUE;
    }
  if (field->wire_type == KAD_PROTO_BYTES && (gsize) (span->end - span->content) > field->max_bytes)
    {
      if (field->excess == KAD_PROTO_REFUSE)
        return refuse (error, schema, "has a field that is too long", field->number);
      leave_out (self, span);
      return TRUE;
    }

  counts[index]++;
  if (field->message != NULL)
    return walk_inner (self, field->message, span, error);
  keep (self, span->start, span->end);
  return TRUE;
}

static gboolean
walk_message (Walk *self, const KadProtoSchema *schema, const guint8 *data, gsize len,
              GError **error)
{
  guint counts[KAD_MAX_PROTO_FIELDS] = { 0 };
  const guint8 *at = data;
  const guint8 *end;

  if (len == 0)
    return TRUE;

  for (end = data + len; at < end;)
    {
      Span span;

      if (!read_field (at, end, &span))
        {
          g_set_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL, "A %s message is malformed",
                       schema->name);
          return FALSE;
        }
      if (!walk_field (self, schema, counts, &span, error))
        return FALSE;
      at = span.end;
    }
  return TRUE;
}

/**
 * kad_proto_unpack:
 * @descriptor: of the message, as protoc-c made it
 * @schema: what is let through
 * @arena: where the result goes
 * @data: (array length=len): the serialized message
 * @len: bytes of @data
 * @error: return location for a #GError
 *
 * Takes time in proportion to @len, and at most @len bytes besides the arena.
 *
 * Returns: (transfer none) (nullable): the message, to be cast to its struct; lives as
 *   long as @arena. %NULL with %KAD_ERROR_PROTOCOL
 */
gpointer
kad_proto_unpack (const ProtobufCMessageDescriptor *descriptor, const KadProtoSchema *schema,
                  KadArena *arena, const guint8 *data, gsize len, GError **error)
{
  Walk walk = { data, len, NULL, 0 };
  g_autofree guint8 *copy = NULL;
  gboolean is_sound = walk_message (&walk, schema, data, len, error);
  gpointer message;

  copy = walk.copy;
  if (!is_sound)
    return NULL;

  message = protobuf_c_message_unpack (
      descriptor, &arena->allocator, copy != NULL ? walk.copied : len, copy != NULL ? copy : data);
  if (message == NULL)
    g_set_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL, "A %s message is malformed or too large",
                 schema->name);
  return message;
}
