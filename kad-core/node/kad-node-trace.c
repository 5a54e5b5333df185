/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Deliveries to those who watch the chain.
 *
 * Tracing costs, so it is on exactly while somebody watches: who comes first and who goes last has
 * the network told, in its thread. A watcher gets every event once, with its way along the chain.
 * What waits for a watcher is bounded; what does not fit is counted at its place in the order,
 * so that the watcher learns between which two deliveries something is missing, and how much.
 */
#include "kad-delivery-private.h"
#include "kad-node-private.h"

/* Deliveries that wait for a slow watcher; more are dropped and counted. */
#define KAD_MAX_TRACE_PENDING 16384
/* Then the other sources of its context have their turn. */
#define TURN 256

typedef struct
{
  KadDelivery *delivery; /* (owned) (nullable) NULL: some were lost here */
  guint64 n_lost;
  gsize bytes;
} Entry;

typedef struct
{
  gatomicrefcount refs;
  guint id;
  KadNode *node; /* not owned: a watch dies with it */
  GMainContext *context;
  KadNodeTraceFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
  int is_dead; /* atomic */

  GMutex lock; /* over what follows */
  GQueue entries;
  gsize bytes;
  guint n_deliveries;
  gboolean is_scheduled;
} Watch;

static void
entry_free (gpointer data)
{
  Entry *self = data;

  g_clear_pointer (&self->delivery, kad_delivery_unref);
  g_free (self);
}

static void
watch_unref (gpointer data)
{
  Watch *self = data;

  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  if (self->destroy != NULL)
    self->destroy (self->user_data);
  g_queue_clear_full (&self->entries, entry_free);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* ---- in the watcher's context ---- */

static Entry *
take_entry (Watch *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  Entry *entry = g_queue_pop_head (&self->entries);

  if (entry == NULL)
    {
      self->is_scheduled = FALSE;
      return NULL;
    }
  self->bytes -= entry->bytes;
  self->n_deliveries -= entry->delivery != NULL;
  return entry;
}

static gboolean
tell_entries (gpointer user_data)
{
  Watch *self = user_data;

  for (guint i = 0; i < TURN; i++)
    {
      Entry *entry = take_entry (self);

      if (entry == NULL)
        return G_SOURCE_REMOVE;
      if (!g_atomic_int_get (&self->is_dead))
        self->func (self->node, entry->delivery, entry->n_lost, self->user_data);
      entry_free (entry);
    }
  return G_SOURCE_CONTINUE;
}

/* ---- in the node's thread ---- */

static void
note_lost (Watch *self)
{
  Entry *last = g_queue_peek_tail (&self->entries);

  if (last == NULL || last->delivery != NULL)
    {
      last = g_new0 (Entry, 1);
      g_queue_push_tail (&self->entries, last);
    }
  last->n_lost++;
}

static void
note_delivery (Watch *self, KadDelivery *delivery, gsize bytes)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->delivery = kad_delivery_ref (delivery);
  entry->bytes = bytes;
  g_queue_push_tail (&self->entries, entry);
  self->bytes += bytes;
  self->n_deliveries++;
}

static void
tell_watch (Watch *self, KadDelivery *delivery, gsize bytes)
{
  gboolean was_scheduled;

  g_mutex_lock (&self->lock);
  if (self->n_deliveries >= KAD_MAX_TRACE_PENDING
      || self->bytes + bytes > KAD_MAX_PENDING_EVENT_BYTES)
    note_lost (self);
  else
    note_delivery (self, delivery, bytes);
  was_scheduled = self->is_scheduled;
  self->is_scheduled = TRUE;
  g_mutex_unlock (&self->lock);
  if (was_scheduled)
    return;
  g_atomic_ref_count_inc (&self->refs);
  kad_node_post (self->context, tell_entries, self, watch_unref);
}

static void
tell (const KadTrace *trace, gpointer user_data)
{
  KadNode *self = user_data;
  g_autoptr (KadDelivery) delivery = kad_delivery_new (trace);
  const gsize bytes = (gsize) kad_node_estimate_event (trace->event)
                      + MIN (trace->n_asked, KAD_MAX_DELIVERY_ASKED) * 64;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  for (guint i = 0; i < self->traces->len; i++)
    tell_watch (self->traces->pdata[i], delivery, bytes);
}

