/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-network.h"

/* A node that is to do only what it is asked for, and absences: what it does by itself, counted. */

#define HOUR KAD_USEC_PER_HOUR

typedef struct
{
  guint n_sent;
  guint n_writes;
  guint most_writes; /* of one step */
} Work;

/* Time passes in steps; server 1 answers all, and nobody is dialled. */
static Work
live (Network *net, gint64 duration_us, gint64 step_us)
{
  Work work = { 0 };
  KadOutput output;

  for (gint64 passed_us = 0; passed_us < duration_us; passed_us += step_us)
    {
      guint n_writes = 0;

      network_advance (net, step_us);
      while (network_take (net, KAD_OUTPUT_SEND, 0, &output))
        {
          KadMessageType type = kad_message_get_message_type (output.message);
          g_autoptr (KadMessage) found = answer (KAD_MESSAGE_FIND_NODE, NULL, 0, 0);

          n_writes += type == KAD_MESSAGE_PUT_VALUE || type == KAD_MESSAGE_ADD_PROVIDER;
          work.n_sent++;
          if (type == KAD_MESSAGE_ADD_PROVIDER)
            kad_engine_request_sent (net->engine, output.request, net->now_us);
          else
            kad_engine_reply_received (net->engine, output.request,
                                       type == KAD_MESSAGE_PUT_VALUE ? output.message : found,
                                       net->now_us);
          kad_output_clear (&output);
        }
      work.n_writes += n_writes;
      work.most_writes = MAX (work.most_writes, n_writes);
    }
  network_forget (net);
  return work;
}

static Network *
make_network (KadMode mode)
{
  Network *net = network_new_with (&(KadEngineConfig){ .mode = mode });

  network_listen (net, "/ip4/10.9.9.9/tcp/1");
  network_add_server (net, 1);
  live (net, 60 * SECOND, SECOND);
  return net;
}

static void
start (Network *net, KadQueryKind kind, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("key %u", i);
      g_autoptr (GBytes) key = text_bytes (text);

      network_start (net, (KadQuerySpec){ .kind = kind, .key = key, .value = key });
    }
}

static void
keep_quiet (Network *net, gboolean quiet)
{
  kad_engine_set_quiet (net->engine, quiet, net->now_us);
  network_drain (net);
}

static KadMode
take_mode_change (Network *net)
{
  KadEvent *event = network_find_event (net, KAD_EVENT_MODE_CHANGED, 0);
  KadMode mode;

  g_assert_nonnull (event);
  mode = event->number;
  network_forget (net);
  return mode;
}

/* ---- quiet ---- */

static void
test_a_client_while_it_is_quiet (void)
{
  g_autoptr (Network) net = make_network (KAD_MODE_SERVER);

  g_test_summary ("A server is a client while it is quiet, and a server again after that");

  keep_quiet (net, TRUE);
  g_assert_true (kad_engine_is_quiet (net->engine));
  g_assert_false (kad_engine_is_server (net->engine));
  g_assert_cmpint (take_mode_change (net), ==, KAD_MODE_CLIENT);
  g_assert_cmpint (kad_engine_get_mode (net->engine), ==, KAD_MODE_SERVER);
  keep_quiet (net, TRUE);
  g_assert_null (network_find_event (net, KAD_EVENT_MODE_CHANGED, 0));
  keep_quiet (net, FALSE);
  g_assert_true (kad_engine_is_server (net->engine));
  g_assert_cmpint (take_mode_change (net), ==, KAD_MODE_SERVER);
}

static void
test_the_mode_that_is_set_meanwhile_holds_after (void)
{
  g_autoptr (Network) net = make_network (KAD_MODE_CLIENT);

  g_test_summary ("A mode that is set, or becomes so, in quiet is told when that is over");

  keep_quiet (net, TRUE);
  kad_engine_set_mode (net->engine, KAD_MODE_AUTO, net->now_us);
  kad_engine_set_reachable (net->engine, TRUE, net->now_us);
  g_assert_false (kad_engine_is_server (net->engine));
  g_assert_null (network_find_event (net, KAD_EVENT_MODE_CHANGED, 0));
  keep_quiet (net, FALSE);
  g_assert_cmpint (take_mode_change (net), ==, KAD_MODE_SERVER);
}

