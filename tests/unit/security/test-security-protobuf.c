/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every decoder of protobuf and of what it carries, given what its grammar allows and nobody
 * sends. All of it runs in a thread with little stack: a decoder that follows the depth of its
 * input does not come back. */
#include <pthread.h>
#include <string.h>

#include "kad-cid.h"
#include "kad-codec.h"
#include "kad-envelope.h"
#include "kad-identify.h"
#include "kad-multihash.h"
#include "kad-noise-payload.h"
#include "kad-varint.h"
#include "kad-wire-testing.h"

#if defined(__SANITIZE_ADDRESS__)
#define STACK_BYTES (2 * 1024 * 1024)
#else
#define STACK_BYTES (192 * 1024)
#endif
#define ROUNDS 20000

/* TRUE: something was made of it. Frees what it was, and checks that no means an error. */
typedef gboolean (*Decode) (const guint8 *data, gsize len);

static gboolean
end (gboolean is_good, GError *error)
{
  g_assert_true (is_good == (error == NULL));
  g_assert_true (is_good || error->domain == KAD_ERROR);
  g_clear_error (&error);
  return is_good;
}

static gboolean
decode_message (const guint8 *data, gsize len)
{
  GError *error = NULL;
  g_autoptr (KadMessage) message = kad_codec_decode (data, len, &error);

  return end (message != NULL, error);
}

static gboolean
decode_record (const guint8 *data, gsize len)
{
  GError *error = NULL;
  g_autoptr (KadRecord) record = kad_codec_decode_record (data, len, &error);

  return end (record != NULL, error);
}

static gboolean
decode_identify (const guint8 *data, gsize len)
{
  g_autoptr (KadPrivateKey) key = test_key (1);
  g_autoptr (KadIdentifyReader) reader = kad_identify_reader_new (key_peer (key));
  g_auto (KadBuffer) frame = KAD_BUFFER_INIT;
  KadWireStatus status;
  GError *error = NULL;
  gsize used;

  len = MIN (len, KAD_MAX_IDENTIFY_FRAME);
  kad_buffer_append (&frame, (const guint8[]){ (guint8) (len | 0x80), (guint8) (len >> 7) },
                     len < 0x80 ? 1 : 2);
  if (len < 0x80)
    frame.data[frame.start] = (guint8) len;
  kad_buffer_append (&frame, data, len);
  status = kad_identify_reader_feed (reader, kad_buffer_peek (&frame),
                                     kad_buffer_get_length (&frame), &used, &error);
  return end (status != KAD_WIRE_ERROR, error);
}

static gboolean
decode_envelope (const guint8 *data, gsize len)
{
  GError *error = NULL;
  g_autoptr (GBytes) payload = kad_envelope_open (data, len, "domain", NULL, 0, NULL, &error);

  return end (payload != NULL, error);
}

static gboolean
decode_peer_record (const guint8 *data, gsize len)
{
  GError *error = NULL;
  g_autoptr (KadPeerRecord) record = kad_peer_record_open (data, len, &error);

  return end (record != NULL, error);
}

static gboolean
decode_noise_payload (const guint8 *data, gsize len)
{
  const guint8 remote[32] = { 0 };
  const char *muxer = NULL;
  GError *error = NULL;
  g_autoptr (KadPublicKey) key = kad_noise_payload_verify (
      data, MIN (len, KAD_MAX_NOISE_PAYLOAD), remote, KAD_ROLE_RESPONDER, NULL, &muxer, &error);

  return end (key != NULL, error);
}

static gboolean
decode_public_key (const guint8 *data, gsize len)
{
  GError *error = NULL;
  g_autoptr (KadPublicKey) key = kad_public_key_new_from_protobuf (data, len, &error);

  return end (key != NULL, error);
}

static gboolean
decode_private_key (const guint8 *data, gsize len)
{
  GError *error = NULL;
  g_autoptr (KadPrivateKey) key = kad_private_key_new_from_protobuf (data, len, &error);

  return end (key != NULL, error);
}

static gboolean
decode_peer_id (const guint8 *data, gsize len)
{
  KadPeerId peer;
  GError *error = NULL;
  const gboolean is_good = kad_peer_id_init_from_bytes (&peer, data, len, &error);

  return end (is_good, error);
}

static const struct
{
  const char *name;
  Decode decode;
} decoders[] = {
  { "message", decode_message },         { "record", decode_record },
  { "identify", decode_identify },       { "envelope", decode_envelope },
  { "peer record", decode_peer_record }, { "noise payload", decode_noise_payload },
  { "public key", decode_public_key },   { "private key", decode_private_key },
  { "peer id", decode_peer_id },
};

