/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One stream of lines with all topics that are needed. It ends with the node, and is opened again
 * when the node is back; other topics need another stream. Lines go through KadGuiLines, and into
 * the lists some times a second, only if some came.
 */
#include <gio/gunixfdlist.h>
#include <string.h>
#include <unistd.h>

#include "kad-error.h"
#include "kad-gui-dbus-again.h"
#include "kad-gui-dbus-private.h"
#include "kad-gui-lines.h"
#include "kad-json-reader.h"
#include "kad-line-reader.h"

#define FLUSH_MS 100
/* A stream that ends while the node runs is opened again, but not all the time. */
#define REOPEN_MS 1000
#define STREAM_TOPICS                                                                              \
  (KAD_GUI_TOPIC_QUERIES | KAD_GUI_TOPIC_EVENTS | KAD_GUI_TOPIC_PUBLICATIONS                       \
   | KAD_GUI_TOPIC_RECORDS)

typedef struct
{
  KadGuiDbusPart parent;
  KadGuiDbusAgain open;
  gboolean is_opening;      /* OpenStream() is under way; one at a time, also for who left and came */
  gboolean is_stale;        /* what it will give is not wanted any more */
  int fd;                   /* -1: none */
  KadLineReader *reader;    /* (nullable) */
  KadGuiTopics open_topics; /* what the stream is about */
  KadGuiLines *lines;
  guint flush_timer;
  gint64 flushed_us;
} StreamPart;

typedef struct
{
  StreamPart *part;
  KadGuiTopics topics;
  KadGuiDbusSource *source; /* (owned) */
} Opening;

/* ---- lines ---- */

static gboolean
on_flush (gpointer user_data)
{
  StreamPart *self = user_data;

  self->flush_timer = 0;
  self->flushed_us = g_get_monotonic_time ();
  kad_gui_lines_flush (self->lines);
  return G_SOURCE_REMOVE;
}

static void
flush_soon (StreamPart *self)
{
  gint64 due_us = self->flushed_us + FLUSH_MS * 1000;
  gint64 now_us = g_get_monotonic_time ();

  if (self->flush_timer == 0)
    self->flush_timer = g_timeout_add ((guint) (MAX (due_us - now_us, 0) / 1000), on_flush, self);
}

static void
take_line (StreamPart *self, GVariant *fields, const char *text)
{
  guint64 n_lost = kad_gui_lines_take (self->lines, fields, text);

  if (n_lost > 0)
    kad_gui_source_add_lost (KAD_GUI_SOURCE (self->parent.source), n_lost);
  flush_soon (self);
}

/* Lists that have a snapshot are read again. */
static void
note_event (StreamPart *self, const char *event)
{
  KadGuiDbusPart **parts = self->parent.source->parts;

  if (g_str_has_prefix (event, "publication-"))
    kad_gui_dbus_publications_note (parts[KAD_GUI_DBUS_PUBLICATIONS]);
  else if (g_str_equal (event, "record-stored") || g_str_equal (event, "provider-stored"))
    kad_gui_dbus_records_note (parts[KAD_GUI_DBUS_RECORDS]);
  else if (g_str_equal (event, "module-failed"))
    kad_gui_dbus_catalog_note (parts[KAD_GUI_DBUS_CATALOG]);
}

static void
on_line (const char *line, gsize len, gpointer user_data)
{
  StreamPart *self = user_data;
  g_autoptr (GVariant) fields = line != NULL ? kad_json_read_object (line, len, NULL) : NULL;
  g_autofree char *text = NULL;
  const char *event = "";

  if (fields == NULL)
    {
      kad_gui_source_add_lost (KAD_GUI_SOURCE (self->parent.source), 1);
      return;
    }
  g_variant_lookup (fields, "event", "&s", &event);
  note_event (self, event);
  if ((self->open_topics & (KAD_GUI_TOPIC_QUERIES | KAD_GUI_TOPIC_EVENTS)) == 0)
    return;
  if (g_str_equal (event, "query-step")
      && !kad_gui_dbus_own_take_step (self->parent.source->own, fields))
    return;
  text = g_strndup (line, len);
  take_line (self, fields, text);
}