static void
test_does_nothing_by_itself (void)
{
  g_autoptr (Network) net = make_network (KAD_MODE_SERVER);

  g_test_summary ("A quiet day has no lookup; soon after it the table is refreshed again");

  g_assert_cmpuint (live (net, 2 * HOUR, SECOND).n_sent, >, 0);
  keep_quiet (net, TRUE);
  live (net, 60 * SECOND, SECOND);
  g_assert_cmpuint (live (net, 24 * HOUR, SECOND).n_sent, ==, 0);
  keep_quiet (net, FALSE);
  g_assert_cmpuint (live (net, 10 * SECOND, SECOND).n_sent, >, 0);
}

static void
test_does_what_it_is_asked_for (void)
{
  g_autoptr (Network) net = make_network (KAD_MODE_CLIENT);
  g_autoptr (GBytes) key = text_bytes ("asked for");
  KadQueryId id;

  g_test_summary ("A quiet node looks up and announces at once what it is asked for");

  keep_quiet (net, TRUE);
  id = network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_CLOSEST_PEERS, .key = key });
  network_reply_found (net, 1, 0, 0);
  g_assert_nonnull (network_last (net, id));
  start (net, KAD_QUERY_PROVIDE, 2);
  g_assert_cmpuint (live (net, 10 * SECOND, SECOND).n_writes, ==, 2);
}

static void
test_announces_before_others_forget (void)
{
  g_autoptr (Network) net = make_network (KAD_MODE_CLIENT);

  g_test_summary ("What is provided is announced once in 42 hours, a record once in 21, spread");

  start (net, KAD_QUERY_PROVIDE, 30);
  g_assert_cmpuint (live (net, 10 * SECOND, SECOND).n_writes, ==, 30);
  keep_quiet (net, TRUE);
  g_assert_cmpuint (live (net, 37 * HOUR, SECOND).n_writes, ==, 0);
  {
    Work work = live (net, 6 * HOUR, SECOND);

    g_assert_cmpuint (work.n_writes, ==, 30);
    g_assert_cmpuint (work.most_writes, <, 10);
  }
}

static void
test_records_too (void)
{
  g_autoptr (Network) net = make_network (KAD_MODE_CLIENT);

  g_test_summary ("Records are put again once in 21 hours: before those that keep them for a day");

  start (net, KAD_QUERY_PUT_RECORD, 10);
  g_assert_cmpuint (live (net, 10 * SECOND, SECOND).n_writes, ==, 10);
  keep_quiet (net, TRUE);
  g_assert_cmpuint (live (net, 18 * HOUR, SECOND).n_writes, ==, 0);
  g_assert_cmpuint (live (net, 4 * HOUR, SECOND).n_writes, ==, 10);
}

static void
test_the_usual_times_come_back (void)
{
  g_autoptr (Network) net = make_network (KAD_MODE_CLIENT);
  Work work;

  g_test_summary ("After quiet what is due by the usual times runs soon, once, and spread");

  start (net, KAD_QUERY_PROVIDE, 100);
  g_assert_cmpuint (live (net, 10 * SECOND, SECOND).n_writes, ==, 100);
  keep_quiet (net, TRUE);
  live (net, 30 * HOUR, SECOND);
  keep_quiet (net, FALSE);
  work = live (net, 60 * SECOND, SECOND);
  g_assert_cmpuint (work.n_writes, ==, 100);
  g_assert_cmpuint (work.most_writes, <, 30);
  g_assert_cmpuint (live (net, 19 * HOUR, SECOND).n_writes, ==, 0);
  g_assert_cmpuint (live (net, 4 * HOUR, SECOND).n_writes, ==, 100);
}

static void
test_another_address_waits (void)
{
  g_autoptr (Network) net = make_network (KAD_MODE_CLIENT);

  g_test_summary ("What is provided is announced from another address when quiet is over");

  start (net, KAD_QUERY_PROVIDE, 3);
  live (net, 10 * SECOND, SECOND);
  keep_quiet (net, TRUE);
  network_listen (net, "/ip4/10.8.8.8/tcp/1");
  g_assert_cmpuint (live (net, HOUR, SECOND).n_writes, ==, 0);
  keep_quiet (net, FALSE);
  g_assert_cmpuint (live (net, 60 * SECOND, SECOND).n_writes, ==, 3);
}

/* ---- absences ---- */

/* The machine sleeps; then the engine hears of it before anything else. */
static void
sleep_for (Network *net, gint64 duration_us)
{
  net->now_us += duration_us;
  kad_engine_resumed (net->engine, net->now_us);
  network_drain (net);
}

