/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "fuzz-keys.h"
#include "kad-frame.h"
#include "kad-identify.h"

/* Gives all of @data to a reader, @step bytes more at a time as a stream would. */
static KadIdentity *
read_all (const guint8 *data, gsize size, gsize step, GError **error)
{
  g_autoptr (KadIdentifyReader) reader = kad_identify_reader_new (fuzz_peer (1));
  KadWireStatus status = KAD_WIRE_MORE;
  gsize at = 0;

  for (gsize end = MIN (step, size); status == KAD_WIRE_MORE; end = MIN (end + step, size))
    {
      g_autofree guint8 *there = fuzz_copy (data + at, end - at);
      gsize used = 0;

      status = kad_identify_reader_feed (reader, there, end - at, &used, error);
      g_assert_cmpuint (used, <=, end - at);
      at += used;
      if (end == size)
        break;
    }
  if (status == KAD_WIRE_ERROR)
    return NULL;
  return kad_identify_reader_finish (reader, error);
}

static void
check_identity (KadIdentity *identity)
{
  g_autoptr (GError) error = NULL;
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  g_assert_true (kad_peer_id_equal (&identity->peer, fuzz_peer (1)));
  g_assert_cmpuint (identity->addresses->len, <=, KAD_MAX_IDENTIFY_ADDRESSES);
  g_assert_true (identity->agent == NULL || strlen (identity->agent) <= KAD_MAX_IDENTIFY_FRAME);
  if (identity->protocols != NULL)
    g_assert_cmpuint (g_strv_length (identity->protocols), <=, KAD_MAX_IDENTITY_PROTOCOLS);
  if (!kad_identify_encode (identity, fuzz_key (1), 1, &out, &error))
    return;
  g_assert_cmpuint (kad_buffer_get_length (&out), <=, KAD_MAX_IDENTIFY_EMITTED + 2);
  {
    g_autoptr (KadIdentity) again
        = read_all (kad_buffer_peek (&out), kad_buffer_get_length (&out), G_MAXINT, &error);

    g_assert_no_error (error);
    g_assert_true (again->is_signed);
    g_assert_cmpuint (again->addresses->len, <=, identity->addresses->len);
  }
}

static void
check_same (const KadIdentity *a, const KadIdentity *b)
{
  g_assert_cmpstr (a->agent, ==, b->agent);
  g_assert_cmpstr (a->protocol_version, ==, b->protocol_version);
  g_assert_cmpuint (a->addresses->len, ==, b->addresses->len);
  for (guint i = 0; i < a->addresses->len; i++)
    g_assert_true (kad_multiaddr_equal (a->addresses->pdata[i], b->addresses->pdata[i]));
  g_assert_cmpint (a->is_signed, ==, b->is_signed);
  g_assert_true ((a->observed == NULL) == (b->observed == NULL));
  g_assert_true ((a->protocols == NULL) == (b->protocols == NULL));
  if (a->protocols != NULL)
    g_assert_true (
        g_strv_equal ((const char *const *) a->protocols, (const char *const *) b->protocols));
}

/* The same is read whether the bytes come at once or in pieces, within bounds, and can be said
 * again. The first byte is the size of the pieces. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = { data, size };
  gsize step = 1 + fuzz_byte (&input);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) pieces_error = NULL;
  g_autoptr (KadIdentity) whole = read_all (input.data, input.len, MAX (input.len, 1), &error);
  g_autoptr (KadIdentity) pieces = read_all (input.data, input.len, step, &pieces_error);

  fuzz_assert_outcome (whole != NULL, error);
  fuzz_assert_outcome (pieces != NULL, pieces_error);
  g_assert_true ((whole != NULL) == (pieces != NULL));
  if (whole == NULL)
    {
      g_assert_cmpstr (error->message, ==, pieces_error->message);
      return 0;
    }
  check_same (whole, pieces);
  check_identity (whole);
  return 0;
}
