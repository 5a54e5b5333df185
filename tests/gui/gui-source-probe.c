/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A KadGuiDbusSource without a window, for test_dbus_source.py: a command a line on stdin, an
 * answer a line on stdout, JSON.
 *
 *   gui-source-probe session|ADDRESS
 *
 *   open, close, autostart, refresh, quit
 *   topics NUMBER       pause 0|1
 *   get
 * state|status|stats|peers|buckets|queries|events|publications|records|modules|commands|checks
 *   series NAME         query NUMBER (of the list: with contacts, steps, results)
 *   start COMMAND VARIANT, cancel NUMBER, run COMMAND VARIANT, control NUMBER, health
 *   publication PATH refresh|remove
 */
#include <stdio.h>
#include <string.h>

#include "kad-error.h"
#include "kad-gui-dbus-source.h"
#include "kad-json-writer.h"
#include "kad-line-reader.h"

typedef struct
{
  KadGuiSource *source;
  GMainLoop *loop;
  guint n_table_changes;
} Probe;

static void say (const char *format, ...) G_GNUC_PRINTF (1, 2);

static void
say (const char *format, ...)
{
  g_autofree char *line = NULL;
  va_list list;

  va_start (list, format);
  line = g_strdup_vprintf (format, list);
  va_end (list);
  g_print ("%s\n", line);
  fflush (stdout);
}

static void
say_error (const GError *error)
{
  GString *json = g_string_new ("{\"error\":");
  const char *name = error->domain == KAD_ERROR ? kad_error_get_name (error) : "GError";

  kad_json_append_string (json, name, strlen (name));
  g_string_append (json, ",\"message\":");
  kad_json_append_string (json, error->message, strlen (error->message));
  g_string_append (json, "}");
  say ("%s", json->str);
  g_string_free (json, TRUE);
}

/* ---- lists ---- */

static void
append_list (GString *json, GListModel *list)
{
  guint n = g_list_model_get_n_items (list);

  g_string_append_c (json, '[');
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (list, i);
      g_autofree char *text = kad_gui_item_dup_json (item);

      g_string_append_printf (json, "%s%s", i > 0 ? "," : "", text);
    }
  g_string_append_c (json, ']');
}

static void
say_list (GListModel *list)
{
  g_autoptr (GString) json = g_string_new (NULL);

  append_list (json, list);
  say ("%s", json->str);
}

static void
say_query (Probe *self, guint number)
{
  KadGuiStore *store = kad_gui_source_get_store (self->source);
  g_autoptr (KadGuiQuery) query = g_list_model_get_item (kad_gui_store_get_queries (store), number);
  g_autoptr (GString) json = g_string_new (NULL);
  g_autofree char *text = NULL;

  if (query == NULL)
    {
      say ("{\"error\":\"NotFound\"}");
      return;
    }
  text = kad_gui_item_dup_json (query);
  g_string_append_printf (json, "{\"query\":%s,\"has_target\":%s,\"contacts\":", text,
                          query->has_target ? "true" : "false");
  append_list (json, query->contacts);
  g_string_append (json, ",\"steps\":");
  append_list (json, query->steps);
  g_string_append (json, ",\"results\":");
  append_list (json, query->results);
  g_string_append (json, "}");
  say ("%s", json->str);
}

static void
say_series (Probe *self, const char *name)
{
  g_autoptr (GString) json = g_string_new ("[");
  guint n;
  const KadGuiPoint *points = kad_gui_series_get_points (
      kad_gui_store_get_series (kad_gui_source_get_store (self->source), name), &n);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (json, "%s[%" G_GINT64_FORMAT ",%f]", i > 0 ? "," : "", points[i].at_us,
                            points[i].value);
  g_string_append_c (json, ']');
  say ("%s", json->str);
}

