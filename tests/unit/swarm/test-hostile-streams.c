/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Negotiations and kad frames that are wrong: the stream ends, and nothing else. */
#include "kad-attacker-testing.h"

/* ---- the negotiation on a stream, and kad on it ---- */

static void
test_stream_negotiation (void)
{
  static const struct
  {
    const char *bytes;
    gsize len;
    gboolean ends;
  } bad[] = {
    { "\x05nope\n", 6, FALSE },
    { "\x13/multistream/1.0.0\n\x05nope", 25, TRUE },
    { "\x13/multistream/1.0.0", 19, TRUE },
    { "\x13/multistream/2.0.0\n", 20, FALSE },
    { "\x81\x08", 2, FALSE },
    { "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 10, FALSE },
    { "\x80\x00", 2, FALSE },
    { "", 0, TRUE },
  };
  Lab lab;
  Attacker attacker;

  g_test_summary ("A negotiation that is wrong or cut resets its stream, and nothing else");

  lab_init (&lab);
  attacker_init (&attacker, &lab);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      send_frame (&attacker, KAD_YAMUX_DATA, KAD_YAMUX_SYN | (bad[i].ends ? KAD_YAMUX_FIN : 0),
                  1 + 2 * i, bad[i].len, bad[i].bytes, bad[i].len);
      attacker_run_until (&attacker, attacker.n_resets == i + 1 || attacker.is_closed);
      g_assert_false (attacker.is_closed);
      g_assert_cmpuint (attacker.last_reset, ==, 1 + 2 * i);
    }
  check_lives (&attacker);
  attacker_clear (&attacker);
  lab_clear (&lab);
}

static void
test_stream_that_proposes_for_ever (void)
{
  Lab lab;
  Attacker attacker;
  g_auto (KadBuffer) proposals = KAD_BUFFER_INIT;

  g_test_summary ("Refused proposals are answered, up to a bound; then the stream is reset");

  lab_init (&lab);
  attacker_init (&attacker, &lab);
  send_data (&attacker, KAD_YAMUX_SYN, 1, "\x13/multistream/1.0.0\n\x05/nop\n", 26);
  attacker_run_until (&attacker, attacker.data->len >= 24);
  g_assert_cmpmem (attacker.data->data, attacker.data->len, "\x13/multistream/1.0.0\n\x03na\n", 24);
  g_assert_cmpuint (attacker.n_resets, ==, 0);
  for (guint i = 0; i < 100; i++)
    kad_buffer_append (&proposals, "\x05/nop\n", 6);
  send_data (&attacker, 0, 1, kad_buffer_peek (&proposals), 600);
  attacker_run_until (&attacker, attacker.n_resets == 1);
  check_lives (&attacker);
  attacker_clear (&attacker);
  lab_clear (&lab);
}

static void
test_kad_frames (void)
{
  static const struct
  {
    const char *name;
    const char *bytes;
    gsize len;
  } bad[] = {
    { "2^63", "\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 9 },
    { "over-long", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11 },
    { "over 4 MiB", "\x81\x80\x80\x02", 4 },
    { "not minimal", "\x80\x00", 2 },
    { "no protobuf", "\x02\xff\xff", 3 },
    { "a field past the end", "\x03\x12\x7f\x01", 4 },
    { "an unknown type", "\x02\x08\x63", 3 },
    { "put without record", "\x05\x08\x00\x12\x01k", 6 },
    { "put under another key", "\x0f\x08\x00\x12\x01k\x1a\x08\x0a\x01j\x12\x01v\x2a\x00", 16 },
    { "provider who is another",
      "\x12\x08\x02\x12\x01k\x4a\x0b\x0a\x02\x00\x00\x12\x05\x04\x7f\x00\x00\x01", 19 },
    { "find-node without key", "\x02\x08\x04", 3 },
  };
  Lab lab;
  Attacker attacker;

  g_test_summary ("A frame that is wrong resets its stream without a reply, and nothing else");

  lab_init (&lab);
  attacker_init (&attacker, &lab);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      guint before = attacker.n_resets;

      g_test_message ("%s", bad[i].name);
      g_byte_array_set_size (attacker.data, 0);
      open_kad (&attacker, 1 + 2 * i, bad[i].bytes, bad[i].len, 0);
      attacker_run_until (&attacker, attacker.n_resets > before || attacker.data->len > 37
                                         || attacker.is_closed);
      g_assert_false (attacker.is_closed);
      g_assert_cmpuint (attacker.data->len, <=, 37);
      g_assert_cmpuint (attacker.last_reset, ==, 1 + 2 * i);
    }
  check_lives (&attacker);
  attacker_clear (&attacker);
  lab_clear (&lab);
}

