/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a network does about sleep, steps of the calendar, quiet and want of memory, with a machine
 * that the test puts to sleep. */
#include <glib/gstdio.h>

#include "kad-clocks-testing.h"
#include "kad-error.h"
#include "kad-network-testing.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define HOUR (3600 * SECOND)

typedef struct
{
  GMainContext *context;
  FakeMachine machine; /* of b */
  KadClocks clocks;
  KadPrivateKey *key; /* of b */
  char *folder;       /* (nullable) of b */
  Node a;             /* serves; its machine is awake */
  Node b;
} Lab;

static void
start_b (Lab *lab, KadMode mode, const KadLimits *limits)
{
  g_autofree char *address = node_dup_address (&lab->a, TRUE);
  g_autoptr (GError) error = NULL;
  NodeSpec spec = { .mode = mode,
                    .join = address,
                    .key = lab->key,
                    .folder = lab->folder,
                    .limits = limits,
                    .clocks = &lab->clocks };

  node_init (&lab->b, lab->context, &spec, &error);
  g_assert_no_error (error);
  context_run_until (lab->context, node_count (&lab->b, KAD_EVENT_JOINED) > 0
                                       && node_count (&lab->a, KAD_EVENT_PEER_IDENTIFIED) > 0);
}

static void
lab_init_full (Lab *lab, KadMode mode, gboolean has_folder, const KadLimits *limits)
{
  g_autoptr (GError) error = NULL;

  *lab = (Lab){ .context = g_main_context_new () };
  lab->clocks = fake_machine_get_clocks (&lab->machine);
  g_assert_cmpint (sodium_init (), >=, 0);
  g_main_context_push_thread_default (lab->context);
  lab->key = kad_keystore_generate (KAD_KEY_TYPE_ED25519, &error);
  g_assert_no_error (error);
  if (has_folder)
    lab->folder = g_dir_make_tmp ("kad-renew-XXXXXX", NULL);
  node_init (&lab->a, lab->context, &(NodeSpec){ .mode = KAD_MODE_SERVER }, &error);
  g_assert_no_error (error);
  start_b (lab, mode, limits);
}

static void
lab_init (Lab *lab)
{
  lab_init_full (lab, KAD_MODE_SERVER, FALSE, NULL);
}

static void
remove_folder (Lab *lab)
{
  static const char *const names[] = { "kad.db", "kad.db-wal", "kad.lock" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (lab->folder, names[i], NULL);

      g_unlink (path);
    }
  g_assert_cmpint (g_rmdir (lab->folder), ==, 0);
  g_free (lab->folder);
}

static void
lab_clear (Lab *lab)
{
  node_clear (&lab->b);
  node_clear (&lab->a);
  while (g_main_context_iteration (lab->context, FALSE))
    ;
  if (lab->folder != NULL)
    remove_folder (lab);
  kad_private_key_unref (lab->key);
  g_main_context_pop_thread_default (lab->context);
  g_main_context_unref (lab->context);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Lab, lab_clear)

/* The machine of b sleeps, and the loop wakes up, as it does by the descriptor. */
static void
sleep_for (Lab *lab, gint64 duration_us)
{
  lab->machine.slept_us += duration_us;
  kad_reactor_wake (lab->b.network->reactor);
}

static void
step_calendar (Lab *lab, gint64 step_us)
{
  guint n = node_count (&lab->b, KAD_EVENT_CLOCK_STEPPED);

  lab->machine.step_us += step_us;
  kad_network_check_clock (lab->b.network);
  context_run_until (lab->context, node_count (&lab->b, KAD_EVENT_CLOCK_STEPPED) > n);
}

static gboolean
is_renewing (Lab *lab)
{
  return lab->b.network->renewal.index != 0;
}

static gboolean
is_any_ping_out (Lab *lab)
{
  KadConnectionBook *book = lab->b.network->book;

  for (guint i = 0; i < kad_connection_book_get_size (book); i++)
    if (kad_connection_is_ping_out (kad_connection_book_get (book, i)->connection))
      return TRUE;
  return FALSE;
}

/* Everybody answers, and the rest of the time of a renewal is not waited for. */
static void
end_renewal (Lab *lab)
{
  g_assert_true (is_renewing (lab));
  context_run_until (lab->context, !is_any_ping_out (lab));
  lab->machine.ahead_us += KAD_RENEWAL_US;
  /* The poll knows nothing of that. */
  context_run_until (lab->context,
                     (kad_reactor_wake (lab->b.network->reactor), !is_renewing (lab)));
}

