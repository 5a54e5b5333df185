/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-node-testing.h"

typedef struct
{
  GArray *types; /* (element-type KadEventType) */
  GThread *thread;
  guint id;
  guint destroyed;
  guint leaves_after; /* so many events; 0: stays */
} Watcher;

static void
on_event (KadNode *node, KadEvent *event, gpointer user_data)
{
  Watcher *watcher = user_data;

  g_assert_true (KAD_IS_NODE (node));
  g_assert_true (g_thread_self () == watcher->thread);
  g_array_append_val (watcher->types, event->type);
  if (watcher->types->len == watcher->leaves_after)
    kad_node_unwatch (node, watcher->id);
}

static void
on_destroyed (gpointer user_data)
{
  ((Watcher *) user_data)->destroyed++;
}

static void
watcher_init (Watcher *watcher, KadNode *node, guint leaves_after)
{
  *watcher = (Watcher){ .thread = g_thread_self (), .leaves_after = leaves_after };
  watcher->types = g_array_new (FALSE, FALSE, sizeof (KadEventType));
  watcher->id = kad_node_watch (node, on_event, watcher, on_destroyed);
  g_assert_cmpuint (watcher->id, !=, 0);
}

static void
watcher_clear (Watcher *watcher)
{
  g_assert_cmpuint (watcher->destroyed, ==, 1);
  g_array_unref (watcher->types);
}

static guint
count (Watcher *watcher, KadEventType type)
{
  guint n = 0;

  for (guint i = 0; i < watcher->types->len; i++)
    n += g_array_index (watcher->types, KadEventType, i) == type;
  return n;
}

/* Two nodes, one of which joins the other and is watched. @leaver: leaves after its first event. */
static void
join (KadNode **a, KadNode **b, Watcher *watchers, guint n_watchers, guint leaver)
{
  g_auto (GStrv) addresses = NULL;

  *a = make_node (KAD_MODE_SERVER, NULL);
  start_node (*a);
  addresses = kad_node_dup_addresses (*a);
  *b = make_node (KAD_MODE_SERVER, addresses[0]);
  for (guint i = 0; i < n_watchers; i++)
    watcher_init (&watchers[i], *b, i == leaver ? 1 : 0);
  start_node (*b);
}

static void
test_events_in_order (void)
{
  KadNode *a, *b;
  Watcher watchers[2];

  g_test_summary ("Each watcher hears every event, in order, in its own context");

  join (&a, &b, watchers, 2, G_MAXUINT);
  g_assert_cmpuint (watchers[0].id, !=, watchers[1].id);
  run_until (count (&watchers[0], KAD_EVENT_JOINED) == 1
             && count (&watchers[1], KAD_EVENT_JOINED) == 1);
  g_assert_cmpint (g_array_index (watchers[0].types, KadEventType, 0), ==, KAD_EVENT_LISTENING);
  g_assert_cmpuint (count (&watchers[0], KAD_EVENT_PEER_CONNECTED), ==, 1);
  for (guint i = 0; i < MIN (watchers[0].types->len, watchers[1].types->len); i++)
    g_assert_cmpint (g_array_index (watchers[0].types, KadEventType, i), ==,
                     g_array_index (watchers[1].types, KadEventType, i));
  stop_node (b);
  g_assert_finalize_object (b);
  stop_node (a);
  g_assert_finalize_object (a);
  finish_turns ();
  watcher_clear (&watchers[0]);
  watcher_clear (&watchers[1]);
}

