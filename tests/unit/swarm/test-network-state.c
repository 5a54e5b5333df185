/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "kad-database.h"
#include "kad-error.h"
#include "kad-network-state-private.h"
#include "kad-network-testing.h"
#include "kad-saved-rows.h"

/* Some servers that know each other, the first of which has a folder and is stopped and started. */
#define N_OTHERS 6

typedef struct
{
  GMainContext *context;
  char *folder;
  KadPrivateKey *key;
  Node node;
  Node others[N_OTHERS];
} World;

static void
start (World *self, const char *join)
{
  NodeSpec spec
      = { .mode = KAD_MODE_SERVER, .folder = self->folder, .key = self->key, .join = join };
  g_autoptr (GError) error = NULL;

  node_init (&self->node, self->context, &spec, &error);
  g_assert_no_error (error);
}

static void
stop (World *self)
{
  node_clear (&self->node);
}

static void
world_init (World *self, guint n_others)
{
  g_autoptr (GError) error = NULL;

  *self = (World){ .context = g_main_context_new () };
  g_main_context_push_thread_default (self->context);
  self->folder = g_dir_make_tmp ("kad-state-XXXXXX", NULL);
  self->key = kad_keystore_generate (KAD_KEY_TYPE_ED25519, &error);
  g_assert_no_error (error);
  start (self, NULL);
  for (guint i = 0; i < n_others; i++)
    {
      g_autofree char *join = node_dup_address (&self->node, TRUE);
      NodeSpec spec = { .mode = KAD_MODE_SERVER, .join = join };

      node_init (&self->others[i], self->context, &spec, &error);
      g_assert_no_error (error);
    }
  context_run_until (self->context, kad_network_get_table_size (self->node.network) == n_others);
}

static void
world_clear (World *self)
{
  static const char *const names[] = { "kad.db", "kad.db-wal", "kad.lock" };

  stop (self);
  for (guint i = 0; i < N_OTHERS; i++)
    node_clear (&self->others[i]);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (self->folder, names[i], NULL);

      g_unlink (path);
    }
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  kad_private_key_unref (self->key);
  g_main_context_pop_thread_default (self->context);
  g_main_context_unref (self->context);
  g_free (self->folder);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (World, world_clear)

