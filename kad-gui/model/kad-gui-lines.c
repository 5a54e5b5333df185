/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-lines.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kad-gui-event-words.h"
#include "kad-gui-kept-lines.h"
#include "kad-gui-query-lines.h"
#include "kad-gui-table-lines.h"
#include "kad-json-writer.h"

/* What is kept of the line itself: ten thousand of them are kept. */
#define MAX_JSON_BYTES 8192
#define MAX_ASKED 64
/* Points of the series are no nearer to one another. */
#define POINT_US ((gint64) G_USEC_PER_SEC)

struct _KadGuiLines
{
  KadGuiStore *store;
  KadGuiLinesFlags flags;
  KadGuiQueryLines *queries;
  KadGuiKeptLines *kept;
  GPtrArray *events;    /* not yet in the list */
  KadGuiEvent *current; /* (owned) (nullable) of the line before, which a delivery may be about */
  gint64 number;        /* of the last event */
  gboolean after_query; /* the line before was about a query, and no step */
  gboolean peers_changed;
  gboolean touched; /* a peer that is seen: it glows */
  gboolean figures_changed;
  gint64 point_us; /* of the last point of the series */
};

KadGuiLines *
kad_gui_lines_new (KadGuiStore *store, KadGuiLinesFlags flags)
{
  KadGuiLines *self = g_new0 (KadGuiLines, 1);

  self->store = g_object_ref (store);
  self->flags = flags;
  self->queries = kad_gui_query_lines_new (store);
  self->kept = kad_gui_kept_lines_new (store);
  self->events = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

void
kad_gui_lines_free (KadGuiLines *self)
{
  g_clear_object (&self->current);
  g_ptr_array_unref (self->events);
  kad_gui_kept_lines_free (self->kept);
  kad_gui_query_lines_free (self->queries);
  g_object_unref (self->store);
  g_free (self);
}

void
kad_gui_lines_set_flags (KadGuiLines *self, KadGuiLinesFlags flags)
{
  self->flags = flags;
}

void
kad_gui_lines_set_next_number (KadGuiLines *self, gint64 number)
{
  self->number = number - 1;
}

void
kad_gui_lines_set_last_point (KadGuiLines *self, gint64 point_us, gboolean changed)
{
  self->point_us = point_us;
  self->figures_changed = changed;
}

void
kad_gui_lines_reset (KadGuiLines *self, gint64 next_number)
{
  g_clear_object (&self->current);
  g_ptr_array_set_size (self->events, 0);
  kad_gui_query_lines_reset (self->queries);
  kad_gui_kept_lines_reset (self->kept);
  self->peers_changed = FALSE;
  self->touched = FALSE;
  self->after_query = FALSE;
  self->number = next_number - 1;
  kad_gui_lines_set_last_point (self, 0, FALSE);
}

void
kad_gui_lines_set_store (KadGuiLines *self, KadGuiStore *store)
{
  g_set_object (&self->store, store);
  kad_gui_query_lines_set_store (self->queries, store);
  kad_gui_kept_lines_set_store (self->kept, store);
}

/* ---- events ---- */

/* A line that is too long to be kept is cut down as docs/events.md says. */
static char *
dup_json (GVariant *fields, const char *text)
{
  g_autoptr (GString) json = NULL;
  gint64 t = kad_gui_line_get_number (fields, "t");
  const char *event = kad_gui_line_get_text (fields, "event", KAD_GUI_MAX_LINE_NAME);

  if (text != NULL && strlen (text) <= MAX_JSON_BYTES)
    return g_strdup (text);
  json = g_string_new (NULL);
  if (text == NULL)
    kad_json_append_variant (json, fields);
  if (text == NULL && json->len <= MAX_JSON_BYTES)
    return g_string_free (g_steal_pointer (&json), FALSE);
  g_string_printf (json, "{\"t\":%" G_GINT64_FORMAT ",\"event\":", t);
  kad_json_append_string (json, event, strlen (event));
  g_string_append (json, ",\"truncated\":true}");
  return g_string_free (g_steal_pointer (&json), FALSE);
}

static KadGuiEvent *
add_event (KadGuiLines *self, gint64 time_us, const char *type, const char *words)
{
  KadGuiEvent *event = kad_gui_event_new ();

  kad_gui_item_set_int64 (event, KAD_GUI_EVENT_FIELD_NUMBER, ++self->number);
  kad_gui_item_set_int64 (event, KAD_GUI_EVENT_FIELD_TIME_US, time_us);
  kad_gui_item_set_string (event, KAD_GUI_EVENT_FIELD_TYPE, type);
  kad_gui_item_set_string (event, KAD_GUI_EVENT_FIELD_TEXT, words);
  g_ptr_array_add (self->events, event);
  if (self->events->len >= 2 * KAD_GUI_MAX_EVENTS)
    g_ptr_array_remove_range (self->events, 0, KAD_GUI_MAX_EVENTS);
  return event;
}

static void
take_event (KadGuiLines *self, const KadGuiLine *line, GVariant *fields, const char *text)
{
  g_autofree char *words = kad_gui_event_words (line);
  g_autofree char *json = dup_json (fields, text);
  KadGuiEvent *event = add_event (self, line->t, line->event, words);

  kad_gui_item_set_string (event, KAD_GUI_EVENT_FIELD_PEER, line->peer);
  kad_gui_item_set_string (event, KAD_GUI_EVENT_FIELD_FROM, line->from);
  kad_gui_item_set_int64 (event, KAD_GUI_EVENT_FIELD_QUERY_ID, kad_gui_line_get_row (line));
  kad_gui_item_set_string (event, KAD_GUI_EVENT_FIELD_KIND, line->kind);
  kad_gui_item_set_string (event, KAD_GUI_EVENT_FIELD_JSON, json);
  g_set_object (&self->current, event);
}

/* ---- deliveries ---- */

static void
take_asked (KadGuiEvent *event, GVariant *delivery)
{
  g_autoptr (GVariant) list = g_variant_lookup_value (delivery, "asked", G_VARIANT_TYPE ("av"));
  g_auto (GStrv) asked = kad_gui_line_dup_words (list, MAX_ASKED, KAD_GUI_MAX_LINE_NAME);

  kad_gui_item_set_strv (event, KAD_GUI_EVENT_FIELD_ASKED, (const char *const *) asked);
  kad_gui_item_set_uint (event, KAD_GUI_EVENT_FIELD_N_ASKED,
                         kad_gui_line_to_count (kad_gui_line_get_number (delivery, "n_asked")));
}

static void
take_delivery (KadGuiLines *self, const KadGuiLine *line, GVariant *fields, const char *text)
{
  KadGuiEvent *event = self->current;
  GVariant *delivery = line->delivery;
  const char *consumer = kad_gui_line_get_text (delivery, "consumer", KAD_GUI_MAX_LINE_NAME);
  gint64 consumer_run = kad_gui_line_get_number (delivery, "consumer_run");
  g_autofree char *json = NULL;

  /* Of its own query. */
  if ((self->flags & KAD_GUI_LINES_QUERIES) != 0 && self->after_query && *consumer != '\0'
      && kad_gui_line_get_number (delivery, "run") == consumer_run)
    kad_gui_query_lines_take_command (self->queries, consumer_run, consumer);
  if (event == NULL || event->delivered || event->time_us != line->t
      || !g_str_equal (event->type,
                       kad_gui_line_get_text (delivery, "event", KAD_GUI_MAX_LINE_NAME)))
    return;
  json = dup_json (fields, text);
  g_object_freeze_notify (G_OBJECT (event));
  take_asked (event, delivery);
  kad_gui_item_set_string (event, KAD_GUI_EVENT_FIELD_CONSUMER, consumer);
  kad_gui_item_set_int64 (event, KAD_GUI_EVENT_FIELD_CONSUMER_RUN, consumer_run);
  kad_gui_item_set_int64 (event, KAD_GUI_EVENT_FIELD_DELIVERY_US,
                          kad_gui_line_get_number (delivery, "duration_us"));
  kad_gui_item_set_string (event, KAD_GUI_EVENT_FIELD_DELIVERY_JSON, json);
  kad_gui_item_set_boolean (event, KAD_GUI_EVENT_FIELD_DELIVERED, TRUE);
  g_object_thaw_notify (G_OBJECT (event));
}

static void
take_lost (KadGuiLines *self, const KadGuiLine *line)
{
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, line->lost);
  g_autofree char *words
      = g_strdup_printf (_ ("%s lines are missing here: too much happened at once"), number);
  KadGuiEvent *event;

  g_clear_object (&self->current);
  self->after_query = FALSE;
  if ((self->flags & KAD_GUI_LINES_EVENTS) == 0)
    return;
  event = add_event (self, line->t, "lost", words);
  kad_gui_item_set_int64 (event, KAD_GUI_EVENT_FIELD_LOST, line->lost);
}