static void
on_small_stack (void *(*func) (void *) )
{
  pthread_attr_t attributes;
  pthread_t thread;

  g_assert_cmpint (pthread_attr_init (&attributes), ==, 0);
  g_assert_cmpint (pthread_attr_setstacksize (&attributes, STACK_BYTES), ==, 0);
  g_assert_cmpint (pthread_create (&thread, &attributes, func, NULL), ==, 0);
  g_assert_cmpint (pthread_join (thread, NULL), ==, 0);
  pthread_attr_destroy (&attributes);
}

/* ---- groups ---- */

static void *
try_groups (void *data)
{
  static const guint32 numbers[] = { 1, 2, 3, 8, 9, 15 };

  for (guint i = 0; i < G_N_ELEMENTS (decoders); i++)
    for (guint j = 0; j < G_N_ELEMENTS (numbers); j++)
      for (guint depth = 1; depth <= 4000; depth *= 10)
        {
          const guint8 begins = (guint8) (numbers[j] << 3 | 3),
                       ends = (guint8) (numbers[j] << 3 | 4);
          g_autoptr (GByteArray) bytes = g_byte_array_new ();

          for (guint k = 0; k < depth; k++)
            g_byte_array_append (bytes, &begins, 1);
          if (decoders[i].decode (bytes->data, bytes->len))
            g_error ("%s: took %u groups that do not end", decoders[i].name, depth);
          for (guint k = 0; k < depth; k++)
            g_byte_array_append (bytes, &ends, 1);
          if (decoders[i].decode (bytes->data, bytes->len))
            g_error ("%s: took %u groups", decoders[i].name, depth);
          if (decoders[i].decode (&ends, 1))
            g_error ("%s: took the end of a group", decoders[i].name);
        }
  return NULL;
}

static void
test_groups (void)
{
  g_test_summary ("Groups, known or not, ended or not, 4,000 deep: an error of every decoder");

  on_small_stack (try_groups);
}

/* ---- messages inside of messages ---- */

/* Field @number inside of itself, as deep as @max_bytes hold. */
static GByteArray *
nest (guint32 number, gsize max_bytes)
{
  GByteArray *bytes = g_byte_array_new ();

  while (bytes->len + 4 < max_bytes)
    {
      guint8 head[4] = { (guint8) (number << 3 | 2) };
      const guint n = bytes->len < 0x80 ? 2 : bytes->len < 0x4000 ? 3 : 4;

      for (guint i = 1; i < n; i++)
        head[i] = (guint8) ((bytes->len >> (7 * (i - 1)) & 0x7f) | (i + 1 < n ? 0x80 : 0));
      g_byte_array_prepend (bytes, head, n);
    }
  return bytes;
}

static void *
try_depth (void *data)
{
  for (guint i = 0; i < G_N_ELEMENTS (decoders); i++)
    for (guint32 number = 1; number <= 10; number++)
      {
        g_autoptr (GByteArray) bytes = nest (number, 8000);
        g_autoptr (GByteArray) huge = nest (number, 60000);

        decoders[i].decode (bytes->data, bytes->len);
        decoders[i].decode (huge->data, huge->len);
      }
  return NULL;
}

static void
test_depth (void)
{
  g_test_summary ("Fields inside of themselves, thousands deep, are followed no deeper than the "
                  "message has parts");

  on_small_stack (try_depth);
}

/* ---- counts ---- */

static void
test_counts (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (KadMessage) message = NULL;
  /* A peer with the id 00 01 61, in closer peers and in providers. */
  static const guint8 peers[]
      = { 0x42, 5, 0x0a, 3, 0x00, 0x01, 'a', 0x4a, 5, 0x0a, 3, 0x00, 0x01, 'a' };
  const guint8 type[] = { 0x08, 4 };

  g_test_summary ("100,000 closer peers and as many providers are 40 and 1,024");

  g_byte_array_append (bytes, type, sizeof type);
  for (guint i = 0; i < 100000; i++)
    g_byte_array_append (bytes, peers, sizeof peers);
  message = kad_codec_decode (bytes->data, bytes->len, NULL);
  g_assert_nonnull (message);
  g_assert_cmpuint (kad_message_get_n_closer (message), ==, KAD_MAX_CLOSER_PEERS);
  g_assert_cmpuint (kad_message_get_n_providers (message), ==, KAD_MAX_PROVIDER_PEERS);
}

/* ---- anything that is nearly right ---- */

static void
append_varint (GByteArray *bytes, guint64 value, GRand *rand)
{
  guint8 out[KAD_MAX_VARINT_BYTES + 1];
  gsize n = kad_varint_encode (value, out);

  if (g_rand_int_range (rand, 0, 40) == 0 && n < sizeof out)
    {
      out[n - 1] |= 0x80; /* longer than needed */
      out[n++] = 0;
    }
  g_byte_array_append (bytes, out, (guint) n);
}

