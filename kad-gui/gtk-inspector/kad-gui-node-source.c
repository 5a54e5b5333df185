/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-node-source.h"

#include <string.h>

#include "kad-delivery.h"
#include "kad-error.h"
#include "kad-gui-lines.h"
#include "kad-gui-node-rows.h"
#include "kad-json-reader.h"
#include "kad-json-writer.h"
#include "kad-stream-format.h"

/* What came is put into the lists so often at most. */
#define FLUSH_MS 100
/* What changed is read anew so often at most. */
#define READ_MS 1000

#define LINES (KAD_GUI_TOPIC_QUERIES | KAD_GUI_TOPIC_EVENTS)

struct _KadGuiNodeSource
{
  KadGuiSource parent_instance;

  GWeakRef node;
  KadGuiLines *lines;
  GCancellable *reading; /* (nullable) of what is being read */
  guint n_reading;
  gboolean read_again;
  guint watch, trace; /* ids of the node's, 0: none */
  gulong notify_id;
  guint flush_id, read_id;
  GHashTable *own; /* KadGuiQuery -> GCancellable: our own that run */
};

G_DEFINE_FINAL_TYPE (KadGuiNodeSource, kad_gui_node_source, KAD_GUI_TYPE_SOURCE)

static KadGuiStore *
get_store (KadGuiNodeSource *self)
{
  return kad_gui_source_get_store (KAD_GUI_SOURCE (self));
}

static KadNode *
ref_node (KadGuiNodeSource *self)
{
  return g_weak_ref_get (&self->node);
}

/* ---- what the node is ---- */

static const char *
get_state (KadNode *node)
{
  switch (kad_node_get_state (node))
    {
    case KAD_NODE_STATE_STARTING:
      return "starting";
    case KAD_NODE_STATE_RUNNING:
      return kad_node_is_joined (node) ? "online" : "offline";
    default:
      return "stopped";
    }
}

static void
update_status (KadGuiNodeSource *self, KadNode *node)
{
  KadGuiStatus *status = kad_gui_store_get_status (get_store (self));
  g_autofree char *peer = kad_peer_id_to_string (kad_node_get_peer_id (node));
  g_auto (GStrv) addresses = kad_node_dup_addresses (node);

  kad_gui_item_set_string (status, KAD_GUI_STATUS_FIELD_STATE, get_state (node));
  kad_gui_item_set_string (status, KAD_GUI_STATUS_FIELD_PEER_ID, peer);
  kad_gui_item_set_string (status, KAD_GUI_STATUS_FIELD_MODE,
                           kad_mode_get_name (kad_node_get_mode (node)));
  kad_gui_item_set_boolean (status, KAD_GUI_STATUS_FIELD_SERVING, kad_node_is_server (node));
  kad_gui_item_set_string (status, KAD_GUI_STATUS_FIELD_VERSION, KAD_VERSION);
  kad_gui_item_set_strv (status, KAD_GUI_STATUS_FIELD_LISTEN_ADDRESSES,
                         (const char *const *) addresses);
  kad_gui_item_set_uint (status, KAD_GUI_STATUS_FIELD_PEER_COUNT,
                         kad_node_get_n_connections (node));
  kad_gui_item_set_uint (status, KAD_GUI_STATUS_FIELD_TABLE_SIZE, kad_node_get_table_size (node));
  kad_gui_store_status_changed (get_store (self));
}

/* ---- what it shows when it is asked ---- */

typedef struct
{
  KadGuiNodeSource *source; /* (owned) */
  KadGuiRowsFunc take;
  GPtrArray *rows;
  GTask *task; /* (nullable) who waits for it */
} Reading;

static void read_soon (KadGuiNodeSource *self);

static Reading *
reading_new (KadGuiNodeSource *self, KadGuiRowsFunc take, GTask *task)
{
  Reading *reading = g_new0 (Reading, 1);

  reading->source = g_object_ref (self);
  reading->take = take;
  reading->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  reading->task = task != NULL ? g_object_ref (task) : NULL;
  return reading;
}