/* ---- how figures went ---- */

static gboolean
is_step (const KadGuiLine *line)
{
  return g_str_equal (line->event, "query-step");
}

/* A query had to do with the peer itself. */
static gboolean
is_contact (const KadGuiLine *line)
{
  static const char *const steps[] = { "dial", "send", "reply", "fail", "value", NULL };

  return is_step (line) && line->query != 0 && g_strv_contains (steps, line->step);
}

static void
add_points (KadGuiLines *self, gint64 at_us)
{
  KadGuiPeerList *peers = kad_gui_store_get_peers (self->store);

  kad_gui_series_add (kad_gui_store_get_series (self->store, "peers"), at_us,
                      kad_gui_peer_list_get_n_connected (peers));
  kad_gui_series_add (kad_gui_store_get_series (self->store, "table"), at_us,
                      kad_gui_peer_list_get_table_size (peers));
  kad_gui_series_add (kad_gui_store_get_series (self->store, "queries"), at_us,
                      kad_gui_query_lines_get_n_running (self->queries));
}

static void
take_all (KadGuiLines *self, const KadGuiLine *line)
{
  gboolean is_query
      = line->query != 0 && !is_step (line) && g_str_has_prefix (line->event, "query-");

  if (kad_gui_table_lines_take (self->store, line))
    self->peers_changed = self->figures_changed = TRUE;
  self->figures_changed |= is_query;
  kad_gui_kept_lines_take (self->kept, line);
  if ((self->flags & KAD_GUI_LINES_NO_SERIES) != 0 || !self->figures_changed
      || (self->point_us != 0 && line->t - self->point_us < POINT_US))
    return;
  add_points (self, line->t);
  self->point_us = line->t;
  self->figures_changed = FALSE;
}

