/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/* What every target has: the two functions that libFuzzer and replay-main.c call, and a reader
 * that makes choices out of the input. A broken property aborts, by g_assert_*. */

int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Bytes of the input that are left. At its end all choices are 0, so that every input is good. */
typedef struct
{
  const guint8 *data;
  gsize len;
} FuzzInput;

static inline guint8
fuzz_byte (FuzzInput *self)
{
  if (self->len == 0)
    return 0;
  self->len--;
  return *self->data++;
}

static inline guint16
fuzz_uint16 (FuzzInput *self)
{
  guint16 high = fuzz_byte (self);

  return (guint16) (high << 8 | fuzz_byte (self));
}

static inline guint32
fuzz_uint32 (FuzzInput *self)
{
  guint32 high = fuzz_uint16 (self);

  return high << 16 | fuzz_uint16 (self);
}

/* In [0, bound); @bound is 1 to 256. */
static inline guint
fuzz_below (FuzzInput *self, guint bound)
{
  return fuzz_byte (self) % bound;
}

/* At most @len bytes, borrowed; gives how many there are in @len. */
static inline const guint8 *
fuzz_take (FuzzInput *self, gsize *len)
{
  const guint8 *data = self->data;

  *len = MIN (*len, self->len);
  self->data += *len;
  self->len -= *len;
  return data;
}

/* So many bytes as two bytes before them say. */
static inline const guint8 *
fuzz_chunk (FuzzInput *self, gsize *len)
{
  *len = fuzz_uint16 (self);
  return fuzz_take (self, len);
}

/* A copy that ends where the bytes end, so that a sanitizer sees a read past them. */
static inline guint8 *
fuzz_copy (const guint8 *data, gsize len)
{
  guint8 *copy = g_malloc (MAX (len, 1));

  if (len > 0)
    memcpy (copy, data, len);
  return copy;
}

/* The same with a NUL after it; it may have others inside. */
static inline char *
fuzz_text (const guint8 *data, gsize len)
{
  char *text = g_malloc (len + 1);

  if (len > 0)
    memcpy (text, data, len);
  text[len] = '\0';
  return text;
}

/* Either failed with an error or did not and has none. */
#define fuzz_assert_outcome(ok, error) g_assert_true (!!(ok) == ((error) == NULL))

G_END_DECLS
