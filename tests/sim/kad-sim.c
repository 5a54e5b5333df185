/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-sim.h"

#include <string.h>

#include "kad-error.h"
#include "kad-sim-heap.h"

/*
 * The network: nodes, connections, and a heap of what happens when. A dial takes
 * three one-way trips, identify two more on both sides, a request and its answer one each.
 * What an engine wants done is done at once; what the network makes of it comes later, as an
 * event. A connection has a number, so that what was sent over one that has closed is lost.
 */

#define QUERY_LIMIT_US (300 * KAD_USEC_PER_SEC)

typedef struct
{
  KadEngine *engine; /* NULL: dead */
  KadPeerId id;
  KadPeerInfo *info;
  gint64 wake_us;
  gint64 slow_min_us, slow_max_us;
  gboolean mute;
  gboolean asleep;
  GHashTable *connections; /* of other node to connection number; never iterated */
  GQueue peers;            /* of node number, the oldest connection first */
  GHashTable *running;     /* of KadQueryId: started and not ended */
  GHashTable *answered;    /* of KadPeerId: who answered the watched query */
} SimNode;

struct _KadSim
{
  KadSimConfig config;
  KadRandom random;
  gint64 now_us;
  GPtrArray *nodes;
  GHashTable *by_id; /* of KadPeerId to node number plus 1 */
  KadSimHeap heap;
  guint64 next_connection;
  guint64 hash;
  guint64 n_requests;
  guint n_wronged;
  guint watched_node;
  KadQueryId watched;
  GPtrArray *steps; /* of the watched query */
};

static inline SimNode *
get_node (const KadSim *self, guint node)
{
  return g_ptr_array_index (self->nodes, node);
}

static void
push (KadSim *self, SimEvent event, gint64 delay_us)
{
  event.at_us = kad_time_add (self->now_us, delay_us);
  kad_sim_heap_push (&self->heap, &event);
}

static gint64
latency (KadSim *self)
{
  guint32 range = (guint32) (self->config.max_latency_us - self->config.min_latency_us + 1);

  return self->config.min_latency_us + kad_random_below (&self->random, range);
}

/* ---- connections ---- */

static guint64
find_connection (KadSim *self, guint a, guint b)
{
  guint64 *number = g_hash_table_lookup (get_node (self, a)->connections, GUINT_TO_POINTER (b + 1));

  return number != NULL ? *number : 0;
}

static void
link_one (KadSim *self, guint a, guint b, guint64 number)
{
  SimNode *node = get_node (self, a);

  g_hash_table_insert (node->connections, GUINT_TO_POINTER (b + 1),
                       g_memdup2 (&number, sizeof number));
  g_queue_push_tail (&node->peers, GUINT_TO_POINTER (b));
}

static void
unlink_one (KadSim *self, guint a, guint b)
{
  SimNode *node = get_node (self, a);

  g_hash_table_remove (node->connections, GUINT_TO_POINTER (b + 1));
  g_queue_remove (&node->peers, GUINT_TO_POINTER (b));
}

static void drain (KadSim *self, guint node);

static void
disconnect (KadSim *self, guint a, guint b)
{
  unlink_one (self, a, b);
  unlink_one (self, b, a);
  push (self, (SimEvent){ .type = SIM_CLOSED, .node = a, .other = b }, 0);
  push (self, (SimEvent){ .type = SIM_CLOSED, .node = b, .other = a }, latency (self));
}

static void
connect_nodes (KadSim *self, guint a, guint b)
{
  guint64 number = self->next_connection++;
  guint ends[2] = { a, b };

  link_one (self, a, b, number);
  link_one (self, b, a, number);
  for (guint i = 0; i < 2; i++)
    {
      guint here = ends[i];
      guint there = ends[1 - i];

      kad_engine_peer_connected (get_node (self, here)->engine, &get_node (self, there)->id,
                                 self->now_us);
      push (
          self,
          (SimEvent){ .type = SIM_IDENTIFIED, .node = here, .other = there, .connection = number },
          2 * latency (self));
    }
  drain (self, a);
  drain (self, b);
  for (guint i = 0; i < 2 && self->config.max_connections > 0; i++)
    {
      SimNode *node = get_node (self, ends[i]);

      if (node->peers.length > self->config.max_connections)
        disconnect (self, ends[i], GPOINTER_TO_UINT (node->peers.head->data));
    }
}

