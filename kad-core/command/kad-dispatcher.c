/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-dispatcher.h"

#include "kad-command-handler-private.h"
#include "kad-dispatcher-private.h"
#include "kad-error.h"
#include "kad-time.h"

/* How an event travels
 * --------------------
 *
 * Running handlers stand in a chain, in the order in which they were started.
 * An event is offered to handlers one at a time; each consumes it, and then it
 * has arrived, or passes it, and then the next is asked. Which handlers are asked, and
 * who is asked first, depends on nothing but the event's type: `deliveries` below is
 * the one table that says so.
 *
 *   unicast     belongs to one query. The handler that owns the query is found by a hash
 *               and asked first; only if it passes, the others are asked in chain order.
 *               Where nobody owns the query (the engine's own refresh, or the last words of
 *               a query that was cancelled with its handler) there is nobody to ask.
 *   broadcast   concerns the node. The whole chain is asked, in order.
 *
 * Ten thousand running commands must not make an event dearer. A unicast event costs one
 * look into a hash, however long the chain. For broadcast events a class says which types
 * it looks at (`broadcasts`, all by default); handlers that look at none, like all
 * that only run a query of their own, stand in the chain but not in `listeners`, the part of it
 * that a broadcast walks.
 *
 * Nothing is dispatched recursively. A handler that is being asked may start queries, end
 * itself or others, and its caller's callback may start new runs: events raised by that wait
 * in `queue` until the present one has arrived. A run that ends while an event travels
 * is skipped from then on, but stays linked until the dispatcher is at rest (`leave()`),
 * so that whoever walks the chain never stands on freed ground. A run that starts while an
 * event travels does not see that event: it happened before.
 *
 * A run ends once: the handler finishes or fails, or it is cancelled, reaches its
 * deadline, or the dispatcher goes. All of it comes through run_end(), which takes the
 * run out of the hashes, cancels the queries it still owns, and calls the caller. The
 * last event of a query takes the query from its owner before anybody is asked, so that
 * a handler which finishes on that event does not cancel what is over.
 *
 * Whoever looks on from outside knows a run by its number. The dispatcher writes the number into
 * the events of the run's queries as they come by, also into the QUERY_FINISHED that follows
 * when the owner is gone: `numbers` keeps who owned a query until then.
 *
 * The dispatcher has no clock: time comes in, and the owner asks for the next deadline. */

typedef enum
{
  DELIVER_UNICAST,
  DELIVER_BROADCAST,
} Delivery;

/* The one table of deliveries. */
static const Delivery deliveries[] = {
  [KAD_EVENT_QUERY_PROGRESS] = DELIVER_UNICAST,
  [KAD_EVENT_QUERY_STARTED] = DELIVER_BROADCAST,
  [KAD_EVENT_QUERY_STEP] = DELIVER_BROADCAST,
  [KAD_EVENT_QUERY_FINISHED] = DELIVER_BROADCAST,
  [KAD_EVENT_PEER_CONNECTED] = DELIVER_BROADCAST,
  [KAD_EVENT_PEER_DISCONNECTED] = DELIVER_BROADCAST,
  [KAD_EVENT_PEER_IDENTIFIED] = DELIVER_BROADCAST,
  [KAD_EVENT_ADDRESS_FOUND] = DELIVER_BROADCAST,
  [KAD_EVENT_TABLE_ADDED] = DELIVER_BROADCAST,
  [KAD_EVENT_TABLE_REMOVED] = DELIVER_BROADCAST,
  [KAD_EVENT_PROVIDER_STORED] = DELIVER_BROADCAST,
  [KAD_EVENT_RECORD_STORED] = DELIVER_BROADCAST,
  [KAD_EVENT_REQUEST_SERVED] = DELIVER_BROADCAST,
  [KAD_EVENT_LISTENING] = DELIVER_BROADCAST,
  [KAD_EVENT_JOINED] = DELIVER_BROADCAST,
  [KAD_EVENT_JOIN_FAILED] = DELIVER_BROADCAST,
  [KAD_EVENT_MODE_CHANGED] = DELIVER_BROADCAST,
  [KAD_EVENT_MODULE_FAILED] = DELIVER_BROADCAST,
  [KAD_EVENT_ADDRESSES_CHANGED] = DELIVER_BROADCAST,
  [KAD_EVENT_PUBLICATION_CHANGED] = DELIVER_BROADCAST,
  [KAD_EVENT_PUBLICATION_REMOVED] = DELIVER_BROADCAST,
  [KAD_EVENT_RESUMED] = DELIVER_BROADCAST,
  [KAD_EVENT_CLOCK_STEPPED] = DELIVER_BROADCAST,
  [KAD_EVENT_RUN_PROGRESS] = DELIVER_BROADCAST,
};