static void
test_kad_frame_cut_anywhere (void)
{
  /* find-node, then a second one that is cut */
  static const guint8 frames[] = { 5, 0x08, 4, 0x12, 1, 'k', 5, 0x08, 4, 0x12, 1, 'k' };
  Lab lab;
  Attacker attacker;

  g_test_summary (
      "rule 2: whole requests before the end are answered; a cut one resets the stream");

  lab_init (&lab);
  attacker_init (&attacker, &lab);
  for (guint cut = 6; cut <= sizeof frames; cut++)
    {
      guint before = attacker.n_resets;

      g_byte_array_set_size (attacker.data, 0);
      open_kad (&attacker, 1 + 2 * cut, frames, cut, KAD_YAMUX_FIN);
      attacker_run_until (&attacker, attacker.data->len > 37);
      turns (&lab, 20);
      receive (&attacker);
      g_assert_cmpuint (attacker.n_resets - before, ==, cut != 6 && cut != sizeof frames);
    }
  check_lives (&attacker);
  attacker_clear (&attacker);
  lab_clear (&lab);
}

static void
test_half_frames_are_swept (void)
{
  Lab lab;
  Attacker attacker;
  gint64 now_us;

  g_test_summary ("Streams that stop in the middle of negotiation or frame are reset after ten "
                  "seconds, and the connection stays");

  lab_init (&lab);
  attacker_init (&attacker, &lab);
  send_data (&attacker, KAD_YAMUX_SYN, 1, "\x13/multi", 7);
  open_kad (&attacker, 3, "\x7f\x08", 2, 0);
  open_kad (&attacker, 5, NULL, 0, 0);
  turns (&lab, 20);
  now_us = kad_reactor_update_now (lab.server.network->reactor);
  kad_network_sweep (lab.server.network, now_us + 9 * SECOND);
  check_lives (&attacker);
  g_assert_cmpuint (attacker.n_resets, ==, 0);
  kad_network_sweep (lab.server.network, now_us + 11 * SECOND);
  attacker_run_until (&attacker, attacker.n_resets == 2);
  check_lives (&attacker);
  g_assert_cmpuint (attacker.n_resets, ==, 2);
  attacker_clear (&attacker);
  lab_clear (&lab);
}

static void
test_memory_of_half_frames (void)
{
  Lab lab;
  Attacker attackers[24];
  g_autofree guint8 *zeroes = g_malloc0 (256 * 1024);
  gsize before;

  g_test_summary ("Half frames on very many streams take bounded memory, and it returns");

  lab_init (&lab);
  check_honest_is_served (&lab);
  before = get_used_bytes ();
  for (guint i = 0; i < G_N_ELEMENTS (attackers); i++)
    {
      attacker_init (&attackers[i], &lab);
      /* Below what is allowed to one connection. */
      for (guint j = 0; j < 120 && !attackers[i].is_closed; j++)
        {
          open_kad (&attackers[i], 1 + 2 * j, "\xff\xff\xff\x01", 4, 0);
          send_data (&attackers[i], 0, 1 + 2 * j, zeroes, 120 * 1024);
        }
    }
  if (MEMORY_IS_COUNTED)
    {
      g_assert_cmpuint (get_used_bytes (), >, before + kad_limit_find ("held-bytes")->fallback / 2);
      g_assert_cmpuint (get_used_bytes (), <,
                        before + kad_limit_find ("held-bytes")->fallback + 64 * 1024 * 1024);
    }
  check_honest_is_served (&lab);
  for (guint i = 0; i < G_N_ELEMENTS (attackers); i++)
    {
      close (attackers[i].fd);
      attackers[i].fd = -1;
    }
  context_run_until (lab.context, kad_network_get_n_connections (lab.server.network) <= 1);
  for (guint i = 0; i < G_N_ELEMENTS (attackers); i++)
    attacker_clear (&attackers[i]);
  turns (&lab, 20);
  if (MEMORY_IS_COUNTED)
    g_assert_cmpuint (get_used_bytes (), <, before + 512 * 1024);
  lab_clear (&lab);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/security/GHSA-xqvc-92cf-94j4/negotiation-on-streams", test_stream_negotiation);
  g_test_add_func ("/hostile-streams/proposes-for-ever", test_stream_that_proposes_for_ever);
  g_test_add_func ("/security/GHSA-xqvc-92cf-94j4/kad-frames-to-a-server", test_kad_frames);
  g_test_add_func ("/security/GHSA-xqvc-92cf-94j4/kad-frame-cut-anywhere",
                   test_kad_frame_cut_anywhere);
  g_test_add_func ("/hostile-streams/half-frames-are-swept", test_half_frames_are_swept);
  g_test_add_func ("/security/CVE-2022-23492/memory-of-half-frames", test_memory_of_half_frames);
  return g_test_run ();
}
