/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Noise and Yamux spoken wrongly: the connection ends, or nothing does, as the case may be. */
#include "kad-attacker-testing.h"

/* ---- Noise ---- */

static void
test_noise (void)
{
  static const char *const names[]
      = { "flipped", "replayed", "empty", "short", "junk", "cut", "out of order" };
  Lab lab;

  g_test_summary ("A frame whose tag is wrong, in whatever way, closes the connection");

  lab_init (&lab);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      Attacker attacker;
      g_auto (KadBuffer) plain = KAD_BUFFER_INIT;
      g_auto (KadBuffer) sealed = KAD_BUFFER_INIT;
      g_auto (KadBuffer) later = KAD_BUFFER_INIT;
      g_autofree guint8 *junk = g_malloc0 (65537);
      guint8 *bytes;
      gsize len;

      attacker_init (&attacker, &lab);
      put_frame (&plain, KAD_YAMUX_PING, KAD_YAMUX_SYN, 0, 1, NULL, 0);
      kad_noise_session_seal (&attacker.session, kad_buffer_peek (&plain),
                              kad_buffer_get_length (&plain), &sealed, NULL);
      bytes = (guint8 *) kad_buffer_peek (&sealed);
      len = kad_buffer_get_length (&sealed);
      switch (i)
        {
        case 0:
          bytes[len - 1] ^= 1;
          send_raw (&attacker, bytes, len);
          break;
        case 1:
          send_raw (&attacker, bytes, len);
          send_raw (&attacker, bytes, len);
          break;
        case 2:
          send_raw (&attacker, "\0\0", 2);
          break;
        case 3:
          send_raw (&attacker,
                    "\0\x0f"
                    "0123456789abcde",
                    17);
          break;
        case 4:
          junk[0] = junk[1] = 0xff;
          send_raw (&attacker, junk, 65537);
          break;
        case 5:
          send_raw (&attacker, bytes, len - 1);
          shutdown (attacker.fd, SHUT_WR);
          break;
        default:
          kad_noise_session_seal (&attacker.session, kad_buffer_peek (&plain),
                                  kad_buffer_get_length (&plain), &later, NULL);
          send_raw (&attacker, kad_buffer_peek (&later), kad_buffer_get_length (&later));
          break;
        }
      g_test_message ("%s", names[i]);
      attacker_run_until (&attacker, attacker.is_closed);
      attacker_clear (&attacker);
    }
  lab_clear (&lab);
}

static void
test_message_that_never_ends (void)
{
  Lab lab;
  Attacker attacker;
  KadConnection *connection;
  gint64 now_us;

  g_test_summary ("A message that comes byte by byte and never ends closes the connection in time");

  lab_init (&lab);
  attacker_init (&attacker, &lab);
  connection = kad_connection_book_get (lab.server.network->book, 0)->connection;
  g_assert_cmpint (kad_connection_get_partial_us (connection), ==, 0);
  send_raw (&attacker, "\xff\xff", 2);
  for (guint i = 0; i < 20; i++)
    {
      send_raw (&attacker, "x", 1);
      turns (&lab, 3);
    }
  now_us = kad_connection_get_partial_us (connection);
  g_assert_cmpint (now_us, >, 0);
  g_assert_cmpint (kad_connection_get_heard_us (connection), >=, now_us);
  kad_network_sweep (lab.server.network, now_us + KAD_DEAD_US);
  g_assert_cmpuint (kad_network_get_n_connections (lab.server.network), ==, 1);
  /* A byte more, so that it is the message and not silence that ends it. */
  g_usleep (2000);
  send_raw (&attacker, "x", 1);
  turns (&lab, 3);
  g_assert_cmpint (kad_connection_get_heard_us (connection), >, now_us);
  kad_network_sweep (lab.server.network, now_us + KAD_DEAD_US + 1);
  attacker_run_until (&attacker, attacker.is_closed);
  context_run_until (lab.context, node_count (&lab.server, KAD_EVENT_PEER_DISCONNECTED) == 1);
  g_assert_cmpstr (node_find (&lab.server, KAD_EVENT_PEER_DISCONNECTED, 0)->text, ==,
                   "The peer never ends a message");
  attacker_clear (&attacker);
  lab_clear (&lab);
}

/* ---- Yamux ---- */