G_STATIC_ASSERT (G_N_ELEMENTS (deliveries) == KAD_N_EVENT_TYPES);
G_STATIC_ASSERT (KAD_N_EVENT_TYPES <= 64); /* a bit each in a class's `broadcasts` */

/* One handler at work. */
typedef struct
{
  KadTimer deadline; /* first: the heap gives it back as the run */
  KadDispatcher *dispatcher;
  guint64 id;                 /* grows with each run, so it is the order too */
  guint64 number;             /* as events and traces call it */
  KadCommandHandler *handler; /* (owned) */
  GSList *queries;            /* (element-type Ownership) */
  gint64 started_us;
  KadResultFunc on_result;
  KadDoneFunc on_done;
  gpointer user_data;
  gboolean is_over;
  GList link;          /* in `chain` */
  GList listener_link; /* in `listeners`, if its class looks at broadcasts */
} Run;

G_STATIC_ASSERT (G_STRUCT_OFFSET (Run, deadline) == 0);

/* A query and the run that is asked first about it. */
typedef struct
{
  KadQueryId query; /* first: the key of `owners` */
  Run *run;
} Ownership;

/* Whose a query is or was, until nothing more comes of it. */
typedef struct
{
  KadQueryId query; /* first: the key of `numbers` */
  guint64 number;
} Number;

/**
 * kad_event_type_is_unicast:
 * @type: a type of event
 *
 * Returns: whether such events go to the handler that owns their query first,
 *   rather than down the whole chain
 */
gboolean
kad_event_type_is_unicast (KadEventType type)
{
  g_return_val_if_fail ((guint) type < KAD_N_EVENT_TYPES, FALSE);

  return deliveries[type] == DELIVER_UNICAST;
}

static void enter (KadDispatcher *self);
static void leave (KadDispatcher *self);

/* ---- ending and freeing runs ---- */

static void
run_free (Run *run)
{
  KadDispatcher *self = run->dispatcher;

  g_queue_unlink (&self->chain, &run->link);
  if (run->listener_link.data != NULL)
    g_queue_unlink (&self->listeners, &run->listener_link);
  g_object_unref (run->handler);
  g_free (run);
}

static void
drop_queries (Run *run)
{
  KadDispatcher *self = run->dispatcher;

  while (run->queries != NULL)
    {
      Ownership *ownership = run->queries->data;
      KadQueryId query = ownership->query;

      run->queries = g_slist_delete_link (run->queries, run->queries);
      g_hash_table_remove (self->owners, &query);
      kad_swarm_cancel (self->swarm, query);
    }
}

/* The only end of a run. Exactly one of @summary and @error is set. */
static void
run_end (gpointer data, GVariant *summary, const GError *error)
{
  Run *run = data;
  KadDispatcher *self = run->dispatcher;

  g_assert (!run->is_over);

  enter (self);
  run->is_over = TRUE;
  g_hash_table_remove (self->runs, &run->id);
  kad_timer_heap_disarm (&self->deadlines, &run->deadline);
  self->over = g_slist_prepend (self->over, run);
  drop_queries (run);
  if (self->run_func != NULL)
    self->run_func (kad_command_handler_get_name (run->handler), run->started_us, error,
                    self->run_data);
  if (run->on_done != NULL)
    run->on_done (summary, error, run->user_data);
  leave (self);
}

