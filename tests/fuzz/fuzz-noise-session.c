/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "kad-noise.h"

/* What comes out is what went in, from the first byte on, until somebody touched a message; nothing
 * after that. Operations: seal so many bytes, change a byte on the wire, put bytes on the wire,
 * carry so many bytes, open. */

typedef struct
{
  KadNoiseSession sender;
  KadNoiseSession receiver;
  KadBuffer plain;  /* all that was sealed */
  KadBuffer wire;   /* sealed, not carried */
  KadBuffer in;     /* carried, not opened */
  KadBuffer opened; /* all that came out */
  gboolean is_over;
  gboolean was_touched;
} Lab;

static void
seal (Lab *self, FuzzInput *input)
{
  g_autofree guint8 *bytes = NULL;
  gsize len = (gsize) fuzz_uint16 (input) * (1 + fuzz_below (input, 3));
  guint8 fill = fuzz_byte (input);

  if (kad_buffer_get_length (&self->plain) > 512 * 1024)
    return;
  bytes = g_malloc (MAX (len, 1));
  for (gsize i = 0; i < len; i++)
    bytes[i] = (guint8) (fill + i);
  kad_buffer_append (&self->plain, bytes, len);
  g_assert_true (kad_noise_session_seal (&self->sender, bytes, len, &self->wire, NULL));
}

static void
touch (Lab *self, FuzzInput *input)
{
  gsize len = kad_buffer_get_length (&self->wire), at = fuzz_uint32 (input);
  guint8 change = fuzz_byte (input);

  if (len == 0 || change == 0)
    return;
  ((guint8 *) kad_buffer_peek (&self->wire))[at % len] ^= change;
  self->was_touched = TRUE;
}

static void
insert (Lab *self, FuzzInput *input)
{
  gsize len;
  const guint8 *bytes = fuzz_chunk (input, &len);

  kad_buffer_append (&self->wire, bytes, len);
  if (len > 0)
    self->was_touched = TRUE;
}

static void
carry (Lab *self, FuzzInput *input)
{
  gsize max = (gsize) fuzz_uint16 (input) * 4;
  gsize len = MIN (kad_buffer_get_length (&self->wire), max);

  kad_buffer_append (&self->in, kad_buffer_peek (&self->wire), len);
  kad_buffer_consume (&self->wire, len);
}

static void
open_wire (Lab *self)
{
  g_autofree guint8 *there
      = fuzz_copy (kad_buffer_peek (&self->in), kad_buffer_get_length (&self->in));
  g_autoptr (GError) error = NULL;
  gsize len = kad_buffer_get_length (&self->in), before = kad_buffer_get_length (&self->opened);
  gsize used = 0;
  gboolean ok = kad_noise_session_open (&self->receiver, there, len, &used, &self->opened, &error);

  fuzz_assert_outcome (ok, error);
  g_assert_cmpuint (used, <=, len);
  if (self->is_over && len >= 2 + 16)
    g_assert_cmpuint (kad_buffer_get_length (&self->opened), ==, before);
  if (!ok)
    {
      g_assert_true (self->was_touched);
      self->is_over = TRUE;
      return;
    }
  kad_buffer_consume (&self->in, used);
}

static void
check (Lab *self)
{
  g_assert_cmpuint (kad_buffer_get_length (&self->opened), <=,
                    kad_buffer_get_length (&self->plain));
  if (kad_buffer_get_length (&self->opened) > 0)
    g_assert_cmpint (memcmp (kad_buffer_peek (&self->opened), kad_buffer_peek (&self->plain),
                             kad_buffer_get_length (&self->opened)),
                     ==, 0);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = { data, size };
  Lab lab = { 0 };

  memset (lab.sender.send_key, 1, 32);
  memset (lab.receiver.receive_key, 1, 32);
  for (guint n = 0; input.len > 0 && n < 64; n++)
    switch (fuzz_below (&input, 5))
      {
      case 0:
        seal (&lab, &input);
        break;
      case 1:
        touch (&lab, &input);
        break;
      case 2:
        insert (&lab, &input);
        break;
      case 3:
        carry (&lab, &input);
        break;
      default:
        open_wire (&lab);
        break;
      }
  kad_buffer_append (&lab.in, kad_buffer_peek (&lab.wire), kad_buffer_get_length (&lab.wire));
  open_wire (&lab);
  check (&lab);
  if (!lab.was_touched)
    g_assert_cmpuint (kad_buffer_get_length (&lab.opened), ==, kad_buffer_get_length (&lab.plain));
  kad_noise_session_clear (&lab.sender);
  kad_noise_session_clear (&lab.receiver);
  kad_buffer_clear (&lab.plain);
  kad_buffer_clear (&lab.wire);
  kad_buffer_clear (&lab.in);
  kad_buffer_clear (&lab.opened);
  return 0;
}