static void
say_state (Probe *self)
{
  static const char *const names[] = { "closed", "connecting", "open", "failed" };
  g_autoptr (GString) json = g_string_new (NULL);
  const char *message = kad_gui_source_get_error_message (self->source);
  guint64 lost;

  g_object_get (self->source, "lost", &lost, NULL);
  g_string_append_printf (
      json,
      "{\"state\":\"%s\",\"code\":\"%s\",\"topics\":%u,\"lost\":%" G_GUINT64_FORMAT
      ",\"can_autostart\":%s,\"table_changes\":%u,"
      "\"message\":",
      names[kad_gui_source_get_state (self->source)], kad_gui_source_get_error_code (self->source),
      kad_gui_source_get_topics (self->source), lost,
      kad_gui_dbus_source_can_autostart (KAD_GUI_DBUS_SOURCE (self->source)) ? "true" : "false",
      self->n_table_changes);
  kad_json_append_string (json, message, strlen (message));
  g_string_append_c (json, '}');
  say ("%s", json->str);
}

static void
say_stats (KadGuiStore *store)
{
  g_autoptr (GString) json = g_string_new (NULL);

  if (kad_gui_store_get_stats (store) != NULL)
    kad_json_append_variant (json, kad_gui_store_get_stats (store));
  else
    g_string_append (json, "null");
  say ("%s", json->str);
}

static void
do_get (Probe *self, const char *what)
{
  KadGuiStore *store = kad_gui_source_get_store (self->source);
  const struct
  {
    const char *name;
    GListModel *list;
  } lists[] = {
    { "peers", G_LIST_MODEL (kad_gui_store_get_peers (store)) },
    { "buckets", kad_gui_store_get_buckets (store) },
    { "queries", kad_gui_store_get_queries (store) },
    { "events", kad_gui_store_get_events (store) },
    { "publications", kad_gui_store_get_publications (store) },
    { "records", kad_gui_store_get_records (store) },
    { "modules", kad_gui_store_get_modules (store) },
    { "commands", kad_gui_store_get_commands (store) },
    { "checks", kad_gui_store_get_checks (store) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    if (g_str_equal (what, lists[i].name))
      {
        say_list (lists[i].list);
        return;
      }
  if (g_str_equal (what, "status"))
    {
      g_autofree char *json = kad_gui_item_dup_json (kad_gui_store_get_status (store));

      say ("%s", json);
    }
  else if (g_str_equal (what, "stats"))
    say_stats (store);
  else
    say_state (self);
}

/* ---- what is done ---- */

static void
on_run (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = kad_gui_source_run_finish (KAD_GUI_SOURCE (object), result, &error);
  g_autoptr (GString) json = g_string_new (NULL);

  if (reply == NULL)
    {
      say_error (error);
      return;
    }
  kad_json_append_variant (json, reply);
  say ("%s", json->str);
}

static void
on_done (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (kad_gui_source_finish (KAD_GUI_SOURCE (object), result, &error))
    say ("true");
  else
    say_error (error);
}

static GVariant *
parse_options (const char *text)
{
  g_autoptr (GError) error = NULL;
  GVariant *options = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);

  if (options == NULL)
    g_error ("%s: %s", text, error->message);
  return options;
}

static void
do_start (Probe *self, const char *command, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) options = parse_options (text);

  if (kad_gui_source_start_query (self->source, command, options, &error) == NULL)
    say_error (error);
  else
    say ("%u", g_list_model_get_n_items (
                   kad_gui_store_get_queries (kad_gui_source_get_store (self->source)))
                   - 1);
}

static void
do_cancel (Probe *self, guint number)
{
  g_autoptr (KadGuiQuery) query = g_list_model_get_item (
      kad_gui_store_get_queries (kad_gui_source_get_store (self->source)), number);

  kad_gui_source_cancel_query (self->source, query);
  say ("true");
}

