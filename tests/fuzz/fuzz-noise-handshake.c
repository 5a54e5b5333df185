/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "fuzz-keys.h"
#include "kad-noise.h"

/* Two machines and somebody between them, who changes what goes from one to the other as the input
 * says. Who is done has read exactly what the other wrote and knows who it is; two who are done
 * understand each other. */

typedef struct
{
  KadNoise *machine;
  KadNoiseIdentity *identity;
  KadWireStatus status;
  KadBuffer out;  /* written by it, not carried yet */
  KadBuffer sent; /* all that it ever wrote */
  KadBuffer in;   /* carried to it, not read yet */
  KadBuffer read; /* all that it ever read */
} Side;

static void
side_init (Side *self, KadRole role, guint8 number, gboolean early, const KadPeerId *expected)
{
  static const char *const muxers[] = { "/yamux/1.0.0", NULL };
  guint8 secret[32];

  *self = (Side){ .status = KAD_WIRE_MORE };
  memset (secret, 0x10 + number, sizeof secret);
  self->identity = kad_noise_identity_new (fuzz_key (number), secret, early ? muxers : NULL, NULL);
  memset (secret, 0x20 + number, sizeof secret);
  self->machine = kad_noise_new (role, self->identity, secret, expected);
  kad_noise_start (self->machine, &self->out);
}

static void
side_clear (Side *self)
{
  kad_noise_free (self->machine);
  kad_noise_identity_unref (self->identity);
  kad_buffer_clear (&self->out);
  kad_buffer_clear (&self->sent);
  kad_buffer_clear (&self->in);
  kad_buffer_clear (&self->read);
}

static void
carry (FuzzInput *input, Side *from, Side *to)
{
  gsize len = kad_buffer_get_length (&from->out), chunk_len, at;
  g_autofree guint8 *bytes = fuzz_copy (kad_buffer_peek (&from->out), len);
  const guint8 *chunk;

  kad_buffer_append (&from->sent, bytes, len);
  kad_buffer_clear (&from->out);
  switch (fuzz_below (input, 6))
    {
    case 1: /* one byte changed */
      at = fuzz_uint16 (input);
      if (len > 0)
        bytes[at % len] ^= fuzz_byte (input);
      break;
    case 2: /* cut off */
      at = fuzz_uint16 (input);
      len = MIN (len, at);
      break;
    case 3: /* something else instead */
      chunk = fuzz_chunk (input, &chunk_len);
      kad_buffer_append (&to->in, chunk, chunk_len);
      return;
    case 4: /* something before it */
      chunk = fuzz_chunk (input, &chunk_len);
      kad_buffer_append (&to->in, chunk, chunk_len);
      break;
    default:
      break;
    }
  kad_buffer_append (&to->in, bytes, len);
}

static void
feed (Side *self, gsize step)
{
  gsize end = 0;

  while (self->status == KAD_WIRE_MORE && end < kad_buffer_get_length (&self->in))
    {
      g_autoptr (GError) error = NULL;
      g_autofree guint8 *there = NULL;
      gsize used = 0;

      end = MIN (end + step, kad_buffer_get_length (&self->in));
      there = fuzz_copy (kad_buffer_peek (&self->in), end);
      self->status = kad_noise_feed (self->machine, there, end, &used, &self->out, &error);
      g_assert_true ((self->status == KAD_WIRE_ERROR) == (error != NULL));
      g_assert_cmpuint (used, <=, end);
      kad_buffer_append (&self->read, there, used);
      kad_buffer_consume (&self->in, used);
      end -= used;
    }
}

static void
check_read (const Side *self, const Side *remote, guint8 remote_number)
{
  if (self->status != KAD_WIRE_DONE)
    return;
  g_assert_cmpmem (kad_buffer_peek (&self->read), kad_buffer_get_length (&self->read),
                   kad_buffer_peek (&remote->sent), kad_buffer_get_length (&remote->sent));
  g_assert_true (
      kad_peer_id_equal (kad_noise_get_remote_peer (self->machine), fuzz_peer (remote_number)));
}

static void
check_talk (Side *a, Side *b)
{
  KadNoiseSession one, other;
  g_auto (KadBuffer) sealed = KAD_BUFFER_INIT;
  g_auto (KadBuffer) opened = KAD_BUFFER_INIT;
  gsize used = 0;

  g_assert_cmpstr (kad_noise_get_early_muxer (a->machine), ==,
                   kad_noise_get_early_muxer (b->machine));
  kad_noise_take_session (a->machine, &one);
  kad_noise_take_session (b->machine, &other);
  g_assert_true (kad_noise_session_seal (&one, (const guint8 *) "hello", 5, &sealed, NULL));
  g_assert_true (kad_noise_session_open (&other, kad_buffer_peek (&sealed),
                                         kad_buffer_get_length (&sealed), &used, &opened, NULL));
  g_assert_cmpmem (kad_buffer_peek (&opened), kad_buffer_get_length (&opened), "hello", 5);
  kad_noise_session_clear (&one);
  kad_noise_session_clear (&other);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = { data, size };
  guint choice = fuzz_byte (&input);
  gsize step = 1 + fuzz_byte (&input) * 4;
  Side a, b;

  side_init (&a, KAD_ROLE_INITIATOR, 1, choice & 1, choice & 4 ? fuzz_peer (2) : NULL);
  side_init (&b, KAD_ROLE_RESPONDER, 2, choice & 2, NULL);
  for (guint round = 0; round < 4; round++)
    {
      carry (&input, &a, &b);
      feed (&b, step);
      carry (&input, &b, &a);
      feed (&a, step);
    }
  check_read (&a, &b, 2);
  check_read (&b, &a, 1);
  if (a.status == KAD_WIRE_DONE && b.status == KAD_WIRE_DONE)
    check_talk (&a, &b);
  g_assert_cmpuint (kad_buffer_get_length (&a.sent), <=, 2 * KAD_MAX_NOISE_PAYLOAD);
  g_assert_cmpuint (kad_buffer_get_length (&b.sent), <=, 2 * KAD_MAX_NOISE_PAYLOAD);
  side_clear (&a);
  side_clear (&b);
  return 0;
}
