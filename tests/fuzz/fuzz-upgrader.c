/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "fuzz-keys.h"
#include "kad-upgrader.h"

/* The upgrade of a new connection, both roles, fed with bytes of anybody: the same happens however
 * they are cut, the answers are short, and nobody is proven to be there. */

typedef struct
{
  KadWireStatus status;
  KadBuffer out;
  gsize used;
  const char *phase;
  char *message;
} Outcome;

static void
outcome_clear (Outcome *self)
{
  kad_buffer_clear (&self->out);
  g_free (self->message);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

static KadNoiseIdentity *
get_identity (void)
{
  static const char *const muxers[] = { "/yamux/1.0.0", NULL };
  static const guint8 secret[32] = { 5 };
  static KadNoiseIdentity *identity;

  if (identity == NULL)
    identity = kad_noise_identity_new (fuzz_key (1), secret, muxers, NULL);
  return identity;
}

static void
upgrade (Outcome *self, KadRole role, const guint8 *data, gsize size, gsize step)
{
  static const guint8 secret[32] = { 7 };
  g_autoptr (KadUpgrader) upgrader = kad_upgrader_new (role, get_identity (), secret, NULL);
  g_autoptr (GError) error = NULL;
  gsize end = MIN (step, size);

  *self = (Outcome){ .status = KAD_WIRE_MORE };
  kad_upgrader_start (upgrader, &self->out);
  for (;;)
    {
      g_autofree guint8 *there = fuzz_copy (data + self->used, end - self->used);
      gsize used = 0;

      self->status
          = kad_upgrader_feed (upgrader, there, end - self->used, &used, &self->out, &error);
      g_assert_true ((self->status == KAD_WIRE_ERROR) == (error != NULL));
      g_assert_cmpuint (used, <=, end - self->used);
      self->used += used;
      if (self->status != KAD_WIRE_MORE || end == size)
        break;
      end = MIN (end + step, size);
    }
  self->phase = kad_upgrader_get_phase (upgrader);
  if (error != NULL)
    self->message = g_strdup (error->message);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = { data, size };
  KadRole role = fuzz_byte (&input) & 1 ? KAD_ROLE_INITIATOR : KAD_ROLE_RESPONDER;
  gsize step = 1 + fuzz_byte (&input);
  g_auto (Outcome) whole = { 0 };
  g_auto (Outcome) pieces = { 0 };

  upgrade (&whole, role, input.data, input.len, MAX (input.len, 1));
  upgrade (&pieces, role, input.data, input.len, step);
  g_assert_cmpint (whole.status, ==, pieces.status);
  g_assert_cmpstr (whole.phase, ==, pieces.phase);
  g_assert_cmpstr (whole.message, ==, pieces.message);
  g_assert_cmpmem (kad_buffer_peek (&whole.out), kad_buffer_get_length (&whole.out),
                   kad_buffer_peek (&pieces.out), kad_buffer_get_length (&pieces.out));
  g_assert_cmpuint (kad_buffer_get_length (&whole.out), <=, 16 * 1024);
  return 0;
}
