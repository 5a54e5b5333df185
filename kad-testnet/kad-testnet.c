/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-testnet.h"

#include "kad-error.h"
#include "kad-node-stop.h"

/* The first node starts alone, since the others join through its address. They start a few at a
 * time: each start is a thread, a handshake and a lookup, and hundreds at once would only
 * time one another out. */
#define MAX_STARTING 16

typedef struct
{
  KadTestnet *net;
  KadNode *node; /* (owned) (nullable) NULL before it is made and after it is killed */
  guint number;
  guint watch;
  gboolean is_listening;
  gboolean is_settled; /* joined, or the first, or killed */
} Member;

struct _KadTestnet
{
  KadTestnetPlan plan;
  const KadTestnetHost *host;
  gpointer user_data;
  GCancellable *cancellable;
  Member *members;
  char *protocol; /* (owned) (nullable) */
  guint n_begun;
  guint n_announced;
  guint n_settled;
  gboolean is_over; /* ready, failed or stopped */
};

static void start_more (KadTestnet *self);

static void
fail (KadTestnet *self, const GError *error)
{
  if (self->is_over)
    return;
  self->is_over = TRUE;
  self->host->on_failed (error, self->user_data);
}

/* ---- one node ---- */

/* The same key for the same seed and number. */
KadPrivateKey *
kad_testnet_new_key (guint64 seed, guint number)
{
  g_autofree char *text = g_strdup_printf ("kad testnet %" G_GUINT64_FORMAT " %u", seed, number);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize len = sizeof digest;

  g_checksum_update (checksum, (const guchar *) text, -1);
  g_checksum_get_digest (checksum, digest, &len);
  return kad_private_key_new_ed25519_from_seed (digest);
}

static char *
new_listen_address (KadTestnet *self, guint number)
{
  guint port = self->plan.port != 0 ? self->plan.port + number : 0;

  return g_strdup_printf (self->plan.in_memory ? "/memory/%u" : "/ip4/127.0.0.1/tcp/%u", port);
}

static KadNodeConfig *
new_config (KadTestnet *self, guint number, GError **error)
{
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();
  g_autofree char *listen = new_listen_address (self, number);
  g_autoptr (KadPrivateKey) key = NULL;
  g_auto (GStrv) addresses = NULL;

  kad_node_config_set_mode (config, KAD_MODE_SERVER);
  if (self->plan.has_seed)
    {
      key = kad_testnet_new_key (self->plan.seed, number);
      kad_node_config_set_private_key (config, key);
    }
  if (self->protocol != NULL && !kad_node_config_set_protocol (config, self->protocol, error))
    return NULL;
  if (!kad_node_config_add_listen (config, listen, error))
    return NULL;
  if (number > 0)
    {
      addresses = kad_node_dup_addresses (self->members[0].node);
      if (!kad_node_config_add_bootstrap (config, addresses[0], error))
        return NULL;
    }
  if (self->host->configure != NULL
      && !self->host->configure (config, number, self->user_data, error))
    return NULL;
  return g_steal_pointer (&config);
}

static void
announce (KadTestnet *self)
{
  while (self->n_announced < self->plan.n_nodes && self->members[self->n_announced].is_listening)
    {
      Member *member = &self->members[self->n_announced++];

      if (member->node != NULL)
        self->host->on_listening (member->node, member->number, self->user_data);
    }
  if (self->n_settled == self->plan.n_nodes && self->n_announced == self->plan.n_nodes
      && !self->is_over)
    {
      self->is_over = TRUE;
      self->host->on_ready (self->user_data);
    }
}

static void
settle (Member *member)
{
  if (member->is_settled)
    return;
  member->is_settled = TRUE;
  /* Nothing more of it is of interest here. */
  if (member->node != NULL)
    kad_node_unwatch (member->node, member->watch);
  member->net->n_settled++;
  start_more (member->net);
  announce (member->net);
}

static void
on_event (KadNode *node, KadEvent *event, gpointer user_data)
{
  Member *member = user_data;

  if (event->type == KAD_EVENT_JOINED)
    settle (member);
  else if (event->type == KAD_EVENT_JOIN_FAILED && member->net->plan.is_lenient)
    settle (member);
  else if (event->type == KAD_EVENT_JOIN_FAILED && event->error != NULL)
    fail (member->net, event->error);
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Member *member = user_data;
  KadTestnet *self = member->net;
  g_autoptr (GError) error = NULL;

  if (!kad_node_start_finish (KAD_NODE (source), result, &error))
    {
      fail (self, error);
      return;
    }
  member->is_listening = TRUE;
  if (member->number == 0)
    settle (member);
  announce (self);
}