static guint
renew (Lab *lab, const char *reason, gboolean *is_joining)
{
  kad_reactor_update_now (lab->b.network->reactor);
  return kad_swarm_renew (KAD_SWARM (lab->b.network), reason, 0, is_joining);
}

/* Two clocks are not read in one moment. */
static void
assert_about (gint64 time_us, gint64 expected_us)
{
  g_assert_cmpint (time_us, >=, expected_us - SECOND);
  g_assert_cmpint (time_us, <=, expected_us + SECOND);
}

/* ---- sleep ---- */

static void
test_a_night_is_noticed (void)
{
  g_auto (Lab) lab = { 0 };
  KadEvent *event;

  g_test_summary ("After a night each connection is tested, and who answers stays connected");

  lab_init (&lab);
  sleep_for (&lab, 8 * HOUR);
  context_run_until (lab.context, node_count (&lab.b, KAD_EVENT_RESUMED) > 0);
  event = node_find (&lab.b, KAD_EVENT_RESUMED, 0);
  g_assert_cmpstr (event->text, ==, "resumed");
  assert_about (event->span_us, 8 * HOUR);
  g_assert_cmpuint (event->number, ==, 1);
  end_renewal (&lab);
  context_turns (lab.context, 50);
  kad_network_sweep (lab.b.network, kad_reactor_get_now (lab.b.network->reactor));
  context_turns (lab.context, 50);
  g_assert_cmpuint (node_count (&lab.b, KAD_EVENT_PEER_DISCONNECTED), ==, 0);
  g_assert_cmpuint (node_count (&lab.b, KAD_EVENT_RESUMED), ==, 1);
  g_assert_cmpuint (node_count (&lab.b, KAD_EVENT_CLOCK_STEPPED), ==, 0);
}

static void
test_time_goes_on_in_sleep (void)
{
  g_auto (Lab) lab = { 0 };
  g_autoptr (GVariant) stats = NULL;
  g_autoptr (GVariant) clock = NULL;
  gint64 before_us, slept_us = 0, uptime_us = 0;
  guint64 n_sleeps = 0;

  g_test_summary ("The node's time is later by the night, and it counts its sleeps");

  lab_init (&lab);
  before_us = kad_reactor_update_now (lab.b.network->reactor);
  sleep_for (&lab, 8 * HOUR);
  context_run_until (lab.context, node_count (&lab.b, KAD_EVENT_RESUMED) > 0);
  g_assert_cmpint (kad_reactor_get_now (lab.b.network->reactor), >=, before_us + 8 * HOUR - SECOND);
  stats = kad_swarm_dup_stats (KAD_SWARM (lab.b.network));
  g_assert_true (g_variant_lookup (stats, "uptime_us", "x", &uptime_us));
  g_assert_cmpint (uptime_us, >=, 8 * HOUR - SECOND);
  clock = g_variant_lookup_value (stats, "clock", G_VARIANT_TYPE_VARDICT);
  g_assert_true (g_variant_lookup (clock, "sleeps", "t", &n_sleeps));
  g_assert_true (g_variant_lookup (clock, "slept_us", "x", &slept_us));
  g_assert_cmpuint (n_sleeps, ==, 1);
  assert_about (slept_us, 8 * HOUR);
}

static void
test_who_asks_first_is_in_time (void)
{
  g_auto (Lab) lab = { 0 };
  g_autoptr (GVariant) stats = NULL;

  g_test_summary (
      "What is asked before the loop turned after a sleep sees no step of the calendar");

  lab_init (&lab);
  lab.machine.slept_us += 8 * HOUR;
  stats = kad_swarm_dup_stats (KAD_SWARM (lab.b.network));
  context_run_until (lab.context, node_count (&lab.b, KAD_EVENT_RESUMED) > 0);
  kad_network_check_clock (lab.b.network);
  context_turns (lab.context, 20);
  g_assert_cmpuint (node_count (&lab.b, KAD_EVENT_RESUMED), ==, 1);
  g_assert_cmpuint (node_count (&lab.b, KAD_EVENT_CLOCK_STEPPED), ==, 0);
}

