/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-identify.h"

#include "kad-frame.h"
#include "kad-wire-testing.h"

static KadIdentity *
make_identity (const KadPrivateKey *key, guint n_addresses)
{
  KadIdentity *self = kad_identity_new ();

  self->peer = *key_peer (key);
  self->agent = g_strdup ("kad/0.1.0");
  self->protocol_version = g_strdup ("ipfs/0.1.0");
  self->protocols = g_strsplit ("/ipfs/kad/1.0.0 /ipfs/id/1.0.0 /ipfs/ping/1.0.0", " ", -1);
  self->observed = kad_multiaddr_new_from_string ("/ip4/198.51.100.7/tcp/40000", NULL);
  for (guint i = 0; i < n_addresses; i++)
    {
      g_autofree char *text
          = g_strdup_printf ("/dns4/a-rather-long-host-name-number-%u.example.org/tcp/4001/ws", i);

      g_ptr_array_add (self->addresses, kad_multiaddr_new_from_string (text, NULL));
    }
  return self;
}

static KadIdentity *
read_back (const KadPrivateKey *key, const KadBuffer *out)
{
  g_autoptr (KadIdentifyReader) reader = kad_identify_reader_new (key_peer (key));
  g_autoptr (GError) error = NULL;
  KadIdentity *identity;
  gsize used;

  g_assert_cmpint (kad_identify_reader_feed (reader, kad_buffer_peek (out),
                                             kad_buffer_get_length (out), &used, &error),
                   ==, KAD_WIRE_MORE);
  g_assert_no_error (error);
  g_assert_cmpuint (used, ==, kad_buffer_get_length (out));
  identity = kad_identify_reader_finish (reader, &error);
  g_assert_no_error (error);
  return identity;
}