/* ---- what engines want ---- */

static void
mix (KadSim *self, const void *data, gsize len)
{
  for (gsize i = 0; i < len; i++)
    self->hash = (self->hash ^ ((const guint8 *) data)[i]) * G_GUINT64_CONSTANT (0x100000001b3);
}

static void
mix_number (KadSim *self, guint64 number)
{
  guint64 number_le = GUINT64_TO_LE (number);

  mix (self, &number_le, sizeof number_le);
}

static void
trace_output (KadSim *self, guint node, const KadOutput *output)
{
  mix_number (self, (guint64) self->now_us);
  mix_number (self, node);
  mix_number (self, output->type);
  mix_number (self, output->request);
  mix (self, output->peer.data, output->peer.length);
  if (output->message != NULL)
    mix_number (self, kad_message_get_message_type (output->message));
  if (output->event != NULL)
    {
      mix_number (self, output->event->type);
      mix_number (self, output->event->query);
      mix_number (self, output->event->outcome);
      mix_number (self, output->event->stats.requests);
      mix (self, output->event->peer.data, output->event->peer.length);
    }
}

static guint
find_node (KadSim *self, const KadPeerId *id)
{
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (self->by_id, id));

  g_assert_cmpuint (number, >, 0);
  return number - 1;
}

static void
take_dial (KadSim *self, guint node, const KadOutput *output)
{
  guint other = find_node (self, &output->peer);

  g_assert_cmpuint (kad_peer_info_get_n_addresses (output->info), >, 0);
  g_assert_cmpint (output->deadline_us, >, self->now_us);
  push (self, (SimEvent){ .type = SIM_DIALLED, .node = node, .other = other },
        self->config.dead_silent && get_node (self, other)->engine == NULL
            ? output->deadline_us - self->now_us + KAD_USEC_PER_SEC
            : 3 * latency (self));
}

static void
take_send (KadSim *self, guint node, const KadOutput *output)
{
  guint other = find_node (self, &output->peer);
  SimEvent event = {
    .node = node,
    .other = other,
    .connection = find_connection (self, node, other),
    .request = output->request,
    .expects_reply = output->expects_reply,
  };

  self->n_requests++;
  /* The other side may have closed meanwhile: the news is on its way. */
  if (event.connection == 0)
    return;
  if (kad_random_below (&self->random, 100) < self->config.loss_percent)
    {
      event.type = SIM_RESET;
      push (self, event, 2 * latency (self));
      return;
    }
  if (!output->expects_reply)
    {
      event.type = SIM_WRITTEN;
      push (self, event, 0);
    }
  event.type = SIM_REQUEST;
  event.message = kad_message_ref (output->message);
  push (self, event, latency (self));
}

/* I3 and "exactly one last step". */
static void
check_query_event (KadSim *self, SimNode *node, const KadEvent *event)
{
  if (event->type == KAD_EVENT_QUERY_STARTED)
    {
      g_assert_true (
          g_hash_table_add (node->running, g_memdup2 (&event->query, sizeof event->query)));
      return;
    }
  g_assert_true (event->type == KAD_EVENT_QUERY_FINISHED
                 || g_hash_table_contains (node->running, &event->query));
  if (event->type != KAD_EVENT_QUERY_PROGRESS || !event->is_last)
    return;
  g_assert_true (g_hash_table_remove (node->running, &event->query));
  g_assert_cmpint (event->outcome, !=, KAD_OUTCOME_RUNNING);
  if (event->kind != KAD_QUERY_BOOTSTRAP)
    g_assert_cmpuint (event->stats.requests, <=, KAD_MAX_CLOSER_PEERS + 256);
  g_assert_cmpint (event->stats.duration_us, <=, 60 * KAD_USEC_PER_SEC);
  g_assert_cmpuint (event->stored, <=, event->wanted);
}

/* I4: who is reported has answered. */
static void
watch_query_event (KadSim *self, SimNode *node, KadEvent *event)
{
  if (event->type == KAD_EVENT_QUERY_STEP && event->number == KAD_STEP_REPLY)
    g_hash_table_add (node->answered, kad_peer_id_copy (&event->peer));
  if (event->type != KAD_EVENT_QUERY_PROGRESS)
    return;
  g_ptr_array_add (self->steps, kad_event_ref (event));
  if (event->kind != KAD_QUERY_CLOSEST_PEERS || event->peers == NULL)
    return;
  for (guint i = 0; i < event->peers->len; i++)
    g_assert_true (g_hash_table_contains (
        node->answered, kad_peer_info_get_peer (g_ptr_array_index (event->peers, i))));
}