static void
test_the_loop_rests_after_a_night (void)
{
  g_auto (Lab) lab = { 0 };
  guint64 n_before;

  g_test_summary ("After a renewal the loop sleeps: no ticks of the night are caught up with");

  lab_init (&lab);
  sleep_for (&lab, 8 * HOUR);
  context_run_until (lab.context, node_count (&lab.b, KAD_EVENT_RESUMED) > 0);
  end_renewal (&lab);
  context_turns (lab.context, 200);
  n_before = kad_reactor_get_n_wakeups (lab.b.network->reactor);
  for (gint64 end_us = g_get_monotonic_time () + SECOND; g_get_monotonic_time () < end_us;)
    context_turns (lab.context, 10);
  g_assert_cmpuint (kad_reactor_get_n_wakeups (lab.b.network->reactor) - n_before, <, 50);
}

/* ---- renewing ---- */

static gboolean
is_identified (Node *node, KadNetwork *other)
{
  KadPeerSession *session
      = kad_connection_book_find (node->network->book, kad_network_get_peer (other));

  return session != NULL && session->is_identified;
}

static void
test_a_dead_connection_is_found (void)
{
  g_auto (Lab) lab = { 0 };
  GMainContext *other = g_main_context_new ();
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;
  gint64 began_us;
  KadEvent *gone;
  Node frozen;

  g_test_summary ("Who does not answer is closed soon after a renewal; who answers is not");

  lab_init (&lab);
  address = node_dup_address (&lab.b, TRUE);
  g_main_context_push_thread_default (other);
  node_init (&frozen, other, &(NodeSpec){ .mode = KAD_MODE_CLIENT, .join = address }, &error);
  g_assert_no_error (error);
  context_run_until (lab.context, (g_main_context_iteration (other, FALSE),
                                   is_identified (&lab.b, frozen.network)));
  /* From here on nobody runs the loop of the frozen one. */
  began_us = g_get_monotonic_time ();
  g_assert_cmpuint (renew (&lab, "network", NULL), ==, 2);
  context_run_until (lab.context, node_count (&lab.b, KAD_EVENT_PEER_DISCONNECTED) > 0);
  g_assert_cmpint (g_get_monotonic_time () - began_us, >=, KAD_RENEWAL_US);
  g_assert_cmpint (g_get_monotonic_time () - began_us, <, 15 * SECOND);
  gone = node_find (&lab.b, KAD_EVENT_PEER_DISCONNECTED, 0);
  g_assert_true (kad_peer_id_equal (&gone->peer, kad_network_get_peer (frozen.network)));
  context_turns (lab.context, 50);
  g_assert_cmpuint (node_count (&lab.b, KAD_EVENT_PEER_DISCONNECTED), ==, 1);
  node_clear (&frozen);
  while (g_main_context_iteration (other, FALSE))
    ;
  g_main_context_pop_thread_default (other);
  g_main_context_unref (other);
}

static void
test_twice_is_once (void)
{
  g_auto (Lab) lab = { 0 };

  g_test_summary ("What the service asks for while the node does it by itself adds nothing");

  lab_init (&lab);
  sleep_for (&lab, HOUR);
  context_run_until (lab.context, node_count (&lab.b, KAD_EVENT_RESUMED) > 0);
  g_assert_cmpuint (renew (&lab, "resumed", NULL), ==, 1);
  end_renewal (&lab);
  g_assert_cmpuint (node_count (&lab.b, KAD_EVENT_RESUMED), ==, 1);
  g_assert_cmpuint (renew (&lab, "resumed", NULL), ==, 1);
  context_turns (lab.context, 50);
  g_assert_cmpuint (node_count (&lab.b, KAD_EVENT_RESUMED), ==, 2);
}

static void
test_who_is_alone_joins (void)
{
  g_auto (Lab) lab = { 0 };
  gboolean is_joining = FALSE;

  g_test_summary ("Who has no connection with anybody of the table joins again at once");

  lab_init (&lab);
  g_assert_true (
      kad_swarm_hang_up (KAD_SWARM (lab.b.network), kad_network_get_peer (lab.a.network), NULL));
  context_run_until (lab.context, node_count (&lab.b, KAD_EVENT_PEER_DISCONNECTED) > 0
                                      && node_get_n_open (&lab.b) == 0);
  g_assert_cmpuint (renew (&lab, "network", &is_joining), ==, 0);
  g_assert_true (is_joining);
  context_run_until (lab.context, node_count (&lab.b, KAD_EVENT_PEER_CONNECTED) == 2);
}