static void
run_own_query (gpointer data, KadQueryId query)
{
  Run *run = data;
  KadDispatcher *self = run->dispatcher;
  Ownership *ownership;
  Number *number;

  g_return_if_fail (!g_hash_table_contains (self->owners, &query));

  ownership = g_new (Ownership, 1);
  ownership->query = query;
  ownership->run = run;
  g_hash_table_add (self->owners, ownership);
  run->queries = g_slist_prepend (run->queries, ownership);
  number = g_new (Number, 1);
  number->query = query;
  number->number = run->number;
  g_hash_table_replace (self->numbers, number, number);
}

static void
run_report (gpointer data, GVariant *result)
{
  Run *run = data;

  if (run->on_result != NULL)
    run->on_result (result, run->user_data);
}

static void
run_progress (gpointer data, guint done, guint total)
{
  Run *run = data;
  KadDispatcher *self = run->dispatcher;
  KadEvent *event = kad_event_new (KAD_EVENT_RUN_PROGRESS);

  event->run = run->number;
  event->done = done;
  event->total = total;
  event->text = g_strdup (kad_command_handler_get_name (run->handler));
  if (self->calendar != NULL)
    event->wall_us = self->calendar (self->calendar_data);
  kad_dispatcher_deliver (self, event);
}

static gint64
run_get_now_us (gpointer data)
{
  Run *run = data;

  return run->dispatcher->now_us;
}

static gint64
run_get_started_us (gpointer data)
{
  Run *run = data;

  return run->started_us;
}

static const KadCommandSink sink = {
  .own_query = run_own_query,
  .report = run_report,
  .progress = run_progress,
  .end = run_end,
  .get_now_us = run_get_now_us,
  .get_started_us = run_get_started_us,
};

/* ---- an event's way ---- */

static gboolean
offer (KadDispatcher *self, Run *run, KadEvent *event)
{
  if (self->asked != NULL)
    {
      g_ptr_array_add (self->asked, (gpointer) kad_command_handler_get_name (run->handler));
      g_array_append_val (self->asked_runs, run->number);
    }
  return kad_command_handler_offer (run->handler, event) == KAD_EVENT_CONSUME;
}

/* Asks @links in order, except @but; gives who consumed. Runs younger than @last_id are
 * not asked, those that end meanwhile neither. */
static Run *
walk (KadDispatcher *self, GQueue *links, KadEvent *event, Run *but, guint64 last_id)
{
  guint64 bit = KAD_EVENT_BIT (event->type);
  gboolean is_broadcast = !kad_event_type_is_unicast (event->type);

  for (GList *link = links->head; link != NULL; link = link->next)
    {
      Run *run = link->data;

      if (run->id > last_id)
        break;
      if (run->is_over || run == but)
        continue;
      if (is_broadcast && (kad_command_handler_get_broadcasts (run->handler) & bit) == 0)
        continue;
      if (offer (self, run, event))
        return run;
    }
  return NULL;
}

static Run *
deliver_unicast (KadDispatcher *self, KadEvent *event)
{
  Ownership *ownership = g_hash_table_lookup (self->owners, &event->query);
  guint64 last_id = self->last_id;
  Run *owner;

  if (ownership == NULL)
    return NULL;
  owner = ownership->run;
  if (event->is_last)
    {
      owner->queries = g_slist_remove (owner->queries, ownership);
      g_hash_table_remove (self->owners, &event->query);
    }
  if (offer (self, owner, event))
    return owner;
  return walk (self, &self->chain, event, owner, last_id);
}

static gint64
read_clock (KadDispatcher *self)
{
  return self->clock != NULL ? self->clock (self->clock_data) : -1;
}

/* Nothing comes of a query after it is finished; of an operation, after its last step. */
static gboolean
is_end_of_query (const KadEvent *event)
{
  return event->type == KAD_EVENT_QUERY_FINISHED
         || (event->kind == KAD_QUERY_OPERATION && event->is_last);
}

/* Ahead of everybody who sees the event: from then on it does not change. */
static void
write_number (KadDispatcher *self, KadEvent *event)
{
  const Number *number
      = event->query != 0 ? g_hash_table_lookup (self->numbers, &event->query) : NULL;

  if (number == NULL)
    return;
  event->run = number->number;
  if (is_end_of_query (event))
    g_hash_table_remove (self->numbers, &event->query);
}