static void
take_event (KadSim *self, guint number, KadEvent *event)
{
  SimNode *node = get_node (self, number);

  switch (event->type)
    {
    case KAD_EVENT_QUERY_STARTED:
    case KAD_EVENT_QUERY_PROGRESS:
    case KAD_EVENT_QUERY_STEP:
    case KAD_EVENT_QUERY_FINISHED:
      check_query_event (self, node, event);
      if (number == self->watched_node && event->query == self->watched)
        watch_query_event (self, node, event);
      break;
    case KAD_EVENT_TABLE_REMOVED:
      if (get_node (self, find_node (self, &event->peer))->engine != NULL)
        self->n_wronged++;
      break;
    default:
      break;
    }
}

static void
schedule_wake (KadSim *self, guint number)
{
  SimNode *node = get_node (self, number);
  gint64 deadline_us = kad_engine_next_deadline (node->engine);

  if (deadline_us == KAD_TIME_NEVER || deadline_us >= node->wake_us)
    return;
  node->wake_us = deadline_us;
  push (self, (SimEvent){ .type = SIM_WAKE, .node = number }, MAX (deadline_us - self->now_us, 0));
}

static void
drain (KadSim *self, guint number)
{
  SimNode *node = get_node (self, number);
  KadOutput output;

  while (kad_engine_next_output (node->engine, &output))
    {
      trace_output (self, number, &output);
      if (output.type == KAD_OUTPUT_DIAL)
        take_dial (self, number, &output);
      else if (output.type == KAD_OUTPUT_SEND)
        take_send (self, number, &output);
      else if (output.type == KAD_OUTPUT_EVENT)
        take_event (self, number, output.event);
      kad_output_clear (&output);
    }
  schedule_wake (self, number);
}

/* ---- what happens ---- */

static void
on_dialled (KadSim *self, const SimEvent *event)
{
  SimNode *node = get_node (self, event->node);
  SimNode *other = get_node (self, event->other);
  g_autoptr (GError) error = NULL;

  if (other->engine != NULL && !other->asleep)
    {
      if (find_connection (self, event->node, event->other) == 0)
        connect_nodes (self, event->node, event->other);
      else
        kad_engine_peer_connected (node->engine, &other->id, self->now_us);
      return;
    }
  g_set_error_literal (&error, KAD_ERROR, KAD_ERROR_DIAL_FAILED, "Connection refused");
  kad_engine_dial_failed (node->engine, &other->id, error, self->now_us);
}

static void
on_request (KadSim *self, const SimEvent *event)
{
  SimNode *server = get_node (self, event->other);
  SimEvent answer = *event;
  gint64 delay_us = latency (self);

  answer.message = NULL;
  if (server->engine == NULL || server->mute
      || find_connection (self, event->node, event->other) != event->connection)
    return;
  answer.message = kad_engine_handle_request (server->engine, &get_node (self, event->node)->id,
                                              event->message, self->now_us, NULL);
  drain (self, event->other);
  if (!event->expects_reply)
    {
      g_assert_null (answer.message);
      return;
    }
  answer.type = answer.message != NULL ? SIM_REPLY : SIM_RESET;
  if (server->slow_max_us > 0)
    delay_us += server->slow_min_us
                + kad_random_below (&self->random,
                                    (guint32) (server->slow_max_us - server->slow_min_us + 1));
  push (self, answer, delay_us);
}

static void
on_reset (KadSim *self, const SimEvent *event)
{
  g_autoptr (GError) error
      = g_error_new_literal (KAD_ERROR, KAD_ERROR_CLOSED, "The peer reset the stream");

  kad_engine_request_failed (get_node (self, event->node)->engine, event->request, error,
                             self->now_us);
}

static void
on_wake (KadSim *self, const SimEvent *event)
{
  SimNode *node = get_node (self, event->node);

  if (node->wake_us == event->at_us)
    node->wake_us = KAD_TIME_NEVER;
  if (kad_engine_next_deadline (node->engine) <= self->now_us)
    kad_engine_advance (node->engine, self->now_us);
}