static void
test_who_lost_all_joins (void)
{
  g_auto (Lab) lab = { 0 };
  gboolean is_joining = TRUE;
  guint n_started;

  g_test_summary ("Who turns out to know hardly anybody joins when the dead are known");

  lab_init (&lab);
  n_started = node_count (&lab.b, KAD_EVENT_QUERY_STARTED);
  g_assert_cmpuint (renew (&lab, "network", &is_joining), ==, 1);
  g_assert_false (is_joining);
  end_renewal (&lab);
  context_run_until (lab.context, node_count (&lab.b, KAD_EVENT_QUERY_STARTED) > n_started);
}

/* ---- the calendar ---- */

static void
check_step (gint64 step_us)
{
  g_auto (Lab) lab = { 0 };
  KadEvent *event;
  guint64 n_wakeups;
  gint64 now_us, span_us;

  lab_init (&lab);
  now_us = kad_reactor_update_now (lab.b.network->reactor);
  step_calendar (&lab, step_us);
  event = node_find (&lab.b, KAD_EVENT_CLOCK_STEPPED, 0);
  span_us = event->span_us - step_us;
  g_assert_cmpint (ABS (span_us), <, 10 * SECOND);
  span_us = event->wall_us - g_get_real_time () - step_us;
  g_assert_cmpint (ABS (span_us), <, 60 * SECOND);
  g_assert_cmpint (kad_reactor_update_now (lab.b.network->reactor) - now_us, <, 60 * SECOND);
  n_wakeups = kad_reactor_get_n_wakeups (lab.b.network->reactor);
  for (gint64 end_us = g_get_monotonic_time () + SECOND; g_get_monotonic_time () < end_us;)
    context_turns (lab.context, 10);
  g_assert_cmpuint (kad_reactor_get_n_wakeups (lab.b.network->reactor) - n_wakeups, <, 50);
  kad_network_check_clock (lab.b.network);
  context_turns (lab.context, 20);
  g_assert_cmpuint (node_count (&lab.b, KAD_EVENT_CLOCK_STEPPED), ==, 1);
  g_assert_cmpuint (node_count (&lab.b, KAD_EVENT_RESUMED), ==, 0);
  g_assert_cmpuint (node_count (&lab.b, KAD_EVENT_PEER_DISCONNECTED), ==, 0);
}

static void
test_steps_are_told (void)
{
  g_test_summary ("Three days forward and back are told once, end nothing, and the loop rests");

  check_step (72 * HOUR);
  check_step (-72 * HOUR);
}

/* a puts a record, which b then holds. */
static void
put_from_a (Lab *lab, GBytes *key)
{
  KadQuerySpec spec = { .kind = KAD_QUERY_PUT_RECORD, .key = key, .value = key };
  KadQueryId id;

  kad_reactor_update_now (lab->a.network->reactor);
  id = kad_swarm_start_query (KAD_SWARM (lab->a.network), &spec);
  context_run_until (lab->context, node_find_end (&lab->a, id) != NULL);
  g_assert_cmpuint (node_find_end (&lab->a, id)->stored, ==, 1);
}

static gint64
get_left_us (Lab *lab)
{
  g_autoptr (GPtrArray) rows = kad_swarm_dup_records (KAD_SWARM (lab->b.network), 0, 0);
  gint64 now_us = lab->clocks.get_wall (&lab->machine);

  return rows->len == 0 ? -1 : ((KadHeldRow *) rows->pdata[0])->expires_us - now_us;
}

static void
publish_from_b (Lab *lab, GBytes *key)
{
  KadPublicationSpec spec
      = { .kind = KAD_PUBLICATION_PROVIDER, .key = key, .tag = "app", .persistent = TRUE };
  KadQueryId id;

  kad_reactor_update_now (lab->b.network->reactor);
  id = kad_swarm_publish (KAD_SWARM (lab->b.network), &spec);
  context_run_until (lab->context, node_find_end (&lab->b, id) != NULL);
  g_assert_no_error (node_find_end (&lab->b, id)->error);
}

static gint64
get_next_run_us (Lab *lab)
{
  g_autoptr (GPtrArray) rows = kad_swarm_dup_publications (KAD_SWARM (lab->b.network));
  gint64 now_us = lab->clocks.get_wall (&lab->machine);

  g_assert_cmpuint (rows->len, ==, 1);
  return ((KadPublicationRow *) rows->pdata[0])->next_run_us - now_us;
}