static void
on_flushed (gpointer user_data, const GError *error)
{
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static void
flush (World *self)
{
  gboolean is_done = FALSE;

  kad_network_state_flush (self->node.network, on_flushed, &is_done);
  g_assert_false (is_done);
  context_run_until (self->context, is_done);
}

/* ---- joining ---- */

static gboolean
was_contacted (Node *node, const KadPeerId *peer)
{
  for (guint i = 0; i < node->events->len; i++)
    {
      const KadEvent *event = node->events->pdata[i];

      if (event->type == KAD_EVENT_PEER_CONNECTED && kad_peer_id_equal (&event->peer, peer))
        return TRUE;
    }
  return FALSE;
}

static void
test_warm_start (void)
{
  g_auto (World) world = { 0 };
  gint64 began_us;

  g_test_summary ("Started again, a node joins by whom it knew, without anybody's help, in 2 s");

  world_init (&world, N_OTHERS);
  stop (&world);
  began_us = g_get_monotonic_time ();
  start (&world, NULL);
  context_run_until (world.context, node_count (&world.node, KAD_EVENT_JOINED) > 0);
  g_assert_cmpint (g_get_monotonic_time () - began_us, <, 2 * G_USEC_PER_SEC);
  g_assert_cmpuint (kad_network_get_table_size (world.node.network), >=, KAD_WARM_ENOUGH);
}

static void
test_no_bootstrap_peer_is_contacted (void)
{
  g_auto (World) world = { 0 };
  Node stranger = { 0 };
  NodeSpec spec = { .mode = KAD_MODE_SERVER };
  g_autofree char *join = NULL;

  g_test_summary ("With enough of those who were known nobody asks the bootstrap peer");

  world_init (&world, N_OTHERS);
  g_assert_true (node_init (&stranger, world.context, &spec, NULL));
  join = node_dup_address (&stranger, TRUE);
  stop (&world);
  start (&world, join);
  context_run_until (world.context, node_count (&world.node, KAD_EVENT_JOINED) > 0);
  context_turns (world.context, 500);
  g_assert_false (was_contacted (&world.node, kad_network_get_peer (stranger.network)));
  g_assert_cmpuint (node_get_n_open (&stranger), ==, 0);
  stop (&world);
  node_clear (&stranger);
}

static void
test_bootstrap_when_nobody_answers (void)
{
  g_auto (World) world = { 0 };
  Node stranger = { 0 };
  NodeSpec spec = { .mode = KAD_MODE_SERVER };
  g_autofree char *join = NULL;

  g_test_summary ("When none of those who were known answers, the bootstrap peer is asked");

  world_init (&world, 2);
  g_assert_true (node_init (&stranger, world.context, &spec, NULL));
  join = node_dup_address (&stranger, TRUE);
  stop (&world);
  node_clear (&world.others[0]);
  node_clear (&world.others[1]);
  start (&world, join);
  context_run_until (world.context, node_count (&world.node, KAD_EVENT_JOINED) > 0);
  g_assert_true (was_contacted (&world.node, kad_network_get_peer (stranger.network)));
  stop (&world);
  node_clear (&stranger);
}

static void
test_who_is_gone_is_told (void)
{
  g_auto (World) world = { 0 };

  g_test_summary ("With nobody left and nobody to ask, that is told; and they stay known");

  world_init (&world, 2);
  stop (&world);
  node_clear (&world.others[0]);
  node_clear (&world.others[1]);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GPtrArray) peers = NULL;

      start (&world, NULL);
      context_run_until (world.context, node_count (&world.node, KAD_EVENT_JOIN_FAILED) > 0);
      peers = kad_network_state_dup_peers (world.node.network->state);
      g_assert_cmpuint (peers->len, ==, 2);
      stop (&world);
    }
}

/* ---- what is held for others ---- */

static const char *
get_name (guint i)
{
  static char name[32];

  g_snprintf (name, sizeof name, "/v/%u", i);
  return name;
}

static void
hold (World *self, guint n, gint64 expires_us)
{
  KadNetwork *network = self->node.network;
  gint64 now_us = kad_reactor_update_now (network->reactor);
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string ("/ip4/10.0.0.1/tcp/1", NULL);
  const KadPeerId *from = kad_network_get_peer (self->others[0].network);
  g_autoptr (KadPeerInfo) info = kad_peer_info_new (from);
  g_autoptr (GBytes) value = g_bytes_new_static ("value", 5);

  kad_peer_info_add_address (info, address);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GBytes) key = g_bytes_new (get_name (i), strlen (get_name (i)));
      g_autoptr (KadRecord) record = kad_record_new (key, value, NULL);

      g_assert_true (network->records->klass->put (network->records, record, from,
                                                   now_us + expires_us, now_us, NULL));
      g_assert_true (network->providers->klass->add (network->providers, key, info,
                                                     now_us + expires_us, now_us, NULL));
    }
}

static guint
count_records (World *self)
{
  KadRecordStore *records = self->node.network->records;

  return records->klass->count (records);
}

static guint
count_providers (World *self)
{
  KadProviderStore *providers = self->node.network->providers;

  return providers->klass->count (providers);
}

