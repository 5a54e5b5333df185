/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-demo.h"

#include "kad-demo-cast.h"
#include "kad-demo-traffic.h"
#include "kad-testnet.h"

/*
 * The nodes are a testnet's. Every few seconds one of them leaves or one comes. Of those that leave
 * most are gone, and whoever dials them is refused; some are silent, and whoever dials them waits:
 * their place is taken by the same node behind a latency of a minute, until it goes, too.
 */

#define FIRST_NUMBER 4001 /* of the addresses */
#define OWN_NUMBER G_MAXUINT
/* Handshakes are what takes time while it starts; more at once only get into each other's way. */
#define STARTING_AT_ONCE 24
#define CHURN_MS 4000
#define SILENCE_US (45 * G_USEC_PER_SEC)
/* What is idle costs a little, too. */
#define HIGH_WATER 28
#define LOW_WATER 20
/* All are near until they have joined. */
#define FIRST_GRACE_MS 5000
#define GRACE_MS 2500
/* Records that others keep for one peer: what is published with more than that is refused. */
#define BYTES_PER_PEER 8192

typedef enum
{
  PART_HERE,
  PART_LEAVING,
  PART_SILENT,
  PART_AWAY,
} PartState;

/* One place in the network. */
typedef struct
{
  KadDemo *demo;
  guint number;
  guint generation;
  PartState state;
  gboolean shall_be_silent; /* once it has left */
  gint64 since_us;          /* silent */
} Part;

struct _KadDemo
{
  guint n_nodes;
  guint64 seed;
  const KadDemoHost *host;
  gpointer user_data;
  GRand *rand;
  KadTestnet *net;
  KadDemoTraffic *traffic; /* (nullable) until it is ready */
  Part *parts;
  GQueue away; /* (element-type Part) the longest first */
  guint n_leaving;
  guint churn;
};

/* ---- who comes and goes ---- */

static void
send_away (Part *part)
{
  part->state = PART_AWAY;
  g_queue_push_tail (&part->demo->away, part);
}

static gboolean
renew (Part *part, PartState state)
{
  g_autoptr (GError) error = NULL;

  part->state = state;
  part->since_us = g_get_monotonic_time ();
  if (kad_testnet_renew (part->demo->net, part->number, &error))
    return TRUE;
  g_debug ("Node %u does not come: %s", part->number, error->message);
  send_away (part);
  return FALSE;
}

static void
on_left (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Part *part = user_data;

  part->demo->n_leaving--;
  if (part->shall_be_silent && part->demo->churn != 0)
    renew (part, PART_SILENT);
  else
    send_away (part);
}

static void
leave (Part *part, gboolean shall_be_silent)
{
  KadDemo *self = part->demo;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_left, part);

  part->state = PART_LEAVING;
  part->shall_be_silent = shall_be_silent;
  self->n_leaving++;
  kad_testnet_kill (self->net, &part->number, 1, task);
}

static void
come (KadDemo *self)
{
  Part *part = g_queue_pop_head (&self->away);

  if (part == NULL)
    return;
  part->generation = (part->generation + 1) % KAD_DEMO_GENERATIONS;
  renew (part, PART_HERE);
}

static void
leave_any (KadDemo *self)
{
  Part *part = &self->parts[g_rand_int_range (self->rand, 1, (gint32) self->n_nodes)];

  if (part->state == PART_HERE)
    leave (part, g_rand_int_range (self->rand, 0, 5) < 2);
}

static guint
end_silence (KadDemo *self)
{
  gint64 now_us = g_get_monotonic_time ();
  guint n_silent = 0;

  for (guint i = 0; i < self->n_nodes; i++)
    if (self->parts[i].state == PART_SILENT)
      {
        n_silent++;
        if (now_us - self->parts[i].since_us > SILENCE_US)
          leave (&self->parts[i], FALSE);
      }
  return n_silent;
}

static void plan_churn (KadDemo *self);

static gboolean
on_churn (gpointer user_data)
{
  KadDemo *self = user_data;
  guint n_missing = end_silence (self) + self->away.length + self->n_leaving;
  guint n_bearable = MAX (2, self->n_nodes / 12);

  if (n_missing == 0)
    leave_any (self);
  else if (n_missing >= n_bearable || g_rand_boolean (self->rand))
    come (self);
  else
    leave_any (self);
  plan_churn (self);
  return G_SOURCE_REMOVE;
}

static void
plan_churn (KadDemo *self)
{
  gint32 wait_ms = g_rand_int_range (self->rand, CHURN_MS / 2, CHURN_MS * 3 / 2);

  self->churn = g_timeout_add ((guint) wait_ms, on_churn, self);
}

/* ---- the testnet ---- */

static gboolean
set_latency (KadNodeConfig *config, guint latency_ms, guint from_ms, GError **error)
{
  g_autofree char *latency = g_strdup_printf ("%u", latency_ms);
  g_autofree char *from = g_strdup_printf ("%u", from_ms);

  return kad_node_config_set_transport_option (config, "memory", "latency-ms", latency, error)
         && kad_node_config_set_transport_option (config, "memory", "latency-from-ms", from, error);
}

