/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "kad-multistream.h"

static const char *const protocols[] = { "/ipfs/kad/1.0.0", "/ipfs/id/1.0.0", "/a", NULL };

static const char *
match (const char *proposed, gpointer user_data)
{
  for (guint i = 0; protocols[i] != NULL; i++)
    if (g_str_equal (protocols[i], proposed))
      return protocols[i];
  return NULL;
}

typedef struct
{
  KadWireStatus status;
  const char *protocol;
  gsize used;
  KadBuffer out;
  char *message;
} Outcome;

static void
outcome_clear (Outcome *self)
{
  kad_buffer_clear (&self->out);
  g_free (self->message);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

static KadMultistream *
machine_new (guint kind)
{
  if (kind == 0)
    return kad_multistream_new_responder (match, NULL);
  return kad_multistream_new_initiator (protocols, kind == 1);
}

/* Gives all of @data to a machine, @step bytes more at a time. */
static void
negotiate (Outcome *self, guint kind, const guint8 *data, gsize size, gsize step)
{
  g_autoptr (KadMultistream) machine = machine_new (kind);
  g_autoptr (GError) error = NULL;
  gsize end = MIN (step, size);

  *self = (Outcome){ .status = KAD_WIRE_MORE };
  kad_multistream_start (machine, &self->out);
  for (;;)
    {
      g_autofree guint8 *there = fuzz_copy (data + self->used, end - self->used);
      gsize used = 0;

      self->status
          = kad_multistream_feed (machine, there, end - self->used, &used, &self->out, &error);
      g_assert_true ((self->status == KAD_WIRE_ERROR) == (error != NULL));
      g_assert_cmpuint (used, <=, end - self->used);
      self->used += used;
      if (self->status != KAD_WIRE_MORE || end == size)
        break;
      end = MIN (end + step, size);
    }
  self->protocol = kad_multistream_get_protocol (machine);
  g_assert_true ((self->status == KAD_WIRE_DONE) == (self->protocol != NULL));
  if (error != NULL)
    self->message = g_strdup (error->message);
}

/* Both roles end the same way with the same words however the bytes are cut, and say little.
 * First byte: role. Second byte: size of the pieces. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = { data, size };
  guint kind = fuzz_below (&input, 3);
  gsize step = 1 + fuzz_byte (&input);
  g_auto (Outcome) whole = { 0 };
  g_auto (Outcome) pieces = { 0 };

  negotiate (&whole, kind, input.data, input.len, MAX (input.len, 1));
  negotiate (&pieces, kind, input.data, input.len, step);
  g_assert_cmpint (whole.status, ==, pieces.status);
  g_assert_true (whole.protocol == pieces.protocol);
  g_assert_cmpstr (whole.message, ==, pieces.message);
  if (whole.status != KAD_WIRE_ERROR)
    g_assert_cmpuint (whole.used, ==, pieces.used);
  g_assert_cmpmem (kad_buffer_peek (&whole.out), kad_buffer_get_length (&whole.out),
                   kad_buffer_peek (&pieces.out), kad_buffer_get_length (&pieces.out));
  g_assert_cmpuint (kad_buffer_get_length (&whole.out), <=, (KAD_MAX_MULTISTREAM_ROUNDS + 2) * 128);
  return 0;
}
