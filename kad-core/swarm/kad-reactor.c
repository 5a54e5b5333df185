/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The reactor: many descriptors, one GSource.
 *
 * GLib polls every descriptor of every source at every turn of the loop, so a
 * loop with a thousand sockets pays for a thousand on each request. Here the
 * sockets are in an epoll set, and the main context sees one descriptor: the
 * epoll set's own. A wake-up costs what is ready, not what exists.
 *
 * A turn is a batch:
 *   1. look whether the machine slept, and read the clock, once;
 *   2. fire the timers that are due (bounded);
 *   3. take up to KAD_REACTOR_BATCH ready descriptors and call their watches;
 *   4. call the hook: the swarm drains the engine and flushes what was written.
 * Writes made in 2 and 3 are thus coalesced: sixteen replies to one peer leave
 * in one sealed frame and one system call.
 *
 * Watches and timers are embedded in their owners, so nothing is allocated for
 * a request. An owner may vanish inside a batch: unwatch() strikes it from the
 * batch in hand.
 */
#include "kad-reactor.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "kad-time.h"

#define KAD_MAX_TIMERS_PER_BATCH 1024

typedef struct
{
  GSource source;
  KadReactor *reactor;
} ReactorSource;

struct _KadReactor
{
  ReactorSource *source;
  int epoll_fd;
  gpointer epoll_tag;
  gint64 now_us;
  KadSleepWatch sleep;
  KadWatch clock_watch; /* of sleep->fd */
  KadResumedFunc slept;
  KadTimerFunc clock_looked;
  gpointer clock_data;
  KadTimerHeap timers;
  KadTimerFunc hook;
  gpointer hook_data;
  struct epoll_event batch[KAD_REACTOR_BATCH];
  int batch_len; /* of the batch in hand */
  int batch_next;
  gboolean is_dispatching;
  gboolean is_woken; /* a turn was asked for: its ready time is 0, or will be */
  guint64 n_wakeups;
  KadBudget budget;
  KadCounters counters;
  guint8 *scratch;
  KadBuffer plain;
};

static void
set_ready_time (KadReactor *self)
{
  gint64 next = kad_timer_heap_next (&self->timers);

  /* The poll knows nothing of sleep. */
  g_source_set_ready_time (&self->source->source,
                           next == KAD_TIME_NEVER ? -1 : MAX (next - self->sleep.slept_us, 0));
}

static void
handle_batch (KadReactor *self)
{
  int len = epoll_wait (self->epoll_fd, self->batch, KAD_REACTOR_BATCH, 0);

  self->batch_len = MAX (len, 0);
  for (self->batch_next = 0; self->batch_next < self->batch_len;)
    {
      struct epoll_event *event = &self->batch[self->batch_next++];
      KadWatch *watch = event->data.ptr;

      if (watch != NULL)
        watch->func (watch->user_data, event->events);
    }
  self->batch_len = 0;
}

static void
on_clock_set (gpointer user_data, guint32 events)
{
  KadReactor *self = user_data;

  kad_sleep_watch_clear_fd (self->clock_watch.fd);
  if (self->clock_looked != NULL)
    self->clock_looked (self->clock_data, self->now_us);
}

static gboolean
reactor_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  KadReactor *self = ((ReactorSource *) source)->reactor;

  if (self->is_dispatching)
    return G_SOURCE_CONTINUE;

  self->is_dispatching = TRUE;
  self->n_wakeups++;
  /* First of all: whoever counts time has to hear of sleep before its timers fire. */
  kad_reactor_look (self);
  kad_timer_heap_fire (&self->timers, self->now_us, KAD_MAX_TIMERS_PER_BATCH);
  handle_batch (self);
  /* The hook is what a wake asks for: another turn is due only if the hook wants one. */
  self->is_woken = FALSE;
  if (self->hook != NULL)
    self->hook (self->hook_data, self->now_us);
  self->is_dispatching = FALSE;
  if (self->is_woken)
    g_source_set_ready_time (source, 0);
  else
    set_ready_time (self);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs reactor_source_funcs = {
  .dispatch = reactor_dispatch,
};

KadReactor *
kad_reactor_new (GMainContext *context, GError **error)
{
  return kad_reactor_new_with_clocks (context, NULL, error);
}

KadReactor *
kad_reactor_new_with_clocks (GMainContext *context, const KadClocks *clocks, GError **error)
{
  KadReactor *self;
  KadLimits limits;
  int fd = epoll_create1 (EPOLL_CLOEXEC);

  if (fd < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                   "Cannot make an epoll descriptor: %s", g_strerror (errno));
      return NULL;
    }

  self = g_new0 (KadReactor, 1);
  self->epoll_fd = fd;
  self->clock_watch.fd = -1;
  kad_sleep_watch_init (&self->sleep, clocks);
  self->scratch = g_malloc (KAD_REACTOR_SCRATCH_BYTES);
  kad_limits_init (&limits);
  kad_budget_set_limits (&self->budget, &limits);
  kad_timer_heap_init (&self->timers);
  self->source = (ReactorSource *) g_source_new (&reactor_source_funcs, sizeof (ReactorSource));
  self->source->reactor = self;
  self->epoll_tag = g_source_add_unix_fd (&self->source->source, fd, G_IO_IN);
  g_source_set_static_name (&self->source->source, "kad-reactor");
  /* We never iterate the context from within a turn. GLib would prepare for it by taking our
   * descriptor out of its set and putting it back at every turn, which costs two writes to
   * and one read of its wake-up descriptor each time. */
  g_source_set_can_recurse (&self->source->source, TRUE);
  g_source_attach (&self->source->source, context);
  kad_reactor_update_now (self);
  return self;
}

