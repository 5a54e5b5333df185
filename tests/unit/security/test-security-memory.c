/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a peer can make a node remember or hold, and who goes when it is too much. */
#include "kad-attacker-testing.h"

#include "kad-envelope.h"
#include "kad-frame.h"
#include "kad-identify.h"

/* Half a large message on each of many streams: 120 KiB of it a stream are held. */
static void
hold (Attacker *self, guint n_streams)
{
  g_autofree guint8 *zeroes = g_malloc0 (120 * 1024);

  for (guint i = 0; i < n_streams && !self->is_closed; i++)
    {
      open_kad (self, 1 + 2 * i, "\xff\xff\xff\x01", 4, 0);
      send_data (self, 0, 1 + 2 * i, zeroes, 120 * 1024);
    }
}

static void
test_who_holds_most_is_closed (void)
{
  Lab lab;
  Attacker modest, greedy[12];
  guint n_closed = 0;

  g_test_summary ("When all together hold too much, those that hold most are closed, whoever "
                  "it was that went over");

  lab_init (&lab);
  attacker_init (&modest, &lab);
  for (guint i = 0; i < G_N_ELEMENTS (greedy); i++)
    {
      attacker_init (&greedy[i], &lab);
      hold (&greedy[i], 120);
      g_assert_cmpuint (kad_reactor_get_charged (lab.server.network->reactor), <=,
                        kad_limit_find ("held-bytes")->fallback);
    }
  for (guint i = 0; i < G_N_ELEMENTS (greedy); i++)
    {
      receive (&greedy[i]);
      n_closed += greedy[i].is_closed;
    }
  g_assert_cmpuint (n_closed, >, 0);
  g_assert_cmpuint (n_closed, <, G_N_ELEMENTS (greedy) / 2);

  /* The last drops are the modest one's, and it stays. */
  hold (&modest, 60);
  check_lives (&modest);
  check_honest_is_served (&lab);
  for (guint i = 0; i < G_N_ELEMENTS (greedy); i++)
    {
      close (greedy[i].fd);
      greedy[i].fd = -1;
    }
  close (modest.fd);
  modest.fd = -1;
  context_run_until (lab.context, kad_network_get_n_connections (lab.server.network) <= 1);
  for (guint i = 0; i < G_N_ELEMENTS (greedy); i++)
    attacker_clear (&greedy[i]);
  attacker_clear (&modest);
  g_assert_cmpuint (kad_reactor_get_charged (lab.server.network->reactor), ==, 0);
  lab_clear (&lab);
}

/* ---- the time of a turn ---- */

#define N_REQUESTS 40000

/* As many requests as fit in one write, on one stream. */
static void
ask_at_once (Attacker *self, guint flags)
{
  static const guint8 request[] = { 5, 0x08, 4, 0x12, 1, 'k' };
  g_auto (KadBuffer) requests = KAD_BUFFER_INIT;

  for (guint i = 0; i < N_REQUESTS; i++)
    kad_buffer_append (&requests, request, sizeof request);
  open_kad (self, 1, kad_buffer_peek (&requests), kad_buffer_get_length (&requests), flags);
}

static void
test_turns_are_bounded (void)
{
  Lab lab;
  Attacker attacker;
  guint64 begun;
  gsize reply;

  g_test_summary ("Who asks for much at once is answered over many turns, all of it, and others "
                  "have theirs in between");

  lab_init (&lab);
  attacker_init (&attacker, &lab);
  begun = kad_reactor_get_n_wakeups (lab.server.network->reactor);
  ask_at_once (&attacker, KAD_YAMUX_FIN);
  check_honest_is_served (&lab);
  attacker_run_until (&attacker, attacker.n_fins == 1);
  g_assert_cmpuint (kad_reactor_get_n_wakeups (lab.server.network->reactor), >, begun + 10);
  g_assert_cmpuint (attacker.n_resets, ==, 0);
  g_assert_cmpuint (attacker.data->len, >, 37);
  reply = 1 + attacker.data->data[37];
  g_assert_cmpuint (attacker.data->len, ==, 37 + N_REQUESTS * reply);
  check_lives (&attacker);
  attacker_clear (&attacker);
  lab_clear (&lab);
}