static void
test_yamux_violations (void)
{
  static const struct
  {
    const char *name;
    guint8 frames[3][12];
    guint n_frames;
  } violations[] = {
    { "version", { { 1 } }, 1 },
    { "type", { { 0, 4 } }, 1 },
    { "stream 0", { { 0, 0, 0, 1 } }, 1 },
    { "our parity", { { 0, 1, 0, 1, 0, 0, 0, 2 } }, 1 },
    { "opened twice", { { 0, 1, 0, 1, 0, 0, 0, 1 }, { 0, 1, 0, 1, 0, 0, 0, 1 } }, 2 },
    { "data over the window", { { 0, 0, 0, 1, 0, 0, 0, 1, 0, 4, 0, 1 } }, 1 },
    { "window over 32 bits at SYN", { { 0, 1, 0, 1, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff } }, 1 },
    { "window over 32 bits",
      { { 0, 1, 0, 1, 0, 0, 0, 1 }, { 0, 1, 0, 0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff } },
      2 },
    { "ping on a stream", { { 0, 2, 0, 1, 0, 0, 0, 3 } }, 1 },
  };
  Lab lab;

  g_test_summary ("What breaks Yamux ends the session with a protocol error");

  lab_init (&lab);
  for (guint i = 0; i < G_N_ELEMENTS (violations); i++)
    {
      Attacker attacker;

      g_test_message ("%s", violations[i].name);
      attacker_init (&attacker, &lab);
      for (guint j = 0; j < violations[i].n_frames; j++)
        send_plain (&attacker, violations[i].frames[j], 12);
      check_protocol_error (&attacker);
      attacker_clear (&attacker);
    }
  check_honest_is_served (&lab);
  lab_clear (&lab);
}

static void
test_yamux_harmless (void)
{
  Lab lab;
  Attacker attacker;
  guint8 bytes[100] = { 0 };

  g_test_summary ("What is strange but allowed leaves the connection as it is");

  lab_init (&lab);
  attacker_init (&attacker, &lab);
  send_data (&attacker, 0, 99, bytes, sizeof bytes); /* a stream not there */
  send_frame (&attacker, KAD_YAMUX_WINDOW_UPDATE, 0, 99, 0xffffffff, NULL, 0);
  send_frame (&attacker, KAD_YAMUX_WINDOW_UPDATE, 0, 99, 0xffffffff, NULL, 0);
  send_frame (&attacker, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_RST, 99, 7, NULL, 0);
  send_frame (&attacker, KAD_YAMUX_DATA, KAD_YAMUX_SYN | KAD_YAMUX_RST, 101, 0, NULL, 0);
  send_frame (&attacker, KAD_YAMUX_PING, KAD_YAMUX_ACK, 0, 12345, NULL, 0); /* not asked for */
  check_lives (&attacker);

  /* Data behind the end costs the stream. */
  send_frame (&attacker, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_SYN, 1, 0, NULL, 0);
  send_data (&attacker, 0, 1, "\x13/multistream/1.0.0\n\x11/ipfs/ping/1.0.0\n", 38);
  send_frame (&attacker, KAD_YAMUX_DATA, KAD_YAMUX_FIN, 3, 0, NULL, 0);
  check_lives (&attacker);
  g_assert_cmpuint (attacker.n_go_aways, ==, 0);
  attacker_clear (&attacker);
  lab_clear (&lab);
}

static void
test_too_many_streams (void)
{
  Lab lab;
  Attacker attacker;
  g_auto (KadBuffer) out = KAD_BUFFER_INIT;

  g_test_summary ("Past 512 streams each is reset alone, and after resets there is room again");

  lab_init (&lab);
  attacker_init (&attacker, &lab);
  for (guint i = 0; i < 520; i++)
    put_frame (&out, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_SYN, 1 + 2 * i, 0, NULL, 0);
  send_plain (&attacker, kad_buffer_peek (&out), kad_buffer_get_length (&out));
  attacker_run_until (&attacker, attacker.n_resets == 8);
  check_lives (&attacker);
  kad_buffer_clear (&out);
  for (guint i = 0; i < 512; i++)
    put_frame (&out, KAD_YAMUX_DATA, KAD_YAMUX_RST, 1 + 2 * i, 0, NULL, 0);
  send_plain (&attacker, kad_buffer_peek (&out), kad_buffer_get_length (&out));
  check_lives (&attacker);
  send_frame (&attacker, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_SYN, 2001, 0, NULL, 0);
  check_lives (&attacker);
  g_assert_cmpuint (attacker.n_resets, ==, 8);
  attacker_clear (&attacker);
  lab_clear (&lab);
}