static void
tell_trace (KadDispatcher *self, KadEvent *event, Run *consumer, GPtrArray *asked, GArray *runs,
            gint64 started_us)
{
  KadTrace trace = { .event = event, .n_asked = asked->len, .fate = KAD_TRACE_PASSED };

  trace.duration_us = started_us >= 0 ? read_clock (self) - started_us : -1;
  g_ptr_array_add (asked, NULL);
  trace.asked = (const char *const *) asked->pdata;
  trace.runs = (const guint64 *) (gpointer) runs->data;
  if (consumer != NULL)
    {
      trace.fate = KAD_TRACE_CONSUMED;
      trace.consumer = kad_command_handler_get_name (consumer->handler);
      trace.consumer_run = consumer->number;
    }
  if (self->trace != NULL)
    self->trace (&trace, self->trace_data);
}

static void
dispatch (KadDispatcher *self, KadEvent *event)
{
  g_autoptr (GPtrArray) asked = self->trace != NULL ? g_ptr_array_new () : NULL;
  g_autoptr (GArray) runs = asked != NULL ? g_array_new (FALSE, FALSE, sizeof (guint64)) : NULL;
  gint64 started_us = asked != NULL ? read_clock (self) : -1;
  Run *consumer;

  write_number (self, event);
  self->asked = asked;
  self->asked_runs = runs;
  if (kad_event_type_is_unicast (event->type))
    consumer = deliver_unicast (self, event);
  else
    consumer = walk (self, &self->listeners, event, NULL, self->last_id);
  self->asked = NULL;
  self->asked_runs = NULL;
  if (asked != NULL)
    tell_trace (self, event, consumer, asked, runs, started_us);
  if (self->tap != NULL)
    self->tap (event, self->tap_data);
}

static void
enter (KadDispatcher *self)
{
  self->depth++;
}

/* At rest: lets the queued events go, then frees what is over. Runs are freed one event at a
 * time at the latest, so that a long queue does not hold ended runs. */
static void
leave (KadDispatcher *self)
{
  while (self->depth == 1)
    {
      g_autoptr (KadEvent) event = NULL;

      while (self->over != NULL)
        {
          Run *run = self->over->data;

          self->over = g_slist_delete_link (self->over, self->over);
          run_free (run);
        }
      event = g_queue_pop_head (&self->queue);
      if (event == NULL)
        break;
      dispatch (self, event);
    }
  self->depth--;
}

/* ---- the owner's side ---- */

/**
 * kad_dispatcher_new:
 * @swarm: what handlers work on; a reference is taken
 *
 * Returns: (transfer full): a dispatcher without runs
 */
KadDispatcher *
kad_dispatcher_new (KadSwarm *swarm)
{
  KadDispatcher *self;

  g_return_val_if_fail (KAD_IS_SWARM (swarm), NULL);

  self = g_new0 (KadDispatcher, 1);
  self->swarm = g_object_ref (swarm);
  self->runs = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->owners = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->numbers = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  kad_timer_heap_init (&self->deadlines);
  return self;
}

/**
 * kad_dispatcher_free:
 * @self: a dispatcher that is at rest: not to be called from a handler's or
 *   caller's callback
 *
 * Fails every running handler with %KAD_ERROR_NOT_RUNNING. Events that still
 * wait are dropped.
 */
void
kad_dispatcher_free (KadDispatcher *self)
{
  g_autoptr (GError) error = g_error_new (KAD_ERROR, KAD_ERROR_NOT_RUNNING, "The node was stopped");

  g_return_if_fail (self->depth == 0);

  self->is_closing = TRUE;
  kad_dispatcher_fail_all (self, error);
  g_queue_clear_full (&self->queue, (GDestroyNotify) kad_event_unref);
  g_hash_table_unref (self->owners);
  g_hash_table_unref (self->numbers);
  g_hash_table_unref (self->runs);
  kad_timer_heap_clear (&self->deadlines);
  g_object_unref (self->swarm);
  g_free (self);
}