static void
reading_free (Reading *reading)
{
  g_ptr_array_unref (reading->rows);
  g_clear_object (&reading->task);
  g_object_unref (reading->source);
  g_free (reading);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reading, reading_free)

static void
on_row (KadNode *node, GVariant *row, gpointer user_data)
{
  Reading *reading = user_data;

  if (reading->rows->len < KAD_GUI_MAX_ROWS)
    g_ptr_array_add (reading->rows, kad_gui_node_rows_flatten (row));
}

static void
on_read (GObject *node, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Reading) reading = user_data;
  KadGuiNodeSource *self = reading->source;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) summary = kad_node_run_finish (KAD_NODE (node), result, &error);
  gboolean is_wanted = kad_gui_source_get_topics (KAD_GUI_SOURCE (self)) != 0;

  self->n_reading--;
  /* A node that does not run shows nothing, and that is no failure. */
  if (summary != NULL && is_wanted)
    reading->take (get_store (self), reading->rows);
  if (self->n_reading == 0 && self->read_again && is_wanted)
    read_soon (self);
}

static void
read_now (KadGuiNodeSource *self)
{
  g_autoptr (KadNode) node = ref_node (self);
  KadGuiTopics topics = kad_gui_source_get_topics (KAD_GUI_SOURCE (self));

  self->read_again = FALSE;
  if (node == NULL)
    return;
  update_status (self, node);
  if (!kad_node_is_running (node))
    return;
  for (const KadGuiRows *rows = kad_gui_node_rows_get_all (); rows->command != NULL; rows++)
    if ((rows->topics & topics) != 0)
      {
        Reading *reading = reading_new (self, rows->take, NULL);

        self->n_reading++;
        kad_node_run_async (node, rows->command, NULL, on_row, reading, NULL, self->reading,
                            on_read, reading);
      }
}

static gboolean
on_read_due (gpointer user_data)
{
  KadGuiNodeSource *self = user_data;

  self->read_id = 0;
  if (self->n_reading > 0)
    self->read_again = TRUE;
  else
    read_now (self);
  return G_SOURCE_REMOVE;
}

/* Something changed: only then. */
static void
read_soon (KadGuiNodeSource *self)
{
  if (self->read_id == 0)
    self->read_id = g_timeout_add (READ_MS, on_read_due, self);
}

/* ---- what it tells by itself ---- */

static gboolean
on_flush_due (gpointer user_data)
{
  KadGuiNodeSource *self = user_data;

  self->flush_id = 0;
  kad_gui_lines_flush (self->lines);
  return G_SOURCE_REMOVE;
}

static void
take_text (KadGuiNodeSource *self, const char *text)
{
  g_autoptr (GVariant) fields = kad_json_read_object (text, strlen (text), NULL);

  if (fields != NULL)
    kad_gui_lines_take (self->lines, fields, text);
  if (self->flush_id == 0)
    self->flush_id = g_timeout_add (FLUSH_MS, on_flush_due, self);
}

/* Steps and what was only asked of us change nothing that is read. */
static gboolean
is_change (const KadEvent *event)
{
  switch (kad_stream_topic_of_event (event->type))
    {
    case KAD_STREAM_PEERS:
      return event->type != KAD_EVENT_REQUEST_SERVED;
    case KAD_STREAM_TABLE:
    case KAD_STREAM_NODE:
    case KAD_STREAM_PUBLICATIONS:
      return TRUE;
    default:
      return FALSE;
    }
}

static void
on_event (KadNode *node, KadEvent *event, gpointer user_data)
{
  if (is_change (event))
    read_soon (user_data);
}