/* Sends @unit over and over and never reads, until the node has had enough or takes it all. */
static gsize
flood (Attacker *self, const KadBuffer *unit, gsize total)
{
  gsize sent = 0;

  while (sent < total && !self->is_closed)
    {
      gsize before = sent;

      sent += send_plain (self, kad_buffer_peek (unit), kad_buffer_get_length (unit));
      if (sent - before < kad_buffer_get_length (unit))
        break;
    }
  return sent;
}

static void
test_floods_without_reading (gconstpointer data)
{
  guint kind = GPOINTER_TO_UINT (data);
  Lab lab;
  Attacker attacker;
  g_auto (KadBuffer) unit = KAD_BUFFER_INIT;
  gsize before, peak;
  guint8 request[] = { 5, 0x08, 4, 0x12, 1, 'k' };

  g_test_summary (
      "Who floods and never reads is not read either, takes bounded memory, and gives it "
      "back");

  lab_init (&lab);
  check_honest_is_served (&lab);
  before = get_used_bytes ();
  attacker_init (&attacker, &lab);
  if (kind == 2)
    {
      send_data (&attacker, KAD_YAMUX_SYN, 1, "\x13/multistream/1.0.0\n\x10" PROTOCOL "\n", 37);
      send_frame (&attacker, KAD_YAMUX_WINDOW_UPDATE, 0, 1, 1 << 30, NULL, 0);
    }
  for (guint i = 0; i < 1000; i++)
    {
      if (kind == 0)
        put_frame (&unit, KAD_YAMUX_PING, KAD_YAMUX_SYN, 0, i, NULL, 0);
      else if (kind == 1)
        {
          put_frame (&unit, KAD_YAMUX_WINDOW_UPDATE, KAD_YAMUX_SYN, 1 + 2 * i, 0, NULL, 0);
          put_frame (&unit, KAD_YAMUX_DATA, KAD_YAMUX_RST, 1 + 2 * i, 0, NULL, 0);
        }
      else
        put_frame (&unit, KAD_YAMUX_DATA, 0, 1, sizeof request, request, sizeof request);
    }
  flood (&attacker, &unit, 16 * 1024 * 1024);
  peak = get_used_bytes ();
  if (MEMORY_IS_COUNTED)
    g_assert_cmpuint (peak, <, before + 12 * 1024 * 1024);
  check_honest_is_served (&lab);
  attacker_clear (&attacker);
  kad_buffer_clear (&unit);
  turns (&lab, 20);
  if (MEMORY_IS_COUNTED)
    g_assert_cmpuint (get_used_bytes (), <, before + 512 * 1024);
  lab_clear (&lab);
}

static void
test_who_does_not_read_is_closed (void)
{
  Lab lab;
  Attacker attacker;
  g_auto (KadBuffer) unit = KAD_BUFFER_INIT;
  KadConnection *connection;
  gint64 since_us;

  g_test_summary ("Who reads nothing of what waits for it is closed in time, though it goes on "
                  "sending");

  lab_init (&lab);
  attacker_init (&attacker, &lab);
  connection = kad_connection_book_get (lab.server.network->book, 0)->connection;
  for (guint i = 0; i < 1000; i++)
    put_frame (&unit, KAD_YAMUX_PING, KAD_YAMUX_SYN, 0, i, NULL, 0);
  flood (&attacker, &unit, 64 * 1024 * 1024);
  since_us = kad_connection_get_stalled_us (connection);
  g_assert_cmpint (since_us, >, 0);
  kad_network_sweep (lab.server.network, since_us + KAD_DEAD_US + SECOND);
  context_run_until (lab.context, node_count (&lab.server, KAD_EVENT_PEER_DISCONNECTED) == 1);
  attacker_clear (&attacker);
  lab_clear (&lab);
}

int
main (int argc, char **argv)
{
  static const char *const floods[] = { "pings", "streams", "requests" };

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hostile/noise", test_noise);
  g_test_add_func ("/hostile/message-that-never-ends", test_message_that_never_ends);
  g_test_add_func ("/hostile/yamux-violations", test_yamux_violations);
  g_test_add_func ("/hostile/yamux-harmless", test_yamux_harmless);
  g_test_add_func ("/security/CVE-2022-23492/too-many-streams", test_too_many_streams);
  for (guint i = 0; i < G_N_ELEMENTS (floods); i++)
    {
      g_autofree char *path
          = g_strdup_printf ("/security/GHSA-3999-5ffv-wp2r/flood-without-reading/%s", floods[i]);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_floods_without_reading);
    }
  g_test_add_func ("/security/GO-2025-3408/who-does-not-read-is-closed",
                   test_who_does_not_read_is_closed);
  return g_test_run ();
}