void
kad_reactor_free (KadReactor *self)
{
  if (self == NULL)
    return;
  g_source_destroy (&self->source->source);
  g_source_unref (&self->source->source);
  if (self->clock_watch.fd >= 0)
    close (self->clock_watch.fd);
  close (self->epoll_fd);
  kad_timer_heap_clear (&self->timers);
  g_free (self->scratch);
  kad_buffer_clear (&self->plain);
  g_free (self);
}

gboolean
kad_reactor_watch (KadReactor *self, KadWatch *watch, int fd, guint32 events, KadWatchFunc func,
                   gpointer user_data, GError **error)
{
  struct epoll_event event = { .events = events, .data.ptr = watch };

  if (epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                   "Cannot watch descriptor %d: %s", fd, g_strerror (errno));
      return FALSE;
    }
  watch->fd = fd;
  watch->events = events;
  watch->func = func;
  watch->user_data = user_data;
  return TRUE;
}

void
kad_reactor_set_events (KadReactor *self, KadWatch *watch, guint32 events)
{
  struct epoll_event event = { .events = events, .data.ptr = watch };

  if (watch->fd < 0 || watch->events == events)
    return;
  if (epoll_ctl (self->epoll_fd, EPOLL_CTL_MOD, watch->fd, &event) == 0)
    watch->events = events;
  else
    g_warning ("Cannot change what is watched on descriptor %d: %s", watch->fd, g_strerror (errno));
}

void
kad_reactor_unwatch (KadReactor *self, KadWatch *watch)
{
  if (watch->fd < 0)
    return;
  epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
  watch->fd = -1;
  for (int i = self->batch_next; i < self->batch_len; i++)
    if (self->batch[i].data.ptr == watch)
      self->batch[i].data.ptr = NULL;
}

void
kad_reactor_arm (KadReactor *self, KadTimer *timer, gint64 deadline_us)
{
  kad_timer_heap_arm (&self->timers, timer, deadline_us);
  if (!self->is_dispatching && !self->is_woken)
    set_ready_time (self);
}

void
kad_reactor_disarm (KadReactor *self, KadTimer *timer)
{
  kad_timer_heap_disarm (&self->timers, timer);
}

gint64
kad_reactor_get_now (KadReactor *self)
{
  return self->now_us;
}

gint64
kad_reactor_update_now (KadReactor *self)
{
  self->now_us = kad_sleep_watch_get_now (&self->sleep);
  return self->now_us;
}

gint64
kad_reactor_look (KadReactor *self)
{
  gint64 slept_us = kad_sleep_watch_look (&self->sleep);

  kad_reactor_update_now (self);
  if (slept_us > 0 && self->slept != NULL)
    self->slept (self->clock_data, slept_us);
  return self->now_us;
}

void
kad_reactor_watch_clock (KadReactor *self)
{
  g_autoptr (GError) error = NULL;
  int fd = kad_sleep_watch_open_fd ();

  if (fd < 0
      || kad_reactor_watch (self, &self->clock_watch, fd, EPOLLIN, on_clock_set, self, &error))
    return;
  g_debug ("%s", error->message);
  close (fd);
}

gint64
kad_reactor_read_clock (KadReactor *self)
{
  return kad_sleep_watch_get_now (&self->sleep);
}

gint64
kad_reactor_get_wall_time (KadReactor *self)
{
  return self->sleep.clocks.get_wall (self->sleep.clocks.user_data);
}

void
kad_reactor_set_clock_funcs (KadReactor *self, KadResumedFunc slept, KadTimerFunc looked,
                             gpointer user_data)
{
  self->slept = slept;
  self->clock_looked = looked;
  self->clock_data = user_data;
}

void
kad_reactor_set_hook (KadReactor *self, KadTimerFunc hook, gpointer user_data)
{
  self->hook = hook;
  self->hook_data = user_data;
}

void
kad_reactor_wake (KadReactor *self)
{
  if (self->is_woken)
    return;
  self->is_woken = TRUE;
  if (!self->is_dispatching)
    g_source_set_ready_time (&self->source->source, 0);
}

guint8 *
kad_reactor_get_scratch (KadReactor *self)
{
  return self->scratch;
}

KadBuffer *
kad_reactor_get_plain (KadReactor *self)
{
  return &self->plain;
}

void
kad_reactor_free_spare (KadReactor *self)
{
  if (kad_buffer_get_length (&self->plain) == 0)
    kad_buffer_trim (&self->plain);
}

void
kad_reactor_charge (KadReactor *self, gssize bytes)
{
  self->budget.held_bytes += (gsize) bytes;
}

gsize
kad_reactor_get_charged (KadReactor *self)
{
  return self->budget.held_bytes;
}

KadBudget *
kad_reactor_get_budget (KadReactor *self)
{
  return &self->budget;
}

KadCounters *
kad_reactor_get_counters (KadReactor *self)
{
  return &self->counters;
}

guint64
kad_reactor_get_n_wakeups (KadReactor *self)
{
  return self->n_wakeups;
}