static void
do_publication (Probe *self, const char *path, gboolean remove)
{
  GListModel *list = kad_gui_store_get_publications (kad_gui_source_get_store (self->source));
  guint n = g_list_model_get_n_items (list);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KadGuiPublication) item = g_list_model_get_item (list, i);

      if (!g_str_equal (item->path, path))
        continue;
      kad_gui_source_change_publication_async (self->source, item, remove, NULL, on_done, self);
      return;
    }
  say ("{\"error\":\"NotFound\"}");
}

static gboolean
do_plain (Probe *self, const char *word)
{
  if (g_str_equal (word, "open"))
    kad_gui_source_open (self->source);
  else if (g_str_equal (word, "close"))
    kad_gui_source_close (self->source);
  else if (g_str_equal (word, "autostart"))
    kad_gui_dbus_source_set_autostart (KAD_GUI_DBUS_SOURCE (self->source), TRUE);
  else if (g_str_equal (word, "refresh"))
    kad_gui_source_refresh (self->source);
  else if (g_str_equal (word, "quit"))
    g_main_loop_quit (self->loop);
  else
    return FALSE;
  say ("true");
  return TRUE;
}

static void
do_words (Probe *self, const char *word, const char *first, const char *second)
{
  guint number = (guint) g_ascii_strtoull (first, NULL, 10);

  if (g_str_equal (word, "topics"))
    {
      kad_gui_source_set_topics (self->source, number);
      say ("true");
    }
  else if (g_str_equal (word, "pause"))
    {
      kad_gui_source_set_paused (self->source, number != 0);
      say ("true");
    }
  else if (g_str_equal (word, "get"))
    do_get (self, first);
  else if (g_str_equal (word, "series"))
    say_series (self, first);
  else if (g_str_equal (word, "query"))
    say_query (self, number);
  else if (g_str_equal (word, "start"))
    do_start (self, first, second);
  else if (g_str_equal (word, "cancel"))
    do_cancel (self, number);
  else if (g_str_equal (word, "run"))
    kad_gui_source_run_async (self->source, first, parse_options (second), NULL, on_run, self);
  else if (g_str_equal (word, "control"))
    kad_gui_source_control_async (self->source, number, NULL, on_done, self);
  else if (g_str_equal (word, "health"))
    kad_gui_source_check_health_async (self->source, NULL, on_done, self);
  else if (g_str_equal (word, "publication"))
    do_publication (self, first, g_str_equal (second, "remove"));
  else
    g_error ("No command is called %s", word);
}

static void
on_line (const char *line, gsize len, gpointer user_data)
{
  g_autofree char *text = g_strndup (line, len);
  g_auto (GStrv) words = g_strsplit (text, " ", 3);
  guint n = g_strv_length (words);

  if (n > 0 && !do_plain (user_data, words[0]))
    do_words (user_data, words[0], n > 1 ? words[1] : "", n > 2 ? words[2] : "");
}

static void
on_end (gpointer user_data)
{
  g_main_loop_quit (((Probe *) user_data)->loop);
}

static void
on_table_changed (KadGuiStore *store, gpointer user_data)
{
  ((Probe *) user_data)->n_table_changes++;
}

int
main (int argc, char **argv)
{
  Probe self = { NULL };
  KadLineReader *reader;

  if (argc != 2)
    return 2;
  self.loop = g_main_loop_new (NULL, FALSE);
  self.source = g_str_equal (argv[1], "session") ? kad_gui_dbus_source_new_session ()
                                                 : kad_gui_dbus_source_new_address (argv[1], NULL);
  g_signal_connect (kad_gui_source_get_store (self.source), "table-changed",
                    G_CALLBACK (on_table_changed), &self);
  reader = kad_line_reader_new (0, on_line, on_end, &self);
  g_main_loop_run (self.loop);
  kad_gui_source_close (self.source);
  kad_line_reader_free (reader);
  g_object_unref (self.source);
  /* What was cancelled lets go. */
  for (guint i = 0; i < 100; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  g_main_loop_unref (self.loop);
  return 0;
}
