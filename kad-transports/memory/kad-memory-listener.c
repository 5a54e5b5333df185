/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-memory-listener.h"

#include "kad-error.h"
#include "kad-memory-stream.h"

/* Numbers that are picked, for listeners and for the near end of a connection, are above those
 * that people choose. */
#define FIRST_PICKED (G_GUINT64_CONSTANT (1) << 32)

struct _KadMemoryListener
{
  KadListener parent_instance;

  guint64 number;
  KadMemoryLatency latency; /* under the lock */
  GMainContext *context;    /* (owned) where ready is told */
  GQueue waiting;           /* (element-type KadLink) under the lock */
  gboolean is_closed;       /* under the lock */
};

G_DEFINE_DYNAMIC_TYPE (KadMemoryListener, kad_memory_listener, KAD_TYPE_LISTENER)

/* Who listens in this process. A listener takes itself out in dispose, under the lock: what is
 * found here can be referenced. */
static GMutex lock;
static GHashTable *listeners; /* (element-type guint64 KadMemoryListener) borrowed */
static guint64 last_picked = FIRST_PICKED;

KadMultiaddr *
kad_memory_listener_new_address (guint64 number)
{
  g_autofree char *text = g_strdup_printf ("/memory/%" G_GUINT64_FORMAT, number);

  return kad_multiaddr_new_from_string (text, NULL);
}

static GPtrArray *
get_addresses (KadListener *listener)
{
  GPtrArray *addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);
  KadMemoryListener *self = KAD_MEMORY_LISTENER (listener);

  g_ptr_array_add (addresses, kad_memory_listener_new_address (self->number));
  return addresses;
}

static KadLink *
accept_link (KadListener *listener, GError **error)
{
  KadMemoryListener *self = KAD_MEMORY_LISTENER (listener);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);
  KadLink *link = g_queue_pop_head (&self->waiting);

  if (self->is_closed)
    g_set_error_literal (error, KAD_ERROR, KAD_ERROR_CLOSED, "The listener is closed");
  else if (link == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Nobody is waiting");
  return link;
}

static void
close_listener (KadListener *listener)
{
  KadMemoryListener *self = KAD_MEMORY_LISTENER (listener);
  GQueue waiting = G_QUEUE_INIT;

  g_mutex_lock (&lock);
  if (!self->is_closed && listeners != NULL
      && g_hash_table_lookup (listeners, &self->number) == self)
    g_hash_table_remove (listeners, &self->number);
  self->is_closed = TRUE;
  waiting = self->waiting;
  g_queue_init (&self->waiting);
  g_mutex_unlock (&lock);
  /* Closing streams wakes others: not under the lock. */
  g_queue_clear_full (&waiting, g_object_unref);
}

static void
dispose (GObject *object)
{
  close_listener (KAD_LISTENER (object));
  G_OBJECT_CLASS (kad_memory_listener_parent_class)->dispose (object);
}

static void
finalize (GObject *object)
{
  g_clear_pointer (&KAD_MEMORY_LISTENER (object)->context, g_main_context_unref);
  G_OBJECT_CLASS (kad_memory_listener_parent_class)->finalize (object);
}

static void
kad_memory_listener_class_init (KadMemoryListenerClass *klass)
{
  KadListenerClass *listener_class = KAD_LISTENER_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = dispose;
  G_OBJECT_CLASS (klass)->finalize = finalize;
  listener_class->get_addresses = get_addresses;
  listener_class->accept = accept_link;
  listener_class->close = close_listener;
}

static void
kad_memory_listener_class_finalize (KadMemoryListenerClass *klass)
{
}

static void
kad_memory_listener_init (KadMemoryListener *self)
{
}

void
kad_memory_listener_register (GTypeModule *module)
{
  kad_memory_listener_register_type (module);
}

static guint64
pick_number_locked (void)
{
  do
    last_picked++;
  while (g_hash_table_contains (listeners, &last_picked));
  return last_picked;
}

KadListener *
kad_memory_listener_new (guint64 number, GError **error)
{
  g_autoptr (KadMemoryListener) self = g_object_new (KAD_TYPE_MEMORY_LISTENER, NULL);
  gboolean is_taken;

  g_mutex_lock (&lock);
  if (listeners == NULL)
    listeners = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->number = number != 0 ? number : pick_number_locked ();
  self->context = g_main_context_ref_thread_default ();
  is_taken = g_hash_table_contains (listeners, &self->number);
  if (!is_taken)
    g_hash_table_insert (listeners, &self->number, self);
  g_mutex_unlock (&lock);
  if (!is_taken)
    return KAD_LISTENER (g_steal_pointer (&self));
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS,
               "Could not listen on /memory/%" G_GUINT64_FORMAT ": the address is in use", number);
  return NULL;
}

void
kad_memory_listener_set_latency (KadListener *listener, const KadMemoryLatency *latency)
{
  g_mutex_lock (&lock);
  KAD_MEMORY_LISTENER (listener)->latency = *latency;
  g_mutex_unlock (&lock);
}

/* ---- those who come ---- */

static gboolean
on_ready (gpointer user_data)
{
  KadMemoryListener *self = user_data;
  gboolean has_visitor;

  g_mutex_lock (&lock);
  has_visitor = !g_queue_is_empty (&self->waiting);
  g_mutex_unlock (&lock);
  if (has_visitor)
    kad_listener_emit_ready (KAD_LISTENER (self));
  return G_SOURCE_REMOVE;
}

/* Never from inside of the visitor's call, even in the same thread. */
static void
tell_ready (KadMemoryListener *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_ready, g_object_ref (self), g_object_unref);
  g_source_attach (source, self->context);
}

/* The listener, with a reference, and @link in its queue. */
static KadMemoryListener *
enqueue (guint64 number, KadLink *link)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);
  KadMemoryListener *self = listeners != NULL ? g_hash_table_lookup (listeners, &number) : NULL;

  if (self == NULL || self->waiting.length >= KAD_MAX_MEMORY_BACKLOG)
    return NULL;
  g_queue_push_tail (&self->waiting, g_object_ref (link));
  return g_object_ref (self);
}

/* None if nobody listens. */
static KadMemoryLatency
find_latency (guint64 number)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);
  KadMemoryListener *self = listeners != NULL ? g_hash_table_lookup (listeners, &number) : NULL;

  return self != NULL ? self->latency : (KadMemoryLatency){ 0 };
}

static KadMultiaddr *
pick_address (void)
{
  guint64 number;

  g_mutex_lock (&lock);
  number = ++last_picked;
  g_mutex_unlock (&lock);
  return kad_memory_listener_new_address (number);
}

KadLink *
kad_memory_listener_connect (guint64 number, const KadMemoryLatency *latency, GError **error)
{
  KadMemoryLatency far_latency = find_latency (number);
  g_autoptr (KadMultiaddr) far_address = kad_memory_listener_new_address (number);
  g_autoptr (KadMultiaddr) near_address = pick_address ();
  g_autoptr (GIOStream) near_end = NULL;
  g_autoptr (GIOStream) far_end = NULL;
  g_autoptr (KadLink) far_link = NULL;
  g_autoptr (KadMemoryListener) listener = NULL;

  kad_memory_stream_new_slow_pair (latency, &far_latency, &near_end, &far_end);
  far_link = kad_link_new_for_stream (far_end, far_address, near_address);
  listener = enqueue (number, far_link);
  if (listener == NULL)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_DIAL_FAILED,
                   "Could not connect to /memory/%" G_GUINT64_FORMAT ": connection refused",
                   number);
      return NULL;
    }
  tell_ready (listener);
  return kad_link_new_for_stream (near_end, near_address, far_address);
}