void
kad_gui_dbus_stream_take (KadGuiDbusSource *source, GVariant *fields)
{
  take_line ((StreamPart *) source->parts[KAD_GUI_DBUS_STREAM], fields, NULL);
}

void
kad_gui_dbus_stream_flush (KadGuiDbusSource *source)
{
  StreamPart *self = (StreamPart *) source->parts[KAD_GUI_DBUS_STREAM];

  kad_gui_lines_flush (self->lines);
}

gboolean
kad_gui_dbus_stream_has_steps (KadGuiDbusSource *source)
{
  StreamPart *self = (StreamPart *) source->parts[KAD_GUI_DBUS_STREAM];

  return self->reader != NULL && (self->open_topics & KAD_GUI_TOPIC_QUERIES) != 0;
}

/* ---- the stream ---- */

static void
close_stream (StreamPart *self)
{
  gboolean had_steps = kad_gui_dbus_stream_has_steps (self->parent.source);

  self->is_stale = TRUE;
  g_clear_pointer (&self->reader, kad_line_reader_free);
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  self->open_topics = 0;
  if (had_steps)
    kad_gui_dbus_own_catch_up (self->parent.source->own);
}

static void
on_end (gpointer user_data)
{
  StreamPart *self = user_data;

  close_stream (self);
  if (kad_gui_dbus_status_is_running (self->parent.source))
    kad_gui_dbus_again_request (&self->open);
}

/* (transfer full): -1 with an error if there is none. */
static int
steal_descriptor (GObject *object, GAsyncResult *result, GError **error)
{
  g_autoptr (GUnixFDList) list = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_with_unix_fd_list_finish (
      G_DBUS_CONNECTION (object), &list, result, error);
  int handle = -1;

  if (reply == NULL)
    return -1;
  g_variant_get (reply, "(h)", &handle);
  if (list == NULL || handle < 0 || handle >= g_unix_fd_list_get_length (list))
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_CORRUPT, "No descriptor came");
      return -1;
    }
  return g_unix_fd_list_get (list, handle, error);
}

static void
take_stream (StreamPart *self, int fd, KadGuiTopics topics, GError *error)
{
  if (fd >= 0)
    {
      self->fd = fd;
      self->open_topics = topics;
      self->reader = kad_line_reader_new (fd, on_line, on_end, self);
    }
  else
    {
      g_autoptr (GError) meant = kad_gui_dbus_convert_error (error);

      g_debug ("No stream: %s", meant->message);
      /* The service has not seen yet that those before were closed. */
      if (g_error_matches (meant, KAD_ERROR, KAD_ERROR_LIMIT_REACHED))
        kad_gui_dbus_again_request (&self->open);
    }
  kad_gui_dbus_again_done (&self->open);
}

static void
on_stream (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Opening *opening = user_data;
  StreamPart *self = opening->part;
  g_autoptr (GError) error = NULL;
  int fd = steal_descriptor (object, result, &error);

  self->is_opening = FALSE;
  if (!self->is_stale)
    take_stream (self, fd, opening->topics, g_steal_pointer (&error));
  else
    {
      if (fd >= 0)
        close (fd);
      if (self->parent.topics != 0)
        kad_gui_dbus_again_now (&self->open);
    }
  g_object_unref (opening->source);
  g_free (opening);
}

static GVariant *
new_topics (KadGuiTopics topics)
{
  static const struct
  {
    KadGuiTopics topic;
    const char *words[2];
  } words[] = {
    { KAD_GUI_TOPIC_QUERIES, { "queries", "steps" } },
    { KAD_GUI_TOPIC_EVENTS, { "events", "trace" } },
    { KAD_GUI_TOPIC_PUBLICATIONS, { "publications" } },
    { KAD_GUI_TOPIC_RECORDS, { "records" } },
  };
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    for (guint j = 0; j < 2 && (topics & words[i].topic) != 0; j++)
      if (words[i].words[j] != NULL)
        g_variant_builder_add (&builder, "s", words[i].words[j]);
  return g_variant_builder_end (&builder);
}