static GByteArray *
make_message (GRand *rand, guint depth)
{
  static const guint32 numbers[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 666, 777, 0, 536870911 };
  static const guint8 contents[] = { 0x00, 0x24, 0x08, 0x01, 0x12, 0x20, 1,    2,    3,    4,
                                     4,    127,  0,    0,    1,    6,    0x0f, 0xa1, 0x03, 0x01 };
  GByteArray *bytes = g_byte_array_new ();
  const gint32 n_fields = g_rand_int_range (rand, 0, 8);

  for (gint32 i = 0; i < n_fields; i++)
    {
      guint32 number = numbers[g_rand_int_range (rand, 0, G_N_ELEMENTS (numbers))];
      guint wire_type = (guint) g_rand_int_range (rand, 0, 16);
      g_autoptr (GByteArray) inner = NULL;
      guint64 length;

      wire_type = wire_type >= 8 ? 2 : wire_type;
      append_varint (bytes, (guint64) number << 3 | wire_type, rand);
      if (wire_type != 2)
        {
          append_varint (bytes, g_rand_int (rand), rand);
          continue;
        }
      if (depth > 0 && g_rand_boolean (rand))
        inner = make_message (rand, depth - 1);
      else
        {
          inner = g_byte_array_new ();
          g_byte_array_append (inner, contents,
                               (guint) g_rand_int_range (rand, 0, sizeof contents + 1));
        }
      length = inner->len;
      if (g_rand_int_range (rand, 0, 30) == 0)
        length += (guint64) g_rand_int_range (rand, -1, 2);
      if (g_rand_int_range (rand, 0, 300) == 0)
        length = G_MAXUINT64 >> g_rand_int_range (rand, 0, 63);
      append_varint (bytes, length, rand);
      g_byte_array_append (bytes, inner->data, inner->len);
    }
  return bytes;
}

static void *
try_messages (void *data)
{
  guint n_good = 0;

  for (guint i = 0; i < G_N_ELEMENTS (decoders); i++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (i + 1);

      for (guint round = 0; round < ROUNDS; round++)
        {
          g_autoptr (GByteArray) bytes = make_message (rand, 4);
          g_autofree guint8 *exact = g_memdup2 (bytes->data, bytes->len);

          n_good += decoders[i].decode (exact, bytes->len);
        }
    }
  g_assert_cmpuint (n_good, >, ROUNDS / 10);
  return NULL;
}

static void
test_messages_by_the_grammar (void)
{
  g_test_summary ("Messages by the grammar, a little wrong here and there: a result or an error");

  on_small_stack (try_messages);
}

/* ---- multihashes ---- */

static void
test_multihashes (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (68);

  g_test_summary ("Multihashes and CIDs of any length, said and real: a result or an error");

  for (guint round = 0; round < ROUNDS; round++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autofree guint8 *exact = NULL;
      const guint n_digest = (guint) g_rand_int_range (rand, 0, 140);

      if (g_rand_boolean (rand))
        append_varint (bytes, (guint64) g_rand_int_range (rand, 0, 3), rand);
      if (g_rand_boolean (rand))
        append_varint (bytes, 0x70, rand);
      append_varint (bytes, g_rand_boolean (rand) ? 0x12 : g_rand_int (rand), rand);
      append_varint (bytes,
                     g_rand_int_range (rand, 0, 4) == 0 ? G_MAXUINT64 >> (g_rand_int (rand) & 63)
                                                        : n_digest,
                     rand);
      for (guint i = 0; i < n_digest; i++)
        g_byte_array_append (bytes, (const guint8 *) "d", 1);
      exact = g_memdup2 (bytes->data, bytes->len);
      {
        GError *error = NULL;
        const gboolean is_good = kad_multihash_validate (exact, bytes->len, &error);

        end (is_good, error);
      }
      {
        GError *error = NULL;
        g_autoptr (KadCid) cid = kad_cid_new_from_bytes (exact, bytes->len, &error);

        end (cid != NULL, error);
      }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/security/RUSTSEC-2024-0437/groups", test_groups);
  g_test_add_func ("/security/RUSTSEC-2024-0437/depth", test_depth);
  g_test_add_func ("/security/RUSTSEC-2024-0437/100000-peers", test_counts);
  g_test_add_func ("/security/RUSTSEC-2024-0437/messages-by-the-grammar",
                   test_messages_by_the_grammar);
  g_test_add_func ("/security/RUSTSEC-2020-0068/multihashes", test_multihashes);
  return g_test_run ();
}