static void
on_delivery (KadNode *node, KadDelivery *delivery, guint64 n_lost, gpointer user_data)
{
  KadGuiNodeSource *self = user_data;
  g_autofree char *event = NULL;
  g_autofree char *way = NULL;

  if (n_lost > 0)
    {
      g_autofree char *lost = kad_stream_format_lost (g_get_real_time (), n_lost);

      take_text (self, lost);
      kad_gui_source_add_lost (KAD_GUI_SOURCE (self), n_lost);
    }
  if (delivery == NULL)
    return;
  event = kad_stream_format_event (kad_delivery_get_event (delivery));
  way = kad_stream_format_delivery (delivery);
  take_text (self, event);
  take_text (self, way);
}

static gboolean
on_changed_here (gpointer user_data)
{
  KadGuiNodeSource *self = user_data;
  g_autoptr (KadNode) node = ref_node (self);

  if (node != NULL && kad_gui_source_get_topics (KAD_GUI_SOURCE (self)) != 0)
    {
      update_status (self, node);
      read_soon (self);
    }
  return G_SOURCE_REMOVE;
}

/* In the context of who made the node, which may be another thread. */
static void
on_changed (KadNode *node, GParamSpec *pspec, gpointer user_data)
{
  g_main_context_invoke_full (NULL, G_PRIORITY_DEFAULT, on_changed_here, g_object_ref (user_data),
                              g_object_unref);
}

/* ---- following ---- */

static void
stop_lines (KadGuiNodeSource *self, KadNode *node)
{
  if (self->trace != 0 && node != NULL)
    kad_node_unwatch_trace (node, self->trace);
  self->trace = 0;
  g_clear_handle_id (&self->flush_id, g_source_remove);
  kad_gui_lines_flush (self->lines);
}

static void
stop_all (KadGuiNodeSource *self)
{
  g_autoptr (KadNode) node = ref_node (self);

  stop_lines (self, node);
  if (self->watch != 0 && node != NULL)
    kad_node_unwatch (node, self->watch);
  if (self->notify_id != 0 && node != NULL)
    g_signal_handler_disconnect (node, self->notify_id);
  self->watch = 0;
  self->notify_id = 0;
  g_clear_handle_id (&self->read_id, g_source_remove);
  if (self->reading != NULL)
    g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
}

static void
follow (KadGuiSource *source, KadGuiTopics topics)
{
  KadGuiNodeSource *self = KAD_GUI_NODE_SOURCE (source);
  g_autoptr (KadNode) node = ref_node (self);

  if (topics == 0 || node == NULL)
    {
      stop_all (self);
      if (node == NULL)
        kad_gui_source_set_state (source, KAD_GUI_SOURCE_FAILED, "NotFound",
                                  "The node is not there any more");
      return;
    }
  if (self->watch == 0)
    {
      self->reading = g_cancellable_new ();
      self->watch = kad_node_watch (node, on_event, self, NULL);
      self->notify_id = g_signal_connect (node, "notify", G_CALLBACK (on_changed), self);
    }
  if ((topics & LINES) == 0)
    stop_lines (self, node);
  else if (self->trace == 0)
    self->trace = kad_node_watch_trace (node, on_delivery, self, NULL);
  kad_gui_lines_set_flags (self->lines,
                           ((topics & KAD_GUI_TOPIC_QUERIES) != 0 ? KAD_GUI_LINES_QUERIES : 0)
                               | ((topics & KAD_GUI_TOPIC_EVENTS) != 0 ? KAD_GUI_LINES_EVENTS : 0));
  if (self->n_reading > 0)
    self->read_again = TRUE;
  else
    read_now (self);
}

static void
refresh (KadGuiSource *source)
{
  KadGuiNodeSource *self = KAD_GUI_NODE_SOURCE (source);

  if (self->n_reading == 0)
    read_now (self);
  else
    self->read_again = TRUE;
}

static void
open_node (KadGuiSource *source)
{
  g_autoptr (KadNode) node = ref_node (KAD_GUI_NODE_SOURCE (source));

  if (node != NULL)
    {
      update_status (KAD_GUI_NODE_SOURCE (source), node);
      kad_gui_node_rows_fill_commands (kad_gui_source_get_store (source));
      kad_gui_source_set_state (source, KAD_GUI_SOURCE_OPEN, NULL, NULL);
    }
  else
    kad_gui_source_set_state (source, KAD_GUI_SOURCE_FAILED, "NotFound",
                              "The node is not there any more");
}

