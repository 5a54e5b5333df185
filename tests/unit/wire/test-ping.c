/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-ping.h"

#include "kad-wire-testing.h"

static void
test_echoes_whole_pings (void)
{
  guint8 data[3 * KAD_PING_BYTES];
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  g_test_summary ("Whole pings are echoed, byte for byte, and a part of one waits");

  for (gsize i = 0; i < sizeof data; i++)
    data[i] = (guint8) (i * 7);
  for (gsize len = 0; len <= sizeof data; len++)
    {
      gsize used = kad_ping_echo (data, len, &out);

      g_assert_cmpuint (used, ==, len / KAD_PING_BYTES * KAD_PING_BYTES);
      assert_buffer (&out, data, used);
      kad_buffer_consume (&out, used);
    }
}

static void
test_rule_04_serves_and_asks_libp2p_ping (void)
{
  guint8 sent[KAD_PING_BYTES];
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;
  gsize used;

  g_test_summary ("/ipfs/ping/1.0.0 of ours is answered by ours");

  g_assert_cmpstr (KAD_PING_PROTOCOL, ==, "/ipfs/ping/1.0.0");
  memset (sent, 42, sizeof sent);
  kad_ping_echo (sent, sizeof sent, &out);
  g_assert_cmpint (
      kad_ping_check (sent, kad_buffer_peek (&out), kad_buffer_get_length (&out), &used, NULL), ==,
      KAD_WIRE_DONE);
  g_assert_cmpuint (used, ==, KAD_PING_BYTES);
}

static void
test_waits_for_the_whole_answer (void)
{
  guint8 sent[KAD_PING_BYTES] = { 1, 2, 3 };
  gsize used = 99;

  g_test_summary ("A part of the right answer wants more and consumes nothing");

  for (gsize len = 0; len < KAD_PING_BYTES; len++)
    {
      g_assert_cmpint (kad_ping_check (sent, sent, len, &used, NULL), ==, KAD_WIRE_MORE);
      g_assert_cmpuint (used, ==, 0);
    }
}

static void
test_refuses_each_wrong_byte (void)
{
  guint8 sent[KAD_PING_BYTES] = { 0 };

  g_test_summary ("A wrong byte is an error as soon as it is there");

  for (gsize i = 0; i < KAD_PING_BYTES; i++)
    {
      guint8 answer[KAD_PING_BYTES] = { 0 };
      g_autoptr (GError) error = NULL;
      gsize used;

      answer[i] = 1;
      g_assert_cmpint (kad_ping_check (sent, answer, i, &used, NULL), ==, KAD_WIRE_MORE);
      g_assert_cmpint (kad_ping_check (sent, answer, i + 1, &used, &error), ==, KAD_WIRE_ERROR);
      g_assert_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ping/echoes-whole-pings", test_echoes_whole_pings);
  g_test_add_func ("/ping/rule-04-serves-and-asks-libp2p-ping",
                   test_rule_04_serves_and_asks_libp2p_ping);
  g_test_add_func ("/ping/waits-for-the-whole-answer", test_waits_for_the_whole_answer);
  g_test_add_func ("/ping/refuses-each-wrong-byte", test_refuses_each_wrong_byte);
  return g_test_run ();
}