static void
test_after_a_night_all_is_done_once (void)
{
  g_autoptr (Network) net = make_network (KAD_MODE_CLIENT);
  Work work;

  g_test_summary ("What became due in a night of eight hours runs after it, once, and spread");

  start (net, KAD_QUERY_PROVIDE, 200);
  g_assert_cmpuint (live (net, 60 * SECOND, SECOND).n_writes, ==, 200);
  live (net, 16 * HOUR, SECOND);
  sleep_for (net, 8 * HOUR);
  g_assert_cmpuint (live (net, 2 * SECOND, SECOND).n_sent, ==, 0);
  work = live (net, 120 * SECOND, SECOND);
  g_assert_cmpuint (work.n_writes, ==, 200);
  g_assert_cmpuint (work.most_writes, <, 40);
  /* The rounds of the night are one. */
  g_assert_cmpuint (work.n_sent, <, 200 + 200 + 40);
  g_assert_cmpuint (live (net, 19 * HOUR, SECOND).n_writes, ==, 0);
}

static void
test_what_is_not_due_stays (void)
{
  g_autoptr (Network) net = make_network (KAD_MODE_CLIENT);

  g_test_summary ("An hour of sleep counts, and hurries nothing that is not due");

  start (net, KAD_QUERY_PROVIDE, 5);
  live (net, 60 * SECOND, SECOND);
  sleep_for (net, HOUR);
  g_assert_cmpuint (live (net, 18 * HOUR, SECOND).n_writes, ==, 0);
  g_assert_cmpuint (live (net, 4 * HOUR, SECOND).n_writes, ==, 5);
}

static void
test_what_failed_is_tried_again (void)
{
  g_autoptr (Network) net = make_network (KAD_MODE_CLIENT);
  g_autoptr (GError) error = g_error_new_literal (KAD_ERROR, KAD_ERROR_CLOSED, "It was reset");
  KadOutput output;

  g_test_summary ("What failed before does not wait for its pause to end");

  start (net, KAD_QUERY_PUT_RECORD, 1);
  live (net, 10 * SECOND, SECOND);
  for (guint i = 0; i < 12 * 3600; i++)
    {
      network_advance (net, SECOND);
      while (network_take (net, KAD_OUTPUT_SEND, 0, &output))
        {
          g_autoptr (KadMessage) found = answer (KAD_MESSAGE_FIND_NODE, NULL, 0, 0);

          if (kad_message_get_message_type (output.message) == KAD_MESSAGE_PUT_VALUE)
            kad_engine_request_failed (net->engine, output.request, error, net->now_us);
          else
            kad_engine_reply_received (net->engine, output.request, found, net->now_us);
          kad_output_clear (&output);
        }
    }
  network_forget (net);
  sleep_for (net, 2 * SECOND);
  g_assert_cmpuint (live (net, 10 * SECOND, SECOND).n_writes, ==, 1);
}

static void
test_what_is_held_grows_old_in_sleep (void)
{
  g_autoptr (Network) net = make_network (KAD_MODE_SERVER);
  g_autoptr (GBytes) key = text_bytes ("held");
  g_autoptr (KadRecord) record = kad_record_new (key, key, NULL);
  g_autoptr (KadMessage) put = kad_message_new (KAD_MESSAGE_PUT_VALUE, key);
  g_autoptr (KadMessage) get = kad_message_new (KAD_MESSAGE_GET_VALUE, key);
  g_autoptr (KadMessage) reply = NULL;
  g_autoptr (KadMessage) early = NULL;
  g_autoptr (KadMessage) late = NULL;
  KadPeerId from = make_peer (1);

  g_test_summary ("A record lives for its 48 hours, asleep or awake, and not an hour longer");

  kad_message_set_record (put, record);
  reply = kad_engine_handle_request (net->engine, &from, put, net->now_us, NULL);
  g_assert_nonnull (reply);
  sleep_for (net, 47 * HOUR);
  early = kad_engine_handle_request (net->engine, &from, get, net->now_us, NULL);
  g_assert_nonnull (kad_message_get_record (early));
  sleep_for (net, 2 * HOUR);
  late = kad_engine_handle_request (net->engine, &from, get, net->now_us, NULL);
  g_assert_null (kad_message_get_record (late));
}

/* ---- the calendar ---- */