static void
close_node (KadGuiSource *source)
{
  KadGuiNodeSource *self = KAD_GUI_NODE_SOURCE (source);
  GHashTableIter iter;
  gpointer cancellable;

  stop_all (self);
  g_hash_table_iter_init (&iter, self->own);
  while (g_hash_table_iter_next (&iter, NULL, &cancellable))
    g_cancellable_cancel (cancellable);
}

/* ---- doing ---- */

static GVariant *
new_rows (GPtrArray *rows)
{
  return g_variant_new_array (G_VARIANT_TYPE_VARDICT, (GVariant **) rows->pdata, rows->len);
}

static void
on_run (GObject *node, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Reading) reading = user_data;
  g_autoptr (GVariant) summary = NULL;
  GError *error = NULL;

  summary = kad_node_run_finish (KAD_NODE (node), result, &error);
  if (summary == NULL)
    {
      g_task_return_error (reading->task, error);
      return;
    }
  if (reading->take != NULL)
    {
      reading->take (get_store (reading->source), reading->rows);
      g_task_return_boolean (reading->task, TRUE);
      return;
    }
  g_task_return_pointer (
      reading->task,
      g_variant_ref_sink (g_variant_new ("(@aa{sv}@a{sv})", new_rows (reading->rows), summary)),
      (GDestroyNotify) g_variant_unref);
}

static void
start_run (KadGuiSource *source, const char *command, GVariant *options, KadGuiRowsFunc take,
           GTask *task)
{
  KadGuiNodeSource *self = KAD_GUI_NODE_SOURCE (source);
  g_autoptr (KadNode) node = ref_node (self);
  Reading *reading;

  if (node == NULL)
    {
      g_task_return_new_error (task, KAD_ERROR, KAD_ERROR_NOT_FOUND,
                               "The node is not there any more");
      return;
    }
  reading = reading_new (self, take, task);
  kad_node_run_async (node, command, options, on_row, reading, NULL, g_task_get_cancellable (task),
                      on_run, reading);
}

static void
run (KadGuiSource *source, const char *command, GVariant *options, GTask *task)
{
  start_run (source, command, options, NULL, task);
}

static void
check_health (KadGuiSource *source, GTask *task)
{
  start_run (source, "check-health", NULL, kad_gui_node_rows_take_checks, task);
}

/* ---- queries of our own ---- */

typedef struct
{
  KadGuiNodeSource *source; /* (owned) */
  KadGuiQuery *query;       /* (owned) */
} Own;

static void
on_own_result (KadNode *node, GVariant *row, gpointer user_data)
{
  kad_gui_node_rows_add_result (((Own *) user_data)->query, row);
}

static void
end_query (KadGuiNodeSource *self, KadGuiQuery *query, GVariant *summary, const GError *error)
{
  g_autoptr (GString) json = g_string_new (NULL);
  const char *outcome = "failed";

  if (summary != NULL)
    {
      kad_json_append_variant (json, summary);
      kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_SUMMARY, json->str);
      g_variant_lookup (summary, "outcome", "&s", &outcome);
    }
  else
    {
      kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_ERROR_CODE, kad_error_get_name (error));
      kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_ERROR_MESSAGE, error->message);
      if (g_error_matches (error, KAD_ERROR, KAD_ERROR_CANCELLED))
        outcome = "cancelled";
    }
  kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_OUTCOME, outcome);
  kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_DURATION_US,
                          kad_gui_store_get_now_us (get_store (self)) - query->started_us);
  kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_STATE, KAD_GUI_QUERY_FINISHED);
}

static void
on_own_end (GObject *node, GAsyncResult *result, gpointer user_data)
{
  Own *own = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) summary = kad_node_run_finish (KAD_NODE (node), result, &error);

  end_query (own->source, own->query, summary, error);
  g_hash_table_remove (own->source->own, own->query);
  g_object_unref (own->query);
  g_object_unref (own->source);
  g_free (own);
}