static void
test_held_things_survive (void)
{
  g_auto (World) world = { 0 };
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GPtrArray) part = NULL;
  const KadHeldRow *row;
  gint64 now_us;

  g_test_summary ("What is held for others is held again, with its ends, holders and addresses");

  world_init (&world, 1);
  hold (&world, 1200, KAD_USEC_PER_HOUR);
  flush (&world);
  stop (&world);
  start (&world, NULL);
  context_run_until (world.context,
                     count_records (&world) == 1200 && count_providers (&world) == 1200);
  context_turns (world.context, 100);
  now_us = g_get_real_time ();

  rows = kad_swarm_dup_records (KAD_SWARM (world.node.network), 0, 0);
  g_assert_cmpuint (rows->len, ==, 1200);
  row = rows->pdata[7];
  g_assert_cmpuint (row->size_bytes, ==, 5);
  g_assert_cmpint (row->expires_us, >, now_us + KAD_USEC_PER_HOUR / 2);
  g_assert_cmpint (row->expires_us, <=, now_us + KAD_USEC_PER_HOUR);
  g_assert_true (kad_peer_id_equal (kad_peer_info_get_peer (row->peer),
                                    kad_network_get_peer (world.others[0].network)));

  part = kad_swarm_dup_providers (KAD_SWARM (world.node.network), 1190, 100);
  g_assert_cmpuint (part->len, ==, 10);
  row = part->pdata[0];
  g_assert_cmpuint (kad_peer_info_get_n_addresses (row->peer), ==, 1);
}

static void
test_what_ended_is_gone (void)
{
  g_auto (World) world = { 0 };

  g_test_summary ("What ended meanwhile is not held again, and is removed from the file");

  world_init (&world, 1);
  hold (&world, 3, 300000);
  flush (&world);
  stop (&world);
  g_usleep (400000);
  for (guint i = 0; i < 2; i++)
    {
      start (&world, NULL);
      context_run_until (world.context, !world.node.network->state->is_reading);
      context_turns (world.context, 200);
      g_assert_cmpuint (count_records (&world), ==, 0);
      g_assert_cmpuint (count_providers (&world), ==, 0);
      stop (&world);
    }
}

static void
test_removed_stays_removed (void)
{
  g_auto (World) world = { 0 };
  g_autoptr (GBytes) key = g_bytes_new_static ("/v/1", 4);

  g_test_summary ("What was removed does not come back");

  world_init (&world, 1);
  hold (&world, 2, KAD_USEC_PER_HOUR);
  flush (&world);
  g_assert_true (world.node.network->records->klass->remove (world.node.network->records, key));
  g_assert_true (world.node.network->providers->klass->remove (
      world.node.network->providers, key, kad_network_get_peer (world.others[0].network)));
  stop (&world);
  start (&world, NULL);
  context_run_until (world.context, count_records (&world) > 0 && count_providers (&world) > 0);
  context_turns (world.context, 200);
  g_assert_cmpuint (count_records (&world), ==, 1);
  g_assert_cmpuint (count_providers (&world), ==, 1);
}

static void
test_a_clock_that_stepped (void)
{
  g_auto (World) world = { 0 };
  g_autoptr (GPtrArray) rows = NULL;
  const KadHeldRow *row;

  g_test_summary ("After the calendar stepped back nothing lives longer than its TTL from now");

  world_init (&world, 1);
  world.node.network->wall_offset_us += (gint64) 90 * 24 * 3600 * G_USEC_PER_SEC;
  hold (&world, 1, KAD_USEC_PER_HOUR);
  flush (&world);
  stop (&world);
  start (&world, NULL);
  context_run_until (world.context, count_records (&world) == 1);
  rows = kad_swarm_dup_records (KAD_SWARM (world.node.network), 0, 0);
  row = rows->pdata[0];
  g_assert_cmpint (row->expires_us, <=, g_get_real_time () + KAD_RECORD_TTL_US + G_USEC_PER_SEC);
}

static void
test_everything_anew (void)
{
  g_auto (World) world = { 0 };
  g_autofree char *path = NULL;

  g_test_summary ("When the database has to be written anew, all that is in memory is");

  world_init (&world, 3);
  hold (&world, 1700, KAD_USEC_PER_HOUR);
  flush (&world);
  path = g_build_filename (world.folder, "kad.db", NULL);
  /* As the database asks for it when it lost its file. */
  kad_network_mirror_rewrite (world.node.network->state);
  flush (&world);
  stop (&world);
  start (&world, NULL);
  context_run_until (world.context,
                     count_records (&world) == 1700 && count_providers (&world) == 1700);
  context_run_until (world.context, kad_network_get_table_size (world.node.network) == 3);
}

/* ---- publications ---- */