static void
test_unwatch (void)
{
  KadNode *a, *b;
  Watcher watchers[3];
  guint before;

  g_test_summary ("After unwatch, also from inside of the callback, nothing is told any more; "
                  "unknown ids are ignored");

  join (&a, &b, watchers, 3, 0);
  kad_node_unwatch (b, watchers[1].id);
  before = watchers[1].types->len;
  kad_node_unwatch (b, watchers[1].id);
  kad_node_unwatch (b, 4711);
  run_until (count (&watchers[2], KAD_EVENT_JOINED) == 1);
  finish_turns ();
  g_assert_cmpuint (watchers[0].types->len, ==, 1);
  g_assert_cmpuint (watchers[1].types->len, ==, before);
  g_assert_cmpuint (watchers[0].destroyed, ==, 1);
  g_assert_cmpuint (watchers[1].destroyed, ==, 1);
  g_assert_cmpuint (watchers[2].destroyed, ==, 0);
  stop_node (b);
  g_assert_finalize_object (b);
  stop_node (a);
  g_assert_finalize_object (a);
  finish_turns ();
  for (guint i = 0; i < 3; i++)
    watcher_clear (&watchers[i]);
}

static void
test_node_goes_first (void)
{
  KadNode *a, *b;
  Watcher watcher;
  guint before;

  g_test_summary ("A node that goes with events on their way tells none of them");

  join (&a, &b, &watcher, 1, G_MAXUINT);
  g_usleep (100 * G_TIME_SPAN_MILLISECOND);
  before = watcher.types->len;
  /* Not g_assert_finalize_object(): what is on its way may hold the object a moment. */
  g_object_unref (b);
  finish_turns ();
  g_assert_cmpuint (watcher.types->len, ==, before);
  g_assert_cmpuint (watcher.destroyed, ==, 1);
  stop_node (a);
  g_assert_finalize_object (a);
  watcher_clear (&watcher);
}

typedef struct
{
  KadNode *node;
  GMutex lock;
  GCond cond;
  gboolean is_watching;
  int joined; /* atomic */
} Other;

static gpointer
watch_elsewhere (gpointer user_data)
{
  Other *other = user_data;
  g_autoptr (GMainContext) context = g_main_context_new ();
  Watcher watcher;

  g_main_context_push_thread_default (context);
  watcher_init (&watcher, other->node, 0);
  g_mutex_lock (&other->lock);
  other->is_watching = TRUE;
  g_cond_signal (&other->cond);
  g_mutex_unlock (&other->lock);
  run_until (count (&watcher, KAD_EVENT_JOINED) == 1);
  kad_node_unwatch (other->node, watcher.id);
  finish_turns ();
  g_main_context_pop_thread_default (context);
  watcher_clear (&watcher);
  g_atomic_int_set (&other->joined, TRUE);
  return NULL;
}

static void
test_other_thread (void)
{
  KadNode *a = make_node (KAD_MODE_SERVER, NULL);
  Other other = { 0 };
  g_auto (GStrv) addresses = NULL;
  GThread *thread;

  g_test_summary ("A watcher in a thread of its own hears there, while others come and go");

  start_node (a);
  addresses = kad_node_dup_addresses (a);
  other.node = make_node (KAD_MODE_SERVER, addresses[0]);
  g_mutex_init (&other.lock);
  g_cond_init (&other.cond);
  thread = g_thread_new ("watcher", watch_elsewhere, &other);
  g_mutex_lock (&other.lock);
  while (!other.is_watching)
    g_cond_wait (&other.cond, &other.lock);
  g_mutex_unlock (&other.lock);
  start_node (other.node);
  while (!g_atomic_int_get (&other.joined))
    {
      Watcher watcher;

      watcher_init (&watcher, other.node, 0);
      finish_turns ();
      kad_node_unwatch (other.node, watcher.id);
      finish_turns ();
      watcher_clear (&watcher);
    }
  g_thread_join (thread);
  stop_node (other.node);
  g_assert_finalize_object (other.node);
  stop_node (a);
  g_assert_finalize_object (a);
  finish_turns ();
  g_mutex_clear (&other.lock);
  g_cond_clear (&other.cond);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/node-watch/events-in-order", test_events_in_order);
  g_test_add_func ("/node-watch/unwatch", test_unwatch);
  g_test_add_func ("/node-watch/node-goes-first", test_node_goes_first);
  g_test_add_func ("/node-watch/other-thread", test_other_thread);
  return g_test_run ();
}