/* ---- lines ---- */

static void
touch (KadGuiLines *self, const KadGuiLine *line)
{
  KadGuiPeerList *peers = kad_gui_store_get_peers (self->store);

  if (kad_gui_peer_list_find (peers, line->peer) == NULL)
    return;
  kad_gui_peer_list_touch (peers, line->peer, kad_gui_line_get_row (line), line->t);
  self->touched = TRUE;
}

static void
take_event_line (KadGuiLines *self, const KadGuiLine *line, GVariant *fields, const char *text)
{
  g_clear_object (&self->current);
  self->after_query = line->query != 0 && !is_step (line);
  if ((self->flags & KAD_GUI_LINES_ALL) != 0)
    kad_gui_table_lines_expire (self->store, line);
  if ((self->flags & KAD_GUI_LINES_EVENTS) != 0 && !is_step (line))
    take_event (self, line, fields, text);
  if ((self->flags & KAD_GUI_LINES_QUERIES) != 0 && g_str_has_prefix (line->event, "query-"))
    kad_gui_query_lines_take (self->queries, line);
  if ((self->flags & (KAD_GUI_LINES_QUERIES | KAD_GUI_LINES_ALL)) != 0 && is_contact (line))
    touch (self, line);
  if ((self->flags & KAD_GUI_LINES_ALL) != 0)
    take_all (self, line);
}

guint64
kad_gui_lines_take (KadGuiLines *self, GVariant *fields, const char *text)
{
  g_auto (KadGuiLine) line = { 0 };

  if (!g_variant_is_of_type (fields, G_VARIANT_TYPE_VARDICT))
    return 0;
  kad_gui_line_init (&line, fields);
  if (line.format > 0)
    {
      if ((self->flags & KAD_GUI_LINES_ALL) != 0)
        kad_gui_table_lines_take_header (self->store, fields);
      return 0;
    }
  if (*line.event == '\0')
    {
      if (line.delivery != NULL)
        take_delivery (self, &line, fields, text);
      else if (line.lost > 0)
        take_lost (self, &line);
      return line.delivery == NULL ? (guint64) line.lost : 0;
    }
  take_event_line (self, &line, fields, text);
  return 0;
}

static void
flush_counts (KadGuiLines *self)
{
  KadGuiStatus *status = kad_gui_store_get_status (self->store);
  KadGuiPeerList *peers = kad_gui_store_get_peers (self->store);

  kad_gui_item_set_uint (status, KAD_GUI_STATUS_FIELD_PEER_COUNT,
                         kad_gui_peer_list_get_n_connected (peers));
  kad_gui_item_set_uint (status, KAD_GUI_STATUS_FIELD_TABLE_SIZE,
                         kad_gui_peer_list_get_table_size (peers));
  kad_gui_store_table_changed (self->store);
}

void
kad_gui_lines_flush (KadGuiLines *self)
{
  if (self->events->len > 0)
    kad_gui_store_append_events (self->store, self->events);
  g_ptr_array_set_size (self->events, 0);
  kad_gui_query_lines_flush (self->queries);
  kad_gui_kept_lines_flush (self->kept);
  if (self->peers_changed)
    flush_counts (self);
  else if (self->touched)
    kad_gui_store_table_changed (self->store);
  self->peers_changed = FALSE;
  self->touched = FALSE;
}