static void
dispatch (KadSim *self, const SimEvent *event)
{
  SimNode *node = get_node (self, event->node);
  SimNode *other = get_node (self, event->other);
  gboolean same = find_connection (self, event->node, event->other) == event->connection;

  switch (event->type)
    {
    case SIM_DIALLED:
      on_dialled (self, event);
      break;
    case SIM_IDENTIFIED:
      if (same && other->engine != NULL)
        kad_engine_peer_identified (node->engine, other->info, kad_engine_is_server (other->engine),
                                    self->now_us);
      break;
    case SIM_REQUEST:
      on_request (self, event);
      break;
    case SIM_REPLY:
      if (same)
        kad_engine_reply_received (node->engine, event->request, event->message, self->now_us);
      break;
    case SIM_RESET:
      if (same)
        on_reset (self, event);
      break;
    case SIM_WRITTEN:
      kad_engine_request_sent (node->engine, event->request, self->now_us);
      break;
    case SIM_CLOSED:
      if (find_connection (self, event->node, event->other) == 0)
        kad_engine_peer_disconnected (node->engine, &other->id, self->now_us);
      break;
    case SIM_WAKE:
      on_wake (self, event);
      break;
    }
}

static gboolean
is_awake (KadSim *self, guint number)
{
  const SimNode *node = get_node (self, number);

  return node->engine != NULL && !node->asleep;
}

static gboolean
step (KadSim *self, gint64 until_us)
{
  SimEvent event;

  if (!kad_sim_heap_pop (&self->heap, until_us, &event))
    return FALSE;
  self->now_us = MAX (self->now_us, event.at_us);
  /* What was sent by one that has died still arrives. */
  if (is_awake (self, event.node))
    dispatch (self, &event);
  g_clear_pointer (&event.message, kad_message_unref);
  if (is_awake (self, event.node))
    drain (self, event.node);
  return TRUE;
}

void
kad_sim_run_for (KadSim *self, gint64 duration_us)
{
  gint64 until_us = kad_time_add (self->now_us, duration_us);

  while (step (self, until_us))
    ;
  self->now_us = until_us;
}

void
kad_sim_sleep (KadSim *self, guint number)
{
  SimNode *node = get_node (self, number);

  for (node->asleep = TRUE; node->peers.length > 0;)
    disconnect (self, number, GPOINTER_TO_UINT (node->peers.head->data));
}

void
kad_sim_resume (KadSim *self, guint number)
{
  SimNode *node = get_node (self, number);

  node->asleep = FALSE;
  node->wake_us = KAD_TIME_NEVER;
  kad_engine_resumed (node->engine, self->now_us);
  /* It still believes in those that it had, for two seconds. */
  for (guint i = 0; i < self->nodes->len; i++)
    if (i != number)
      push (self, (SimEvent){ .type = SIM_CLOSED, .node = number, .other = i },
            2 * KAD_USEC_PER_SEC);
  drain (self, number);
}

/* ---- nodes ---- */

guint64
kad_sim_seed (guint64 seed)
{
  const char *offset = g_getenv ("KAD_SIM_SEED");

  return seed + (offset != NULL ? 1000 * g_ascii_strtoull (offset, NULL, 10) : 0);
}

KadSim *
kad_sim_new (const KadSimConfig *config)
{
  KadSim *self = g_new0 (KadSim, 1);

  self->config = *config;
  if (self->config.max_latency_us == 0)
    {
      self->config.min_latency_us = 5 * KAD_USEC_PER_MSEC;
      self->config.max_latency_us = 80 * KAD_USEC_PER_MSEC;
    }
  kad_random_init_from_number (&self->random, kad_sim_seed (config->seed));
  self->now_us = KAD_USEC_PER_SEC;
  self->nodes = g_ptr_array_new ();
  self->by_id = g_hash_table_new (kad_peer_id_hash, kad_peer_id_equal);
  self->next_connection = 1;
  self->hash = G_GUINT64_CONSTANT (0xcbf29ce484222325);
  self->watched_node = G_MAXUINT;
  return self;
}

static void
sim_node_free (SimNode *node)
{
  g_clear_pointer (&node->engine, kad_engine_free);
  kad_peer_info_unref (node->info);
  g_hash_table_unref (node->connections);
  g_hash_table_unref (node->running);
  g_hash_table_unref (node->answered);
  g_queue_clear (&node->peers);
  g_free (node);
}