/* Not cancelled: what is opened must be closed. */
static void
begin_open (gpointer user_data)
{
  StreamPart *self = user_data;
  KadGuiDbusSource *source = self->parent.source;
  GDBusConnection *connection = kad_gui_dbus_link_get_connection (source->link);
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  Opening *opening;

  close_stream (self);
  /* When the one before is there, it is closed and the next asked for. */
  if (connection == NULL || self->is_opening)
    {
      kad_gui_dbus_again_done (&self->open);
      return;
    }
  self->is_opening = TRUE;
  self->is_stale = FALSE;
  opening = g_new0 (Opening, 1);
  opening->part = self;
  opening->topics = self->parent.topics;
  opening->source = g_object_ref (source);
  g_dbus_connection_call_with_unix_fd_list (
      connection, kad_gui_dbus_link_get_owner (source->link), KAD_GUI_ROOT_PATH,
      KAD_GUI_BUS_NAME ".Monitor", "OpenStream",
      g_variant_new ("(@asa{sv})", new_topics (self->parent.topics), &options),
      G_VARIANT_TYPE ("(h)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, KAD_GUI_CALL_MS, NULL, NULL,
      on_stream, opening);
}

/* ---- the part ---- */

static void
update_flags (StreamPart *self)
{
  KadGuiLinesFlags flags = KAD_GUI_LINES_QUERIES;

  if (self->parent.topics & KAD_GUI_TOPIC_EVENTS)
    flags |= KAD_GUI_LINES_EVENTS;
  kad_gui_lines_set_flags (self->lines, flags);
}

static void
stream_init (KadGuiDbusPart *part)
{
  StreamPart *self = (StreamPart *) part;

  self->fd = -1;
  /* Also of queries that are run while nobody looks at them. */
  self->lines = kad_gui_lines_new (kad_gui_dbus_part_get_store (part), KAD_GUI_LINES_QUERIES);
  kad_gui_dbus_again_init (&self->open, 0, REOPEN_MS, begin_open, self);
}

/* With other topics, too. */
static void
stream_start (KadGuiDbusPart *part)
{
  StreamPart *self = (StreamPart *) part;

  update_flags (self);
  kad_gui_dbus_again_stop (&self->open);
  kad_gui_dbus_again_now (&self->open);
}

static void
stream_stop (KadGuiDbusPart *part)
{
  StreamPart *self = (StreamPart *) part;

  update_flags (self);
  kad_gui_dbus_again_stop (&self->open);
  close_stream (self);
}

/* A stream that is open tells all anyway. */
static void
stream_read (KadGuiDbusPart *part)
{
  StreamPart *self = (StreamPart *) part;

  if (self->reader == NULL && !self->is_opening)
    kad_gui_dbus_again_now (&self->open);
}

/* Numbers begin anew. */
static void
stream_node_gone (KadGuiDbusPart *part)
{
  StreamPart *self = (StreamPart *) part;
  GListModel *events = kad_gui_store_get_events (kad_gui_dbus_part_get_store (part));
  g_autoptr (KadGuiEvent) last = NULL;
  guint n;

  kad_gui_lines_flush (self->lines);
  n = g_list_model_get_n_items (events);
  last = n > 0 ? g_list_model_get_item (events, n - 1) : NULL;
  kad_gui_lines_reset (self->lines, last != NULL ? last->number + 1 : 1);
}

static void
stream_clear (KadGuiDbusPart *part)
{
  StreamPart *self = (StreamPart *) part;

  g_clear_handle_id (&self->flush_timer, g_source_remove);
  kad_gui_lines_free (self->lines);
}

const KadGuiDbusPartClass kad_gui_dbus_stream_class = {
  .size = sizeof (StreamPart),
  .topics = STREAM_TOPICS,
  .init = stream_init,
  .start = stream_start,
  .changed = stream_start,
  .stop = stream_stop,
  .read = stream_read,
  .node_gone = stream_node_gone,
  .clear = stream_clear,
};