static Run *
run_new (KadDispatcher *self, KadCommandHandler *handler, guint64 number, KadResultFunc on_result,
         KadDoneFunc on_done, gpointer user_data)
{
  Run *run = g_new0 (Run, 1);

  run->dispatcher = self;
  run->id = ++self->last_id;
  run->number = number != 0 ? number : run->id;
  run->handler = g_object_ref (handler);
  run->started_us = self->now_us;
  run->on_result = on_result;
  run->on_done = on_done;
  run->user_data = user_data;
  run->link.data = run;
  g_queue_push_tail_link (&self->chain, &run->link);
  if (kad_command_handler_get_broadcasts (handler) != 0)
    {
      run->listener_link.data = run;
      g_queue_push_tail_link (&self->listeners, &run->listener_link);
    }
  g_hash_table_insert (self->runs, &run->id, run);
  kad_timer_heap_arm (&self->deadlines, &run->deadline,
                      kad_time_add (self->now_us, kad_command_handler_get_timeout_us (handler)));
  return run;
}

/* Why a run cannot start now; NULL if it can. */
static GError *
find_obstacle (KadDispatcher *self)
{
  if (self->is_closing)
    return g_error_new (KAD_ERROR, KAD_ERROR_NOT_RUNNING, "The node is being stopped");
  if (g_hash_table_size (self->runs) > KAD_MAX_RUNNING_COMMANDS)
    return g_error_new (KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                        "%d commands are running; wait for some to end", KAD_MAX_RUNNING_COMMANDS);
  return NULL;
}

/**
 * kad_dispatcher_run:
 * @self: a dispatcher
 * @handler: a handler that never ran; a reference is held until its end
 * @now_us: monotonic time
 * @on_result: (nullable) (scope forever): called with each `a{sv}`
 * @on_done: (nullable) (scope async): called exactly once, perhaps before this returns
 * @user_data: for both
 *
 * Starts a run. With %KAD_MAX_RUNNING_COMMANDS at work it ends at once, with
 * %KAD_ERROR_LIMIT_REACHED.
 *
 * Returns: an id for kad_dispatcher_cancel(), never 0
 */
guint64
kad_dispatcher_run (KadDispatcher *self, KadCommandHandler *handler, gint64 now_us,
                    KadResultFunc on_result, KadDoneFunc on_done, gpointer user_data)
{
  return kad_dispatcher_run_numbered (self, handler, 0, now_us, on_result, on_done, user_data);
}

/**
 * kad_dispatcher_run_numbered:
 * @self: a dispatcher
 * @handler: a handler that never ran; a reference is held until its end
 * @number: how events and traces call the run; 0: by its id
 * @now_us: monotonic time
 * @on_result: (nullable) (scope forever): called with each `a{sv}`
 * @on_done: (nullable) (scope async): called exactly once, perhaps before this returns
 * @user_data: for both
 *
 * Starts a run like kad_dispatcher_run() for whoever numbers runs ahead of their start.
 *
 * Returns: an id for kad_dispatcher_cancel(), never 0
 */
guint64
kad_dispatcher_run_numbered (KadDispatcher *self, KadCommandHandler *handler, guint64 number,
                             gint64 now_us, KadResultFunc on_result, KadDoneFunc on_done,
                             gpointer user_data)
{
  g_autoptr (GError) obstacle = NULL;
  guint64 id;
  Run *run;

  g_return_val_if_fail (KAD_IS_COMMAND_HANDLER (handler), 0);
  g_return_val_if_fail (kad_command_handler_get_swarm (handler) == NULL, 0);

  enter (self);
  self->now_us = MAX (self->now_us, now_us);
  run = run_new (self, handler, number, on_result, on_done, user_data);
  id = run->id;
  kad_command_handler_attach (handler, self->swarm, &sink, run);
  obstacle = find_obstacle (self);
  if (obstacle != NULL)
    kad_command_handler_abort (handler, obstacle);
  else
    kad_command_handler_start (handler);
  leave (self);
  return id;
}

static void
abort_run (KadDispatcher *self, Run *run, const GError *error)
{
  enter (self);
  kad_command_handler_abort (run->handler, error);
  leave (self);
}

/**
 * kad_dispatcher_cancel:
 * @self: a dispatcher
 * @run: what kad_dispatcher_run() gave
 *
 * Fails a run with %KAD_ERROR_CANCELLED and cancels its queries. A run that has
 * ended is ignored.
 */