static void
note (World *self, KadEventType type, const char *tag, gboolean persistent)
{
  g_autoptr (GBytes) key = g_bytes_new_static ("key", 3);
  g_autoptr (KadEvent) event = kad_event_new (type);

  event->publication = kad_publication_row_new (KAD_PUBLICATION_PROVIDER, key, NULL, tag);
  event->publication->persistent = persistent;
  event->publication->created_us = 1795251914000000;
  kad_network_state_note_event (self->node.network->state, event);
}

static guint
restart_and_count (World *self)
{
  guint n;

  stop (self);
  start (self, NULL);
  n = kad_network_state_get_publications (self->node.network)->len;
  return n;
}

static void
test_publications (void)
{
  g_auto (World) world = { 0 };
  const KadPublicationRow *row;

  g_test_summary ("Persistent publications survive until they are removed, or persistent no more");

  world_init (&world, 0);
  note (&world, KAD_EVENT_PUBLICATION_CHANGED, "a", TRUE);
  note (&world, KAD_EVENT_PUBLICATION_CHANGED, "b", TRUE);
  note (&world, KAD_EVENT_PUBLICATION_CHANGED, "c", FALSE);
  flush (&world);
  g_assert_cmpuint (restart_and_count (&world), ==, 2);
  row = kad_network_state_get_publications (world.node.network)->pdata[0];
  g_assert_cmpint (row->created_us, ==, 1795251914000000);
  g_assert_true (row->persistent);
  note (&world, KAD_EVENT_PUBLICATION_REMOVED, "a", TRUE);
  g_assert_cmpuint (restart_and_count (&world), ==, 1);
  note (&world, KAD_EVENT_PUBLICATION_CHANGED, "b", FALSE);
  g_assert_cmpuint (restart_and_count (&world), ==, 0);
}

/* ---- without a folder ---- */

static void
test_memory_only (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  NodeSpec spec = { .mode = KAD_MODE_SERVER };
  Node node = { 0 };
  gboolean is_done = FALSE, is_told_at_the_end = FALSE;

  g_test_summary ("Without a folder a flush is done at once; one that waits is told at the end");

  g_assert_true (node_init (&node, context, &spec, NULL));
  kad_network_state_flush (node.network, on_flushed, &is_done);
  g_assert_false (is_done);
  context_run_until (context, is_done);
  kad_network_state_flush (node.network, on_flushed, &is_told_at_the_end);
  node_clear (&node);
  g_assert_true (is_told_at_the_end);
}

static void
test_one_at_a_time (void)
{
  g_auto (World) world = { 0 };
  g_autoptr (GPtrArray) nothing = g_ptr_array_new ();
  KadNetworkConfig config = { .transports = nothing, .listen = nothing, .bootstrap = nothing };
  g_autoptr (GError) error = NULL;

  g_test_summary ("A second network on the same folder is refused");

  world_init (&world, 0);
  config.key = world.key;
  config.protocol = "/ipfs/kad/1.0.0";
  config.agent = "test/1";
  config.folder = world.folder;
  g_assert_null (kad_network_new (world.context, &config, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, world.folder));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/network-state/warm-start", test_warm_start);
  g_test_add_func ("/swarm/network-state/no-bootstrap", test_no_bootstrap_peer_is_contacted);
  g_test_add_func ("/swarm/network-state/bootstrap", test_bootstrap_when_nobody_answers);
  g_test_add_func ("/swarm/network-state/gone", test_who_is_gone_is_told);
  g_test_add_func ("/swarm/network-state/held", test_held_things_survive);
  g_test_add_func ("/swarm/network-state/ended", test_what_ended_is_gone);
  g_test_add_func ("/swarm/network-state/removed", test_removed_stays_removed);
  g_test_add_func ("/swarm/network-state/clock", test_a_clock_that_stepped);
  g_test_add_func ("/swarm/network-state/anew", test_everything_anew);
  g_test_add_func ("/swarm/network-state/publications", test_publications);
  g_test_add_func ("/swarm/network-state/memory", test_memory_only);
  g_test_add_func ("/swarm/network-state/one-at-a-time", test_one_at_a_time);
  return g_test_run ();
}