void
kad_sim_free (KadSim *self)
{
  kad_sim_heap_clear (&self->heap);
  for (guint i = 0; i < self->nodes->len; i++)
    sim_node_free (get_node (self, i));
  g_ptr_array_unref (self->nodes);
  g_hash_table_unref (self->by_id);
  g_clear_pointer (&self->steps, g_ptr_array_unref);
  g_free (self);
}

static void
init_identity (KadSim *self, SimNode *node)
{
  guint8 id[34] = { 0x12, 32 };
  guint8 address[8] = { 4, 10, 0, 0, 0, 6, 4001 >> 8, 4001 & 0xff };
  guint number = self->nodes->len;
  g_autoptr (KadMultiaddr) multiaddr = NULL;

  kad_random_bytes (&self->random, id + 2, 32);
  g_assert_true (kad_peer_id_init_from_bytes (&node->id, id, sizeof id, NULL));
  address[2] = (guint8) (number >> 16);
  address[3] = (guint8) (number >> 8);
  address[4] = (guint8) number;
  multiaddr = kad_multiaddr_new_from_bytes (address, sizeof address, NULL);
  node->info = kad_peer_info_new (&node->id);
  g_assert_true (kad_peer_info_add_address (node->info, multiaddr));
}

guint
kad_sim_add_node (KadSim *self, KadMode mode)
{
  SimNode *node = g_new0 (SimNode, 1);
  g_autoptr (KadValidators) validators = kad_validators_new ();
  g_autoptr (GPtrArray) addresses = g_ptr_array_new ();
  KadEngineConfig config = { .mode = mode, .k = self->config.k, .validators = validators };
  KadKey key;

  init_identity (self, node);
  kad_validators_add_public_key (validators);
  kad_validators_add_accept_any (validators, 1024);
  kad_key_init_from_peer (&key, &node->id);
  config.local = node->id;
  config.refresh_interval_us = self->config.refresh_interval_us;
  config.wall.unix_us = G_GINT64_CONSTANT (1700000000) * KAD_USEC_PER_SEC;
  config.records = kad_memory_record_store_new (&key);
  config.providers = kad_memory_provider_store_new (&key);
  kad_random_bytes (&self->random, config.seed, sizeof config.seed);
  node->engine = kad_engine_new (&config, self->now_us);
  g_ptr_array_add (addresses, kad_peer_info_get_address (node->info, 0));
  kad_engine_set_addresses (node->engine, addresses);
  node->wake_us = KAD_TIME_NEVER;
  node->connections = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  node->running = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  node->answered = g_hash_table_new_full (kad_peer_id_hash, kad_peer_id_equal,
                                          (GDestroyNotify) kad_peer_id_free, NULL);
  g_queue_init (&node->peers);
  g_ptr_array_add (self->nodes, node);
  g_hash_table_insert (self->by_id, &node->id, GUINT_TO_POINTER (self->nodes->len));
  schedule_wake (self, self->nodes->len - 1);
  return self->nodes->len - 1;
}

void
kad_sim_poke (KadSim *self, guint node)
{
  drain (self, node);
}

KadQueryId
kad_sim_join (KadSim *self, guint node, guint via)
{
  g_autoptr (GPtrArray) peers = g_ptr_array_new ();
  KadQuerySpec spec = { .kind = KAD_QUERY_BOOTSTRAP };
  KadEngine *engine = get_node (self, node)->engine;
  KadQueryId id;

  g_ptr_array_add (peers, get_node (self, via)->info);
  kad_engine_set_bootstrap (engine, peers);
  id = kad_engine_start_query (engine, &spec, self->now_us);
  drain (self, node);
  return id;
}

void
kad_sim_grow (KadSim *self, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      guint node = kad_sim_add_node (self, KAD_MODE_SERVER);

      if (node > 0)
        kad_sim_join (self, node, 0);
      kad_sim_run_for (self, 200 * KAD_USEC_PER_MSEC);
    }
}