void
kad_dispatcher_cancel (KadDispatcher *self, guint64 run)
{
  Run *found = g_hash_table_lookup (self->runs, &run);
  g_autoptr (GError) error = NULL;

  if (found == NULL)
    return;
  error = g_error_new (KAD_ERROR, KAD_ERROR_CANCELLED, "%s was cancelled",
                       kad_command_handler_get_name (found->handler));
  abort_run (self, found, error);
}

/**
 * kad_dispatcher_deliver:
 * @self: a dispatcher
 * @event: (transfer full): what happened
 *
 * Sends an event on its way. While another travels it waits for its turn.
 */
void
kad_dispatcher_deliver (KadDispatcher *self, KadEvent *event)
{
  enter (self);
  g_queue_push_tail (&self->queue, event);
  leave (self);
}

/**
 * kad_dispatcher_find_query:
 * @self: a dispatcher
 * @query: a query
 * @command: (out) (optional) (nullable) (transfer none): the name of the command that owns it now
 *
 * Returns: the number of the run that owns or owned @query; 0 if it is nobody's, or all is over
 */
guint64
kad_dispatcher_find_query (KadDispatcher *self, KadQueryId query, const char **command)
{
  const Ownership *ownership = g_hash_table_lookup (self->owners, &query);
  const Number *number = g_hash_table_lookup (self->numbers, &query);

  if (command != NULL)
    *command = ownership != NULL ? kad_command_handler_get_name (ownership->run->handler) : NULL;
  return number != NULL ? number->number : 0;
}

/**
 * kad_dispatcher_forget_query:
 * @self: a dispatcher
 * @query: a query of which no event comes any more, not even its last
 */
void
kad_dispatcher_forget_query (KadDispatcher *self, KadQueryId query)
{
  g_hash_table_remove (self->numbers, &query);
}

/**
 * kad_dispatcher_next_deadline:
 * @self: a dispatcher
 *
 * Returns: when kad_dispatcher_advance() has something to do, in monotonic
 *   microseconds; %KAD_TIME_NEVER for never
 */
gint64
kad_dispatcher_next_deadline (KadDispatcher *self)
{
  KadTimer *first = kad_timer_heap_peek (&self->deadlines);

  return first != NULL ? first->deadline_us : KAD_TIME_NEVER;
}

static void
time_out (KadDispatcher *self, Run *run)
{
  gint64 allowed_us = kad_command_handler_get_timeout_us (run->handler);
  guint n_results = kad_command_handler_get_n_results (run->handler);
  g_autoptr (GError) error = NULL;

  error = g_error_new (
      KAD_ERROR, KAD_ERROR_TIMEOUT,
      "%s did not end within %" G_GINT64_FORMAT " ms, with %u results so far; allow more time",
      kad_command_handler_get_name (run->handler), allowed_us / KAD_USEC_PER_MSEC, n_results);
  abort_run (self, run, error);
}

/**
 * kad_dispatcher_advance:
 * @self: a dispatcher
 * @now_us: monotonic time
 *
 * Fails the runs whose deadline has come, with %KAD_ERROR_TIMEOUT.
 */
void
kad_dispatcher_advance (KadDispatcher *self, gint64 now_us)
{
  KadTimer *first;

  self->now_us = MAX (self->now_us, now_us);
  while ((first = kad_timer_heap_peek (&self->deadlines)) != NULL && first->deadline_us <= now_us)
    time_out (self, (Run *) first);
}

/**
 * kad_dispatcher_get_n_running:
 * @self: a dispatcher
 *
 * Returns: how many runs have not ended
 */
guint
kad_dispatcher_get_n_running (KadDispatcher *self)
{
  return g_hash_table_size (self->runs);
}

/**
 * kad_dispatcher_fail_all:
 * @self: a dispatcher
 * @error: why
 *
 * Fails every run that is at work now, in the order in which they were started.
 */
void
kad_dispatcher_fail_all (KadDispatcher *self, const GError *error)
{
  guint64 last_id = self->last_id;

  enter (self);
  for (GList *link = self->chain.head; link != NULL; link = link->next)
    {
      Run *run = link->data;

      if (run->id <= last_id && !run->is_over)
        kad_command_handler_abort (run->handler, error);
    }
  leave (self);
}