static void
test_turns_that_never_come (void)
{
  g_test_summary ("Who goes, or resets the stream, before it was answered is not answered");

  for (guint i = 0; i < 2; i++)
    {
      Lab lab;
      Attacker attacker;

      lab_init (&lab);
      attacker_init (&attacker, &lab);
      ask_at_once (&attacker, 0);
      if (i == 0)
        {
          send_frame (&attacker, KAD_YAMUX_DATA, KAD_YAMUX_RST, 1, 0, NULL, 0);
          check_lives (&attacker);
        }
      attacker_clear (&attacker);
      lab_clear (&lab);
    }
}

/* ---- signed records without end ---- */

/* An identify push with a signed record that nobody has seen before. */
static void
push_record (Attacker *self, KadPrivateKey *key, guint number)
{
  g_autoptr (GPtrArray) addresses
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);
  g_autoptr (KadIdentity) identity = kad_identity_new ();
  g_auto (KadBuffer) bytes = KAD_BUFFER_INIT;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 8; i++)
    {
      g_autofree char *text = g_strdup_printf ("/ip4/10.%u.%u.%u/tcp/%u", number >> 16 & 0xff,
                                               number >> 8 & 0xff, number & 0xff, 4000 + i);

      add_address (addresses, text);
    }
  g_ptr_array_unref (identity->addresses);
  identity->addresses = g_steal_pointer (&addresses);
  identity->agent = g_strdup_printf ("agent %u", number);
  kad_buffer_append (&bytes, "\x13/multistream/1.0.0\n\x14" KAD_IDENTIFY_PUSH_PROTOCOL "\n", 41);
  g_assert_true (kad_identify_encode (identity, key, number, &bytes, &error));
  g_assert_no_error (error);
  send_frame (self, KAD_YAMUX_DATA, KAD_YAMUX_SYN | KAD_YAMUX_FIN, 1 + 2 * number,
              kad_buffer_get_length (&bytes), kad_buffer_peek (&bytes),
              kad_buffer_get_length (&bytes));
}

static void
push_records (Attacker *self, guint from, guint to)
{
  for (guint i = from; i < to; i++)
    {
      push_record (self, self->key, i);
      if (i % 64 == 63)
        {
          check_lives (self);
          g_byte_array_set_size (self->data, 0); /* our own part of the memory */
        }
    }
  check_lives (self);
}

static void
ignore_event (KadEvent *event, gpointer user_data)
{
  guint *n_identified = user_data;

  *n_identified += event->type == KAD_EVENT_PEER_IDENTIFIED;
}

static void
test_distinct_records_of_one_peer (void)
{
  const guint n = MEMORY_IS_COUNTED ? 4000 : 200;
  Lab lab;
  Attacker attacker;
  guint n_identified = 0;
  gsize first, second;

  g_test_summary ("A peer that pushes one new signed record after the other makes us remember "
                  "one: four times as many take no byte more");

  lab_init (&lab);
  check_honest_is_served (&lab);
  attacker_init (&attacker, &lab);
  kad_network_set_tap (lab.server.network, ignore_event, &n_identified);
  push_records (&attacker, 0, n);
  first = get_used_bytes ();
  push_records (&attacker, n, 5 * n);
  second = get_used_bytes ();
  g_assert_cmpuint (n_identified, ==, 5 * n);
  if (MEMORY_IS_COUNTED)
    g_assert_cmpuint (second, <=, first + 16 * 1024);
  attacker_clear (&attacker);
  kad_network_set_tap (lab.server.network, node_on_event, &lab.server);
  lab_clear (&lab);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/security/CVE-2022-23492/who-holds-most-is-closed",
                   test_who_holds_most_is_closed);
  g_test_add_func ("/security/R16/turns-are-bounded", test_turns_are_bounded);
  g_test_add_func ("/security/R16/turns-that-never-come", test_turns_that_never_come);
  g_test_add_func ("/security/CVE-2023-40583/distinct-records-of-one-peer",
                   test_distinct_records_of_one_peer);
  return g_test_run ();
}