static void
step_calendar (Network *net, gint64 step_us)
{
  gint64 wall_us = G_GINT64_CONSTANT (1700000000) * SECOND + net->now_us - START + step_us;

  kad_engine_set_wall_time (net->engine, (KadWallTime){ wall_us }, net->now_us);
}

static void
check_calendar (gint64 step_us)
{
  g_autoptr (Network) net = make_network (KAD_MODE_SERVER);
  g_autoptr (GBytes) key = text_bytes ("held");
  g_autoptr (KadRecord) record = kad_record_new (key, key, NULL);
  g_autoptr (KadMessage) put = kad_message_new (KAD_MESSAGE_PUT_VALUE, key);
  g_autoptr (KadMessage) get = kad_message_new (KAD_MESSAGE_GET_VALUE, key);
  g_autoptr (KadMessage) reply = NULL;
  g_autoptr (KadMessage) early = NULL;
  g_autoptr (KadMessage) late = NULL;
  KadPeerId from = make_peer (1);

  kad_message_set_record (put, record);
  reply = kad_engine_handle_request (net->engine, &from, put, net->now_us, NULL);
  g_assert_nonnull (reply);
  start (net, KAD_QUERY_PROVIDE, 5);
  g_assert_cmpuint (live (net, 10 * SECOND, SECOND).n_writes, ==, 5);
  step_calendar (net, step_us);
  g_assert_cmpuint (live (net, 10 * SECOND, SECOND).n_sent, ==, 0);
  g_assert_cmpuint (live (net, 19 * HOUR, SECOND).n_writes, ==, 0);
  g_assert_cmpuint (live (net, 4 * HOUR, SECOND).n_writes, ==, 5);
  live (net, 24 * HOUR, SECOND);
  early = kad_engine_handle_request (net->engine, &from, get, net->now_us, NULL);
  g_assert_nonnull (kad_message_get_record (early));
  live (net, 2 * HOUR, SECOND);
  late = kad_engine_handle_request (net->engine, &from, get, net->now_us, NULL);
  g_assert_null (kad_message_get_record (late));
}

static void
test_steps_of_the_calendar_move_nothing (void)
{
  g_test_summary ("Three days forward or back: nothing ends, begins or lives on by it");

  check_calendar (72 * HOUR);
  check_calendar (-72 * HOUR);
}

static void
test_forgets_what_it_can_learn_again (void)
{
  g_autoptr (Network) net = make_network (KAD_MODE_SERVER);
  KadPeerId known = make_peer (1), other = make_peer (7);
  g_autoptr (KadPeerInfo) other_info = NULL;
  g_autoptr (KadPeerInfo) known_info = NULL;
  g_autoptr (KadPeerInfo) said = peer_info (7);

  g_test_summary ("Short of memory, who is neither connected nor in the table is forgotten");

  kad_engine_add_address (net->engine, said, net->now_us);
  other_info = kad_engine_dup_peer_info (net->engine, &other);
  g_assert_nonnull (other_info);
  kad_engine_free_memory (net->engine);
  g_assert_null (kad_engine_dup_peer_info (net->engine, &other));
  known_info = kad_engine_dup_peer_info (net->engine, &known);
  g_assert_nonnull (known_info);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/quiet/client", test_a_client_while_it_is_quiet);
  g_test_add_func ("/dht/quiet/mode-meanwhile", test_the_mode_that_is_set_meanwhile_holds_after);
  g_test_add_func ("/dht/quiet/nothing-by-itself", test_does_nothing_by_itself);
  g_test_add_func ("/dht/quiet/asked-for", test_does_what_it_is_asked_for);
  g_test_add_func ("/dht/quiet/before-others-forget", test_announces_before_others_forget);
  g_test_add_func ("/dht/quiet/records", test_records_too);
  g_test_add_func ("/dht/quiet/usual-times", test_the_usual_times_come_back);
  g_test_add_func ("/dht/quiet/another-address", test_another_address_waits);
  g_test_add_func ("/dht/resumed/night", test_after_a_night_all_is_done_once);
  g_test_add_func ("/dht/resumed/not-due", test_what_is_not_due_stays);
  g_test_add_func ("/dht/resumed/failed", test_what_failed_is_tried_again);
  g_test_add_func ("/dht/resumed/held", test_what_is_held_grows_old_in_sleep);
  g_test_add_func ("/dht/calendar/steps", test_steps_of_the_calendar_move_nothing);
  g_test_add_func ("/dht/free-memory/forgets", test_forgets_what_it_can_learn_again);
  return g_test_run ();
}