static void
test_says_everything (void)
{
  g_autoptr (KadPrivateKey) key = test_key (1);
  g_autoptr (KadIdentity) self = make_identity (key, 3);
  g_autoptr (KadIdentity) read = NULL;
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  g_test_summary ("What we say is read back the same, signed");

  g_assert_true (kad_identify_encode (self, key, 5, &out, NULL));
  read = read_back (key, &out);
  g_assert_true (kad_peer_id_equal (&read->peer, key_peer (key)));
  g_assert_cmpstr (read->agent, ==, "kad/0.1.0");
  g_assert_cmpstr (read->protocol_version, ==, "ipfs/0.1.0");
  g_assert_cmpstrv (read->protocols, self->protocols);
  g_assert_true (kad_multiaddr_equal (read->observed, self->observed));
  g_assert_true (read->is_signed);
  g_assert_cmpuint (read->addresses->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_true (kad_multiaddr_equal (g_ptr_array_index (read->addresses, i),
                                        g_ptr_array_index (self->addresses, i)));
}

static void
test_is_written_as_the_specification_says (void)
{
  g_autoptr (KadPrivateKey) key = test_key (1);
  g_autoptr (KadIdentity) self = kad_identity_new ();
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  const guint8 *frame, *public_key;
  gsize frame_len, used, key_len;
  static const guint8 rest[] = "\x12\x08\x04\xc0\x00\x02\x01\x06\x0f\xa1"
                               "\x1a\x06/proto"
                               "\x22\x08\x04\xc0\x00\x02\x02\x06\x0f\xa1"
                               "\x2a\x03"
                               "p/1"
                               "\x32\x03"
                               "a/1"
                               "\x42";

  g_test_summary ("Fields 1, 2, 3, 4, 5, 6 and 8 of one frame");

  self->agent = g_strdup ("a/1");
  self->protocol_version = g_strdup ("p/1");
  self->protocols = g_strsplit ("/proto", " ", -1);
  self->observed = kad_multiaddr_new_from_string ("/ip4/192.0.2.2/tcp/4001", NULL);
  g_ptr_array_add (self->addresses,
                   kad_multiaddr_new_from_string ("/ip4/192.0.2.1/tcp/4001", NULL));
  g_assert_true (kad_identify_encode (self, key, 5, &out, NULL));
  g_assert_cmpint (kad_frame_peek (kad_buffer_peek (&out), kad_buffer_get_length (&out), 4096,
                                   &frame, &frame_len, &used, NULL),
                   ==, KAD_WIRE_DONE);
  g_assert_cmpuint (used, ==, kad_buffer_get_length (&out));
  public_key = kad_public_key_get_protobuf (kad_private_key_get_public_key (key), &key_len);
  g_assert_cmpmem (frame, 2, "\x0a\x24", 2);
  g_assert_cmpmem (frame + 2, key_len, public_key, key_len);
  g_assert_cmpmem (frame + 2 + key_len, sizeof rest - 1, rest, sizeof rest - 1);
}

static void
test_takes_the_observed_address_later (void)
{
  g_autoptr (KadPrivateKey) key = test_key (1);
  g_autoptr (KadIdentity) self = make_identity (key, 3);
  g_autoptr (KadMultiaddr) observed = g_steal_pointer (&self->observed);
  g_autoptr (KadIdentity) read = NULL;
  g_auto (KadBuffer) without = KAD_BUFFER_INIT;
  g_auto (KadBuffer) with = KAD_BUFFER_INIT;

  g_test_summary ("A frame made without an observed address takes one, and is else the same");

  g_assert_true (kad_identify_encode (self, key, 5, &without, NULL));
  g_assert_true (kad_identify_add_observed (kad_buffer_peek (&without),
                                            kad_buffer_get_length (&without), observed, &with));
  read = read_back (key, &with);
  g_assert_true (kad_multiaddr_equal (read->observed, observed));
  g_assert_true (read->is_signed);
  g_assert_cmpstr (read->agent, ==, "kad/0.1.0");
  g_assert_cmpstrv (read->protocols, self->protocols);
  g_assert_cmpuint (read->addresses->len, ==, 3);
}

static void
test_an_observed_address_keeps_to_the_limit (void)
{
  g_autoptr (KadMultiaddr) observed
      = kad_multiaddr_new_from_string ("/ip4/198.51.100.7/tcp/40000", NULL);
  guint n_refused = 0;

  g_test_summary ("With an observed address no frame is longer than 4096 bytes");

  for (guint n = 3900; n < 4096; n++)
    {
      g_auto (KadBuffer) frame = KAD_BUFFER_INIT;
      g_auto (KadBuffer) out = KAD_BUFFER_INIT;

      kad_frame_append_prefix (&frame, n);
      memset (kad_buffer_reserve (&frame, n), 0, n);
      kad_buffer_commit (&frame, n);
      if (kad_identify_add_observed (kad_buffer_peek (&frame), kad_buffer_get_length (&frame),
                                     observed, &out))
        g_assert_cmpuint (kad_buffer_get_length (&out), <=, 4096);
      else
        {
          g_assert_cmpuint (kad_buffer_get_length (&out), ==, 0);
          n_refused++;
        }
    }
  /* Two bytes of prefix, and ten of the field: 4084 is the longest that takes it. */
  g_assert_cmpuint (n_refused, ==, 4095 - 4084);
}

static void
test_no_frame_takes_no_observed_address (void)
{
  g_autoptr (KadMultiaddr) observed
      = kad_multiaddr_new_from_string ("/ip4/198.51.100.7/tcp/40000", NULL);
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  g_test_summary ("What is cut short, or followed by more, is no frame");

  g_assert_false (kad_identify_add_observed ((const guint8 *) "\x03zz", 3, observed, &out));
  g_assert_false (kad_identify_add_observed ((const guint8 *) "\x01zz", 3, observed, &out));
  g_assert_cmpuint (kad_buffer_get_length (&out), ==, 0);
}

static void
test_rule_03_stays_at_4_kib_in_one_frame (void)
{
  g_autoptr (KadPrivateKey) key = test_key (1);

  g_test_summary ("However many addresses there are, one frame of at most 4096 bytes is sent");

  for (guint n = 0; n <= 80; n += 5)
    {
      g_autoptr (KadIdentity) self = make_identity (key, n);
      g_autoptr (KadIdentity) read = NULL;
      g_auto (KadBuffer) out = KAD_BUFFER_INIT;
      const guint8 *frame;
      gsize frame_len, used;

      g_assert_true (kad_identify_encode (self, key, 5, &out, NULL));
      g_assert_cmpuint (kad_buffer_get_length (&out), <=, 4096);
      g_assert_cmpint (kad_frame_peek (kad_buffer_peek (&out), kad_buffer_get_length (&out), 4096,
                                       &frame, &frame_len, &used, NULL),
                       ==, KAD_WIRE_DONE);
      g_assert_cmpuint (used, ==, kad_buffer_get_length (&out));
      read = read_back (key, &out);
      g_assert_true (read->is_signed);
      g_assert_cmpuint (read->addresses->len, <=, n);
      if (n <= 25)
        g_assert_cmpuint (read->addresses->len, ==, n);
      else
        g_assert_cmpuint (read->addresses->len, >, 25);
      /* What is left out is at the end. */
      for (guint i = 0; i < read->addresses->len; i++)
        g_assert_true (kad_multiaddr_equal (g_ptr_array_index (read->addresses, i),
                                            g_ptr_array_index (self->addresses, i)));
    }
}

static void
test_rule_03_counts_the_length_too (void)
{
  g_autoptr (KadPrivateKey) key = test_key (1);
  gsize longest = 0;

  g_test_summary ("Grown byte by byte across the limit, frame and length stay at 4096");

  for (guint n = 3400; n < 4000; n++)
    {
      g_autoptr (KadIdentity) self = make_identity (key, 1);
      g_auto (KadBuffer) out = KAD_BUFFER_INIT;

      g_free (self->agent);
      self->agent = g_strnfill (n, 'a');
      if (!kad_identify_encode (self, key, 5, &out, NULL))
        continue;
      longest = MAX (longest, kad_buffer_get_length (&out));
      g_assert_cmpuint (kad_buffer_get_length (&out), <=, 4096);
    }
  g_assert_cmpuint (longest, ==, 4096);
}

static void
test_too_much_to_say_is_an_error (void)
{
  g_autoptr (KadPrivateKey) key = test_key (1);
  g_autoptr (KadIdentity) self = make_identity (key, 2);
  g_autoptr (GError) error = NULL;
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  g_test_summary ("Protocols that do not fit are an error, and nothing is sent");

  g_strfreev (self->protocols);
  self->protocols = g_new0 (char *, 201);
  for (guint i = 0; i < 200; i++)
    self->protocols[i] = g_strdup_printf ("/a/protocol/with/some/name/%u", i);
  g_assert_false (kad_identify_encode (self, key, 5, &out, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
  g_assert_cmpuint (kad_buffer_get_length (&out), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/identify/says-everything", test_says_everything);
  g_test_add_func ("/identify/is-written-as-the-specification-says",
                   test_is_written_as_the_specification_says);
  g_test_add_func ("/identify/takes-the-observed-address-later",
                   test_takes_the_observed_address_later);
  g_test_add_func ("/identify/an-observed-address-keeps-to-the-limit",
                   test_an_observed_address_keeps_to_the_limit);
  g_test_add_func ("/identify/no-frame-takes-no-observed-address",
                   test_no_frame_takes_no_observed_address);
  g_test_add_func ("/identify/rule-03-stays-at-4-kib-in-one-frame",
                   test_rule_03_stays_at_4_kib_in_one_frame);
  g_test_add_func ("/identify/rule-03-counts-the-length-too", test_rule_03_counts_the_length_too);
  g_test_add_func ("/identify/too-much-to-say-is-an-error", test_too_much_to_say_is_an_error);
  return g_test_run ();
}
