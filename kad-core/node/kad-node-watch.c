/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-node-private.h"

#include <string.h>

#define KAD_MAX_WATCH_PENDING 65536 /* events that wait for a slow watcher; more are dropped */

typedef struct
{
  gatomicrefcount refs;
  guint id;
  KadNode *node; /* not owned: a watch dies with it */
  GMainContext *context;
  KadNodeEventFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
  int is_dead; /* atomic */
  int pending; /* atomic */
  int bytes;   /* atomic: of those */
  gboolean is_dropping;
} Watch;

typedef struct
{
  Watch *watch;
  KadEvent *event;
  int bytes;
} Delivery;

static void
watch_unref (Watch *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  if (self->destroy != NULL)
    self->destroy (self->user_data);
  g_main_context_unref (self->context);
  g_free (self);
}

static void
delivery_free (gpointer data)
{
  Delivery *self = data;

  g_atomic_int_add (&self->watch->pending, -1);
  g_atomic_int_add (&self->watch->bytes, -self->bytes);
  kad_event_unref (self->event);
  watch_unref (self->watch);
  g_free (self);
}

static gboolean
deliver (gpointer data)
{
  Delivery *self = data;

  if (!g_atomic_int_get (&self->watch->is_dead))
    self->watch->func (self->watch->node, self->event, self->watch->user_data);
  return G_SOURCE_REMOVE;
}

int
kad_node_estimate_event (const KadEvent *event)
{
  gsize bytes = sizeof *event + sizeof (Delivery) + 64;

  if (event->text != NULL)
    bytes += strlen (event->text);
  if (event->identity != NULL)
    {
      bytes += 1024 + event->identity->addresses->len * 256;
      for (guint i = 0; event->identity->protocols != NULL && event->identity->protocols[i] != NULL;
           i++)
        bytes += 32 + strlen (event->identity->protocols[i]);
    }
  if (event->peers != NULL)
    bytes += event->peers->len * 1024;
  if (event->record != NULL)
    bytes += 256 + g_bytes_get_size (kad_record_get_value (event->record));
  if (event->raw != NULL)
    bytes += 2 * g_bytes_get_size (event->raw);
  return (int) MIN (bytes, KAD_MAX_PENDING_EVENT_BYTES);
}

static gboolean
has_room (Watch *watch, int bytes)
{
  if (g_atomic_int_get (&watch->pending) < KAD_MAX_WATCH_PENDING
      && g_atomic_int_get (&watch->bytes) <= KAD_MAX_PENDING_EVENT_BYTES - bytes)
    {
      watch->is_dropping = FALSE;
      return TRUE;
    }
  if (!watch->is_dropping)
    g_message ("Dropping events: a watcher does not keep up");
  watch->is_dropping = TRUE;
  return FALSE;
}

void
kad_node_tell_watches (KadEvent *event, gpointer user_data)
{
  KadNode *self = user_data;
  const int bytes = kad_node_estimate_event (event);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = NULL;

  kad_node_tell_event (self, event);
  if (event->type == KAD_EVENT_JOINED || event->type == KAD_EVENT_JOIN_FAILED)
    kad_node_end_joins (self, event->error);
  locker = g_mutex_locker_new (&self->lock);
  for (guint i = 0; i < self->watches->len; i++)
    {
      Watch *watch = self->watches->pdata[i];
      Delivery *delivery;

      if (!has_room (watch, bytes))
        continue;
      g_atomic_int_inc (&watch->pending);
      g_atomic_int_add (&watch->bytes, bytes);
      g_atomic_ref_count_inc (&watch->refs);
      delivery = g_new0 (Delivery, 1);
      delivery->watch = watch;
      delivery->event = kad_event_ref (event);
      delivery->bytes = bytes;
      kad_node_post (watch->context, deliver, delivery, delivery_free);
    }
}

/**
 * kad_node_watch:
 * @self: a node
 * @func: (scope notified) (closure user_data) (destroy destroy): called for each event, in the
 *   caller's thread-default context
 * @user_data: for @func
 * @destroy: (nullable): frees @user_data
 *
 * Tells every event from now on. A watcher which does not keep up loses events past 65,536
 * waiting ones, or past 16 MiB of them.
 *
 * Returns: an id for kad_node_unwatch(), never 0
 */
guint
kad_node_watch (KadNode *self, KadNodeEventFunc func, gpointer user_data, GDestroyNotify destroy)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  return kad_node_watch_in (self, context, func, user_data, destroy);
}

guint
kad_node_watch_in (KadNode *self, GMainContext *context, KadNodeEventFunc func, gpointer user_data,
                   GDestroyNotify destroy)
{
  Watch *watch = g_new0 (Watch, 1);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  g_atomic_ref_count_init (&watch->refs);
  watch->id = ++self->next_watch;
  watch->node = self;
  watch->context = g_main_context_ref (context);
  watch->func = func;
  watch->user_data = user_data;
  watch->destroy = destroy;
  g_ptr_array_add (self->watches, watch);
  return watch->id;
}

/**
 * kad_node_unwatch:
 * @self: a node
 * @id: of kad_node_watch(); an unknown one is ignored
 *
 * Called in the watch's context: its func is not called any more.
 */
void
kad_node_unwatch (KadNode *self, guint id)
{
  Watch *found = NULL;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->watches->len && found == NULL; i++)
    if (((Watch *) self->watches->pdata[i])->id == id)
      found = g_ptr_array_steal_index (self->watches, i);
  g_mutex_unlock (&self->lock);
  if (found == NULL)
    return;
  g_atomic_int_set (&found->is_dead, TRUE);
  watch_unref (found);
}

void
kad_node_free_watches (KadNode *self)
{
  g_autoptr (GPtrArray) watches = g_ptr_array_new ();

  g_mutex_lock (&self->lock);
  while (self->watches->len > 0)
    g_ptr_array_add (watches, g_ptr_array_steal_index (self->watches, 0));
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < watches->len; i++)
    {
      g_atomic_int_set (&((Watch *) watches->pdata[i])->is_dead, TRUE);
      watch_unref (watches->pdata[i]);
    }
}