void
kad_node_tell_undelivered (KadNode *self, KadEvent *event)
{
  static const char *const nobody[] = { NULL };
  const KadTrace trace
      = { .event = event, .asked = nobody, .fate = KAD_TRACE_PASSED, .duration_us = 0 };
  gboolean is_watched;

  g_mutex_lock (&self->lock);
  is_watched = self->traces->len > 0;
  g_mutex_unlock (&self->lock);
  if (is_watched)
    tell (&trace, self);
}

void
kad_node_sync_trace (KadNode *self)
{
  gboolean is_watched;

  g_mutex_lock (&self->lock);
  is_watched = self->traces->len > 0;
  g_mutex_unlock (&self->lock);
  if (self->network != NULL)
    kad_network_set_trace (self->network, is_watched ? tell : NULL, self);
}

static gboolean
sync_trace (gpointer user_data)
{
  kad_node_sync_trace (user_data);
  return G_SOURCE_REMOVE;
}

/* ---- in any thread ---- */

/* A node that does not run yet, or stops, does it by itself. What is posted to a running node runs
 * before its thread ends, which its own end waits for: it needs no reference. */
static void
request_sync (KadNode *self)
{
  kad_node_post_running (self, sync_trace, self, NULL, NULL);
}

/**
 * kad_node_watch_trace:
 * @self: a node
 * @func: (scope notified) (closure user_data) (destroy destroy): called for each delivery, in the
 *   caller's thread-default context
 * @user_data: for @func
 * @destroy: (nullable): frees @user_data
 *
 * Tells every event from now on together with its way along the chain: which commands were asked,
 * in which order, which one consumed it, and how long that took. The steps of queries
 * (%KAD_EVENT_QUERY_STEP) and served requests (%KAD_EVENT_REQUEST_SERVED) are among them: they are
 * made only while somebody watches so, and kad_node_watch() tells them meanwhile, too.
 *
 * A watcher that does not keep up loses deliveries past 16,384 waiting ones, or past 16 MiB of
 * them; it is told how many. Any thread; the node need not run.
 *
 * Returns: an id for kad_node_unwatch_trace(), never 0
 */
guint
kad_node_watch_trace (KadNode *self, KadNodeTraceFunc func, gpointer user_data,
                      GDestroyNotify destroy)
{
  Watch *watch;
  guint id;

  g_return_val_if_fail (KAD_IS_NODE (self) && func != NULL, 0);

  watch = g_new0 (Watch, 1);
  g_atomic_ref_count_init (&watch->refs);
  g_mutex_init (&watch->lock);
  watch->node = self;
  watch->context = g_main_context_ref_thread_default ();
  watch->func = func;
  watch->user_data = user_data;
  watch->destroy = destroy;
  g_mutex_lock (&self->lock);
  id = watch->id = ++self->next_watch;
  g_ptr_array_add (self->traces, watch);
  g_mutex_unlock (&self->lock);
  request_sync (self);
  return id;
}

/**
 * kad_node_unwatch_trace:
 * @self: a node
 * @id: of kad_node_watch_trace(); an unknown one is ignored
 *
 * Called in the watch's context: its func is not called any more. With the last watch the tracing
 * ends.
 */
void
kad_node_unwatch_trace (KadNode *self, guint id)
{
  Watch *found = NULL;

  g_return_if_fail (KAD_IS_NODE (self));

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->traces->len && found == NULL; i++)
    if (((Watch *) self->traces->pdata[i])->id == id)
      found = g_ptr_array_steal_index (self->traces, i);
  g_mutex_unlock (&self->lock);
  if (found == NULL)
    return;
  request_sync (self);
  g_atomic_int_set (&found->is_dead, TRUE);
  watch_unref (found);
}

void
kad_node_free_traces (KadNode *self)
{
  g_autoptr (GPtrArray) traces = g_ptr_array_new_with_free_func (watch_unref);

  g_mutex_lock (&self->lock);
  while (self->traces->len > 0)
    g_ptr_array_add (traces, g_ptr_array_steal_index (self->traces, 0));
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < traces->len; i++)
    g_atomic_int_set (&((Watch *) traces->pdata[i])->is_dead, TRUE);
}