/* @other enters the table of @number as in life, without the time it takes. */
static void
introduce (KadSim *self, guint number, guint other)
{
  SimNode *node = get_node (self, number);
  SimNode *peer = get_node (self, other);
  g_autoptr (KadMessage) reply = kad_message_new (KAD_MESSAGE_FIND_NODE, NULL);
  KadOutput output;

  kad_engine_peer_connected (node->engine, &peer->id, self->now_us);
  kad_engine_peer_identified (node->engine, peer->info, TRUE, self->now_us);
  while (kad_engine_next_output (node->engine, &output))
    {
      if (output.type == KAD_OUTPUT_SEND)
        kad_engine_reply_received (node->engine, output.request, reply, self->now_us);
      kad_output_clear (&output);
    }
  kad_engine_peer_disconnected (node->engine, &peer->id, self->now_us);
}

void
kad_sim_fill_ideal (KadSim *self)
{
  guint n = self->nodes->len;
  guint k = self->config.k > 0 ? self->config.k : KAD_K;
  g_autofree guint *order = g_new (guint, n);
  g_autofree KadKey *keys = g_new (KadKey, n);

  for (guint i = 0; i < n; i++)
    {
      order[i] = i;
      kad_key_init_from_peer (&keys[i], &get_node (self, i)->id);
    }
  for (guint i = 0; i < n; i++)
    {
      guint in_bucket[KAD_KEY_BITS + 1] = { 0 };

      for (guint j = 0; j < n; j++)
        {
          guint other = j + kad_random_below (&self->random, n - j);
          guint number = order[other];

          order[other] = order[j];
          order[j] = number;
          if (number != i && in_bucket[kad_key_common_prefix (&keys[i], &keys[number])]++ < k)
            introduce (self, i, number);
        }
      drain (self, i);
    }
}

void
kad_sim_kill (KadSim *self, guint number)
{
  SimNode *node = get_node (self, number);

  while (node->peers.length > 0)
    disconnect (self, number, GPOINTER_TO_UINT (node->peers.head->data));
  g_clear_pointer (&node->engine, kad_engine_free);
}

void
kad_sim_set_slow (KadSim *self, guint node, gint64 min_us, gint64 max_us)
{
  get_node (self, node)->slow_min_us = min_us;
  get_node (self, node)->slow_max_us = max_us;
}

void
kad_sim_set_mute (KadSim *self, guint node, gboolean mute)
{
  get_node (self, node)->mute = mute;
}

void
kad_sim_set_loss (KadSim *self, guint percent)
{
  self->config.loss_percent = percent;
}

GPtrArray *
kad_sim_query (KadSim *self, guint number, const KadQuerySpec *spec)
{
  SimNode *node = get_node (self, number);
  gint64 limit_us = kad_time_add (self->now_us, QUERY_LIMIT_US);

  g_clear_pointer (&self->steps, g_ptr_array_unref);
  self->steps = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_event_unref);
  g_hash_table_remove_all (node->answered);
  kad_engine_set_trace (node->engine, TRUE);
  self->watched_node = number;
  self->watched = kad_engine_start_query (node->engine, spec, self->now_us);
  drain (self, number);
  while (kad_sim_last_step (self->steps) == NULL)
    g_assert_true (step (self, limit_us));
  kad_engine_set_trace (node->engine, FALSE);
  self->watched_node = G_MAXUINT;
  return g_steal_pointer (&self->steps);
}

KadEvent *
kad_sim_last_step (GPtrArray *steps)
{
  KadEvent *last = steps->len > 0 ? g_ptr_array_index (steps, steps->len - 1) : NULL;

  return last != NULL && last->is_last ? last : NULL;
}

/* ---- looking at it ---- */

gint64
kad_sim_get_now (const KadSim *self)
{
  return self->now_us;
}

guint
kad_sim_get_n_nodes (const KadSim *self)
{
  return self->nodes->len;
}

gboolean
kad_sim_is_alive (const KadSim *self, guint node)
{
  return get_node (self, node)->engine != NULL;
}

KadEngine *
kad_sim_get_engine (KadSim *self, guint node)
{
  return get_node (self, node)->engine;
}

const KadPeerId *
kad_sim_get_id (const KadSim *self, guint node)
{
  return &get_node (self, node)->id;
}

KadRandom *
kad_sim_get_random (KadSim *self)
{
  return &self->random;
}

guint
kad_sim_get_n_wronged (const KadSim *self)
{
  return self->n_wronged;
}

guint64
kad_sim_get_trace_hash (const KadSim *self)
{
  return self->hash;
}

guint64
kad_sim_get_n_requests (const KadSim *self)
{
  return self->n_requests;
}