static void
on_flushed (gpointer user_data, const GError *error)
{
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static void
check_restart (gint64 step_us)
{
  g_auto (Lab) lab = { 0 };
  g_autoptr (GBytes) key = g_bytes_new_static ("held", 4);
  gboolean is_flushed = FALSE;

  lab_init_full (&lab, KAD_MODE_SERVER, TRUE, NULL);
  put_from_a (&lab, key);
  publish_from_b (&lab, key);
  context_run_until (lab.context, get_next_run_us (&lab) > HOUR);
  /* A day passes, so that what is left differs from what there is at most. */
  sleep_for (&lab, 15 * HOUR);
  context_run_until (lab.context, node_count (&lab.b, KAD_EVENT_RESUMED) > 0);
  end_renewal (&lab);
  step_calendar (&lab, step_us);
  g_assert_cmpint (get_left_us (&lab), >, 32 * HOUR);
  g_assert_cmpint (get_left_us (&lab), <=, 33 * HOUR);
  kad_network_state_flush (lab.b.network, on_flushed, &is_flushed);
  context_run_until (lab.context, is_flushed);
  context_turns (lab.context, 200);
  node_clear (&lab.b);
  start_b (&lab, KAD_MODE_SERVER, NULL);
  context_run_until (lab.context, get_left_us (&lab) >= 0);
  g_assert_cmpint (get_left_us (&lab), >, 32 * HOUR);
  g_assert_cmpint (get_left_us (&lab), <=, 33 * HOUR);
  /* It was due 19.8 to 22 hours after its run. */
  g_assert_cmpint (get_next_run_us (&lab), >, 4 * HOUR);
  g_assert_cmpint (get_next_run_us (&lab), <=, 7 * HOUR);
}

static void
test_what_is_kept_knows_the_new_calendar (void)
{
  g_test_summary ("After a step and a restart records have as long to live as before");

  check_restart (72 * HOUR);
  check_restart (-72 * HOUR);
}

/* ---- quiet ---- */

static gboolean
is_quiet_in_stats (Lab *lab)
{
  g_autoptr (GVariant) stats = kad_swarm_dup_stats (KAD_SWARM (lab->b.network));
  g_autoptr (GVariant) node = g_variant_lookup_value (stats, "node", G_VARIANT_TYPE_VARDICT);
  gboolean quiet = FALSE;

  g_assert_true (g_variant_lookup (node, "quiet", "b", &quiet));
  return quiet;
}

static void
test_others_hear_of_quiet (void)
{
  g_auto (Lab) lab = { 0 };
  guint n_identified;

  g_test_summary ("Others are told that a quiet node serves nobody, and when it does again");

  lab_init (&lab);
  context_run_until (lab.context, kad_network_get_table_size (lab.a.network) == 1);
  g_assert_false (is_quiet_in_stats (&lab));
  n_identified = node_count (&lab.a, KAD_EVENT_PEER_IDENTIFIED);
  kad_swarm_keep_quiet (KAD_SWARM (lab.b.network), TRUE);
  g_assert_true (is_quiet_in_stats (&lab));
  g_assert_false (kad_network_is_server (lab.b.network));
  context_run_until (lab.context, node_count (&lab.a, KAD_EVENT_PEER_IDENTIFIED) > n_identified
                                      && kad_network_get_table_size (lab.a.network) == 0);
  kad_swarm_keep_quiet (KAD_SWARM (lab.b.network), FALSE);
  context_run_until (lab.context, kad_network_get_table_size (lab.a.network) == 1);
  g_assert_cmpuint (node_count (&lab.b, KAD_EVENT_MODE_CHANGED), ==, 2);
}

/* Time passes in which nothing happens; then the sweep looks. */
static void
idle_for (Lab *lab, gint64 duration_us)
{
  lab->machine.ahead_us += duration_us;
  kad_network_sweep (lab->b.network, kad_reactor_update_now (lab->b.network->reactor));
  context_turns (lab->context, 50);
}

static void
test_quiet_connections (void)
{
  g_auto (Lab) lab = { 0 };
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;
  KadEvent *gone;
  Node caller;

  g_test_summary ("In quiet idle connections go, protected ones stay though nothing is heard of "
                  "them for minutes, and nobody is dead for that when quiet ends");

  lab_init (&lab);
  address = node_dup_address (&lab.b, TRUE);
  node_init (&caller, lab.context,
             &(NodeSpec){ .mode = KAD_MODE_CLIENT, .join = address, .listen = "" }, &error);
  g_assert_no_error (error);
  context_run_until (lab.context, node_count (&caller, KAD_EVENT_JOINED) > 0
                                      && is_identified (&lab.b, caller.network));
  kad_swarm_keep_quiet (KAD_SWARM (lab.b.network), TRUE);
  /* The mode is told; streams that wait for the next request end. */
  context_run_until (lab.context, (idle_for (&lab, 61 * SECOND),
                                   node_count (&lab.b, KAD_EVENT_PEER_DISCONNECTED) > 0));
  gone = node_find (&lab.b, KAD_EVENT_PEER_DISCONNECTED, 0);
  g_assert_true (kad_peer_id_equal (&gone->peer, kad_network_get_peer (caller.network)));
  g_assert_nonnull (strstr (gone->text, "quiet"));
  kad_connection_ping (kad_connection_book_get (lab.b.network->book, 0)->connection);
  context_run_until (lab.context, !is_any_ping_out (&lab));
  idle_for (&lab, 200 * SECOND);
  g_assert_false (is_any_ping_out (&lab));
  kad_reactor_update_now (lab.b.network->reactor);
  kad_swarm_keep_quiet (KAD_SWARM (lab.b.network), FALSE);
  idle_for (&lab, SECOND);
  g_assert_cmpuint (node_count (&lab.b, KAD_EVENT_PEER_DISCONNECTED), ==, 1);
  node_clear (&caller);
}

/* ---- memory ---- */

#define N_CALLERS 6

static void
test_idle_connections_go (void)
{
  g_auto (Lab) lab = { 0 };
  Node callers[N_CALLERS];
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;
  KadLimits limits;

  g_test_summary ("Short of memory, idle connections above low-water go, and the heap shrinks");

  kad_limits_init (&limits);
  limits.values[KAD_LIMIT_LOW_WATER] = 3;
  lab_init_full (&lab, KAD_MODE_SERVER, FALSE, &limits);
  address = node_dup_address (&lab.b, TRUE);
  for (guint i = 0; i < N_CALLERS; i++)
    {
      node_init (&callers[i], lab.context,
                 &(NodeSpec){ .mode = KAD_MODE_CLIENT, .join = address, .listen = "" }, &error);
      g_assert_no_error (error);
    }
  context_run_until (lab.context, node_count (&lab.b, KAD_EVENT_PEER_IDENTIFIED) >= N_CALLERS + 1);
  /* Streams that linger for the next request are no reason to stay, but they end by themselves. */
  for (guint i = 0; i < N_CALLERS; i++)
    context_run_until (lab.context, node_count (&callers[i], KAD_EVENT_JOINED) > 0);
  context_run_until (lab.context, kad_swarm_free_memory (KAD_SWARM (lab.b.network)) > 0
                                      || node_get_n_open (&lab.b) <= 3);
  context_run_until (lab.context, (kad_swarm_free_memory (KAD_SWARM (lab.b.network)),
                                   node_get_n_open (&lab.b) == 3));
  g_assert_nonnull (
      kad_connection_book_find (lab.b.network->book, kad_network_get_peer (lab.a.network)));
  for (guint i = 0; i < N_CALLERS; i++)
    node_clear (&callers[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network-renew/night", test_a_night_is_noticed);
  g_test_add_func ("/network-renew/time-goes-on", test_time_goes_on_in_sleep);
  g_test_add_func ("/network-renew/first", test_who_asks_first_is_in_time);
  g_test_add_func ("/network-renew/rests", test_the_loop_rests_after_a_night);
  g_test_add_func ("/network-renew/dead", test_a_dead_connection_is_found);
  g_test_add_func ("/network-renew/twice", test_twice_is_once);
  g_test_add_func ("/network-renew/alone", test_who_is_alone_joins);
  g_test_add_func ("/network-renew/lost-all", test_who_lost_all_joins);
  g_test_add_func ("/network-renew/steps", test_steps_are_told);
  g_test_add_func ("/network-renew/restart", test_what_is_kept_knows_the_new_calendar);
  g_test_add_func ("/network-renew/quiet", test_others_hear_of_quiet);
  g_test_add_func ("/network-renew/quiet-connections", test_quiet_connections);
  g_test_add_func ("/network-renew/memory", test_idle_connections_go);
  return g_test_run ();
}