static gboolean
begin (KadTestnet *self, guint number, GError **error)
{
  Member *member = &self->members[number];
  g_autoptr (KadNodeConfig) config = new_config (self, number, error);

  member->net = self;
  member->number = number;
  member->node = config != NULL ? kad_node_new (config, error) : NULL;
  if (member->node == NULL)
    return FALSE;
  if (!member->is_settled)
    member->watch = kad_node_watch (member->node, on_event, member, NULL);
  kad_node_start_async (member->node, self->cancellable, on_started, member);
  return TRUE;
}

static void
start_more (KadTestnet *self)
{
  g_autoptr (GError) error = NULL;
  guint at_once = self->plan.n_at_once > 0 ? self->plan.n_at_once : MAX_STARTING;
  guint allowed = self->n_settled == 0 ? 1 : self->n_settled + at_once;

  while (self->n_begun < MIN (allowed, self->plan.n_nodes) && !self->is_over)
    if (!begin (self, self->n_begun++, &error))
      {
        fail (self, error);
        return;
      }
}

/* ---- all of them ---- */

KadTestnet *
kad_testnet_new (const KadTestnetPlan *plan, const KadTestnetHost *host, gpointer user_data,
                 GError **error)
{
  g_autoptr (KadTestnet) self = g_new0 (KadTestnet, 1);
  g_autoptr (KadNodeConfig) config = NULL;

  self->plan = *plan;
  self->host = host;
  self->user_data = user_data;
  self->cancellable = g_cancellable_new ();
  self->members = g_new0 (Member, plan->n_nodes);
  self->protocol = g_strdup (plan->protocol);
  /* What is wrong with the options is told now. */
  config = new_config (self, 0, error);
  return config != NULL ? g_steal_pointer (&self) : NULL;
}

void
kad_testnet_start (KadTestnet *self)
{
  start_more (self);
}

KadNode *
kad_testnet_get_node (KadTestnet *self, guint64 number, GError **error)
{
  if (number < self->plan.n_nodes && self->members[number].node != NULL)
    return self->members[number].node;
  if (number < self->plan.n_nodes)
    g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND,
                 "Node %" G_GUINT64_FORMAT " was killed, or has not been started yet", number);
  else
    g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND,
                 "There is no node %" G_GUINT64_FORMAT ": they are numbered from 0 to %u", number,
                 self->plan.n_nodes - 1);
  return NULL;
}

static void
on_killed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  guint n_left = GPOINTER_TO_UINT (g_task_get_task_data (task)) - 1;
  g_autoptr (GError) error = NULL;

  if (!kad_node_stop_finish (KAD_NODE (source), result, &error))
    g_debug ("Stopping a node: %s", error->message);
  g_task_set_task_data (task, GUINT_TO_POINTER (n_left), NULL);
  if (n_left == 0)
    g_task_return_boolean (task, TRUE);
}

gboolean
kad_testnet_renew (KadTestnet *self, guint number, GError **error)
{
  g_return_val_if_fail (number > 0 && number < self->n_begun, FALSE);
  g_return_val_if_fail (self->members[number].node == NULL, FALSE);

  return begin (self, number, error);
}

/* Takes a node out of the net. (transfer full) */
static KadNode *
take_node (Member *member)
{
  kad_node_unwatch (member->node, member->watch);
  return g_steal_pointer (&member->node);
}

void
kad_testnet_kill (KadTestnet *self, const guint *numbers, guint n_numbers, GTask *task)
{
  g_task_set_task_data (task, GUINT_TO_POINTER (n_numbers), NULL);
  for (guint i = 0; i < n_numbers; i++)
    {
      Member *member = &self->members[numbers[i]];
      g_autoptr (KadNode) node = take_node (member);

      kad_node_stop_async (node, on_killed, g_object_ref (task));
      settle (member);
    }
  if (n_numbers == 0)
    g_task_return_boolean (task, TRUE);
}

void
kad_testnet_stop (KadTestnet *self)
{
  g_autoptr (GPtrArray) nodes = g_ptr_array_new_with_free_func (g_object_unref);

  self->is_over = TRUE;
  g_cancellable_cancel (self->cancellable);
  for (guint i = 0; i < self->n_begun; i++)
    if (self->members[i].node != NULL)
      g_ptr_array_add (nodes, take_node (&self->members[i]));
  kad_node_stop_all (nodes);
}

void
kad_testnet_free (KadTestnet *self)
{
  for (guint i = 0; i < self->plan.n_nodes; i++)
    g_clear_object (&self->members[i].node);
  g_free (self->members);
  g_free (self->protocol);
  g_object_unref (self->cancellable);
  g_free (self);
}