static KadGuiQuery *
start_query (KadGuiSource *source, const char *command, GVariant *options, GError **error)
{
  KadGuiNodeSource *self = KAD_GUI_NODE_SOURCE (source);
  g_autoptr (KadNode) node = ref_node (self);
  g_autoptr (KadGuiQuery) query = NULL;
  GCancellable *cancellable;
  Own *own;
  guint64 number;

  if (node == NULL || !kad_node_is_running (node))
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_NOT_RUNNING, "The node is not running");
      return NULL;
    }
  query = kad_gui_query_new ();
  kad_gui_item_set_boolean (query, KAD_GUI_QUERY_FIELD_OWN, TRUE);
  kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_KIND, command);
  kad_gui_item_set_string (query, KAD_GUI_QUERY_FIELD_COMMAND, command);
  kad_gui_item_set_int64 (query, KAD_GUI_QUERY_FIELD_STARTED_US,
                          kad_gui_store_get_now_us (get_store (self)));
  kad_gui_item_set_uint (query, KAD_GUI_QUERY_FIELD_STATE, KAD_GUI_QUERY_RUNNING);
  kad_gui_store_add_query (get_store (self), query);
  cancellable = g_cancellable_new ();
  g_hash_table_insert (self->own, g_object_ref (query), cancellable);
  own = g_new0 (Own, 1);
  own->source = g_object_ref (self);
  own->query = g_object_ref (query);
  number = kad_node_run_full (node, command, options, on_own_result, own, NULL, cancellable,
                              on_own_end, own);
  if (number > 0)
    kad_gui_store_set_run (get_store (self), query, (gint64) number);
  return query;
}

static void
cancel_query (KadGuiSource *source, KadGuiQuery *query)
{
  GCancellable *cancellable = g_hash_table_lookup (KAD_GUI_NODE_SOURCE (source)->own, query);

  if (cancellable != NULL)
    g_cancellable_cancel (cancellable);
}

/* ---- its life ---- */

static void
kad_gui_node_source_finalize (GObject *object)
{
  KadGuiNodeSource *self = KAD_GUI_NODE_SOURCE (object);

  stop_all (self);
  kad_gui_lines_free (self->lines);
  g_hash_table_unref (self->own);
  g_weak_ref_clear (&self->node);
  G_OBJECT_CLASS (kad_gui_node_source_parent_class)->finalize (object);
}

static void
kad_gui_node_source_class_init (KadGuiNodeSourceClass *klass)
{
  KadGuiSourceClass *source_class = KAD_GUI_SOURCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = kad_gui_node_source_finalize;
  source_class->abilities = KAD_GUI_CAN_RUN | KAD_GUI_CAN_CHECK | KAD_GUI_IS_LIVE;
  source_class->open = open_node;
  source_class->close = close_node;
  source_class->follow = follow;
  source_class->refresh = refresh;
  source_class->run = run;
  source_class->start_query = start_query;
  source_class->cancel_query = cancel_query;
  source_class->check_health = check_health;
}

static void
kad_gui_node_source_init (KadGuiNodeSource *self)
{
  g_weak_ref_init (&self->node, NULL);
  self->lines = kad_gui_lines_new (get_store (self), 0);
  self->own = g_hash_table_new_full (NULL, NULL, g_object_unref, g_object_unref);
}

KadGuiSource *
kad_gui_node_source_new (KadNode *node)
{
  KadGuiNodeSource *self = g_object_new (KAD_GUI_TYPE_NODE_SOURCE, NULL);
  g_autofree char *peer = kad_peer_id_to_string (kad_node_get_peer_id (node));

  g_weak_ref_set (&self->node, node);
  kad_gui_source_set_title (KAD_GUI_SOURCE (self), peer);
  return KAD_GUI_SOURCE (self);
}