static gboolean
configure (KadNodeConfig *config, guint number, gpointer user_data, GError **error)
{
  KadDemo *self = user_data;
  const Part *part = &self->parts[number];
  g_autoptr (KadPrivateKey) key = kad_demo_cast_new_key (self->seed, number, part->generation);
  guint latency_ms = kad_demo_cast_get_latency (self->seed, number, part->generation);
  guint grace_ms = self->churn == 0 ? FIRST_GRACE_MS : GRACE_MS;
  gboolean is_silent = part->state == PART_SILENT;

  kad_node_config_set_private_key (config, key);
  kad_node_config_set_agent (config,
                             kad_demo_cast_get_agent (self->seed, number, part->generation));
  return kad_node_config_set_network (config, KAD_DEMO_NETWORK, error)
         && kad_node_config_set_limit (config, "record-bytes-per-peer", BYTES_PER_PEER, error)
         && kad_node_config_set_limit (config, "high-water", HIGH_WATER, error)
         && kad_node_config_set_limit (config, "low-water", LOW_WATER, error)
         && set_latency (config, is_silent ? KAD_DEMO_SILENT_MS : latency_ms,
                         is_silent ? 0 : grace_ms, error);
}

static void
on_listening (KadNode *node, guint number, gpointer user_data)
{
  KadDemo *self = user_data;

  if (number == 0)
    self->host->on_open (self->user_data);
  if (number + 1 < self->n_nodes)
    return;
  self->traffic = kad_demo_traffic_new (self);
  plan_churn (self);
  self->host->on_ready (self->user_data);
}

/* The slow ones, too: nobody waits for them. */
static void
on_all_joined (gpointer user_data)
{
}

static void
on_failed (const GError *error, gpointer user_data)
{
  KadDemo *self = user_data;

  self->host->on_failed (error, self->user_data);
}

static const KadTestnetHost net_host = { on_listening, on_all_joined, on_failed, configure };

/* ---- life ---- */

KadDemo *
kad_demo_new (guint n_nodes, guint64 seed, const KadDemoHost *host, gpointer user_data,
              GError **error)
{
  g_autoptr (KadDemo) self = g_new0 (KadDemo, 1);
  const KadTestnetPlan plan = {
    .n_nodes = n_nodes,
    .port = FIRST_NUMBER,
    .in_memory = TRUE,
    .n_at_once = STARTING_AT_ONCE,
    .is_lenient = TRUE,
  };

  self->n_nodes = n_nodes;
  self->seed = seed;
  self->host = host;
  self->user_data = user_data;
  self->rand
      = g_rand_new_with_seed_array ((const guint32[]){ (guint32) seed, (guint32) (seed >> 32) }, 2);
  g_queue_init (&self->away);
  self->parts = g_new0 (Part, n_nodes);
  for (guint i = 0; i < n_nodes; i++)
    {
      self->parts[i].demo = self;
      self->parts[i].number = i;
    }
  self->net = kad_testnet_new (&plan, &net_host, self, error);
  return self->net != NULL ? g_steal_pointer (&self) : NULL;
}

void
kad_demo_start (KadDemo *self)
{
  kad_testnet_start (self->net);
}

void
kad_demo_stop (KadDemo *self)
{
  g_clear_handle_id (&self->churn, g_source_remove);
  g_clear_pointer (&self->traffic, kad_demo_traffic_stop);
  while (self->n_leaving > 0)
    g_main_context_iteration (NULL, TRUE);
  kad_testnet_stop (self->net);
}

void
kad_demo_free (KadDemo *self)
{
  g_clear_pointer (&self->net, kad_testnet_free);
  g_queue_clear (&self->away);
  g_rand_free (self->rand);
  g_free (self->parts);
  g_free (self);
}

/* ---- what is known of it ---- */

static char *
dup_peer (KadPrivateKey *key)
{
  return kad_peer_id_to_string (kad_public_key_get_peer_id (kad_private_key_get_public_key (key)));
}

char *
kad_demo_dup_bootstrap (KadDemo *self)
{
  g_autoptr (KadPrivateKey) key = kad_demo_cast_new_key (self->seed, 0, 0);
  g_autofree char *peer = dup_peer (key);

  return g_strdup_printf ("/memory/%u/p2p/%s", FIRST_NUMBER, peer);
}

KadPrivateKey *
kad_demo_new_own_key (KadDemo *self)
{
  return kad_demo_cast_new_key (self->seed, OWN_NUMBER, 0);
}

guint
kad_demo_get_n_nodes (KadDemo *self)
{
  return self->n_nodes;
}

GRand *
kad_demo_get_rand (KadDemo *self)
{
  return self->rand;
}

KadNode *
kad_demo_pick_node (KadDemo *self)
{
  guint number = (guint) g_rand_int_range (self->rand, 0, (gint32) self->n_nodes);
  KadNode *node = kad_testnet_get_node (self->net, number, NULL);

  if (self->parts[number].state != PART_HERE || node == NULL || !kad_node_is_joined (node))
    return NULL;
  return node;
}

char *
kad_demo_pick_peer (KadDemo *self)
{
  guint number = (guint) g_rand_int_range (self->rand, 0, (gint32) self->n_nodes);
  g_autoptr (KadPrivateKey) key
      = kad_demo_cast_new_key (self->seed, number, self->parts[number].generation);

  return dup_peer (key);
}
