/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-control.h"

#include <string.h>

#include "kad-error.h"
#include "kad-escape.h"
#include "kad-json-reader.h"
#include "kad-json-writer.h"
#include "kad-line-reader.h"

/* One request a line, and as many at a time as there are, up to a bound. Every request ends with
 * exactly one line of its id that has "done" or "error": a request that cannot be read has
 * the id null, and so has one whose id is in use, because its error would else end the other.
 * A request is checked whole before anything is done. */

/* After stdin has ended, for commands that are nearly done. */
#define END_GRACE_MS 2000
#define MAX_SHOWN 64

struct _KadControl
{
  KadOutput *output; /* not owned */
  const KadControlHost *host;
  gpointer user_data;
  KadLineReader *reader; /* (nullable) */
  GHashTable *runs;      /* (element-type utf8 Run) by id as JSON */
  guint end_source;
  gboolean has_ended;
};

/* A command that runs. */
typedef struct
{
  KadControl *control;
  char *id; /* as JSON */
  GCancellable *cancellable;
} Run;

static void
run_free (gpointer data)
{
  Run *run = data;

  g_free (run->id);
  g_object_unref (run->cancellable);
  g_free (run);
}

static void
answer_error (KadControl *self, const char *id, const GError *error)
{
  kad_output_json_error (self->output, id != NULL ? id : "null", error);
}

void
kad_control_done (KadControl *self, const char *id, GVariant *summary)
{
  g_autoptr (GVariant) owned = summary != NULL ? g_variant_ref_sink (summary) : NULL;
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GVariantIter iter;
  GVariant *entry;

  g_variant_builder_add (&builder, "{sv}", "done", g_variant_new_boolean (TRUE));
  if (owned != NULL)
    {
      g_variant_iter_init (&iter, owned);
      while ((entry = g_variant_iter_next_value (&iter)) != NULL)
        {
          g_variant_builder_add_value (&builder, entry);
          g_variant_unref (entry);
        }
    }
  kad_output_json (self->output, id, g_variant_builder_end (&builder));
}

/* ---- the end of stdin ---- */

static void
end_now (KadControl *self)
{
  if (self->has_ended)
    return;
  self->has_ended = TRUE;
  if (self->end_source != 0)
    g_source_remove (self->end_source);
  self->end_source = 0;
  self->host->on_end (self->user_data);
}

static gboolean
on_grace_over (gpointer user_data)
{
  KadControl *self = user_data;

  self->end_source = 0;
  end_now (self);
  return G_SOURCE_REMOVE;
}

static void
on_stdin_end (gpointer user_data)
{
  KadControl *self = user_data;

  if (g_hash_table_size (self->runs) == 0)
    end_now (self);
  else
    self->end_source = g_timeout_add (END_GRACE_MS, on_grace_over, self);
}

/* ---- commands ---- */

static void
on_result (KadNode *node, GVariant *result, gpointer user_data)
{
  Run *run = user_data;
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert_value (&dict, "result", result);
  kad_output_json (run->control->output, run->id, g_variant_dict_end (&dict));
}

static void
on_finished (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Run *run = user_data;
  KadControl *self = run->control;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) summary = kad_node_run_finish (KAD_NODE (source), result, &error);

  if (summary != NULL)
    kad_control_done (self, run->id, summary);
  else
    answer_error (self, run->id, error);
  g_hash_table_remove (self->runs, run->id);
  if (self->end_source != 0 && g_hash_table_size (self->runs) == 0)
    end_now (self);
}

/* null is as good as not given. */
static GVariant *
drop_nulls (GVariant *options)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GVariantIter iter;
  const char *name;
  GVariant *boxed;

  g_variant_iter_init (&iter, options);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &boxed))
    {
      g_autoptr (GVariant) value = boxed;

      if (!g_variant_is_of_type (value, G_VARIANT_TYPE_MAYBE))
        g_variant_builder_add (&builder, "{sv}", name, value);
    }
  return g_variant_builder_end (&builder);
}

static GVariant *
take_options (GVariant *request, GError **error)
{
  g_autoptr (GVariant) options = g_variant_lookup_value (request, "options", NULL);

  if (options == NULL || g_variant_is_of_type (options, G_VARIANT_TYPE_MAYBE))
    return g_variant_ref_sink (g_variant_new ("a{sv}", NULL));
  if (g_variant_is_of_type (options, G_VARIANT_TYPE_VARDICT))
    return g_variant_ref_sink (drop_nulls (options));
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                       "“options” must be an object of names and values");
  return NULL;
}

static gboolean
start_command (KadControl *self, const char *id, GVariant *request, const char *command,
               GError **error)
{
  g_autoptr (GVariant) options = take_options (request, error);
  KadNode *node = options != NULL ? self->host->find_node (request, self->user_data, error) : NULL;
  Run *run;

  if (node == NULL)
    return FALSE;
  if (g_hash_table_size (self->runs) >= KAD_MAX_CONTROL_RUNS)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                   "%d commands are running; wait until some have ended", KAD_MAX_CONTROL_RUNS);
      return FALSE;
    }
  run = g_new0 (Run, 1);
  run->control = self;
  run->id = g_strdup (id);
  run->cancellable = g_cancellable_new ();
  g_hash_table_insert (self->runs, run->id, run);
  kad_node_run_async (node, command, options, on_result, run, NULL, run->cancellable, on_finished,
                      run);
  return TRUE;
}

static gboolean
cancel_command (KadControl *self, const char *id, const char *target, GError **error)
{
  Run *run = target != NULL ? g_hash_table_lookup (self->runs, target) : NULL;

  if (target == NULL)
    g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                         "“cancel” must be the id of a command: a number or text");
  else if (run == NULL)
    g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND,
                 "No command with the id %s is running; it may have ended", target);
  if (run == NULL)
    return FALSE;
  g_cancellable_cancel (run->cancellable);
  kad_control_done (self, id, NULL);
  return TRUE;
}

/* ---- requests ---- */

/* An id as JSON: a number as it was written, or text. */
static char *
dup_id (const char *line, gsize len, GVariant *request, const char *name)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (request, name, G_VARIANT_TYPE_STRING);
  g_autoptr (GString) json = g_string_new (NULL);
  const char *text;
  gsize text_len;

  if (value == NULL)
    return kad_json_find_number (line, len, name);
  text = g_variant_get_string (value, &text_len);
  kad_json_append_string (json, text, text_len);
  return g_string_free (g_steal_pointer (&json), FALSE);
}

static gboolean
check_members (KadControl *self, GVariant *request, GError **error)
{
  static const char *const members[] = { "id", "command", "options", "cancel", NULL };
  GVariantIter iter;
  const char *name;

  g_variant_iter_init (&iter, request);
  while (g_variant_iter_next (&iter, "{&sv}", &name, NULL))
    {
      g_autofree char *shown = NULL;

      if (g_strv_contains (members, name)
          || (self->host->members != NULL && g_strv_contains (self->host->members, name)))
        continue;
      shown = kad_escape_peer_text (name, -1, MAX_SHOWN);
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                   "A request has no member “%s”; options of a command stand in “options”", shown);
      return FALSE;
    }
  return TRUE;
}

static gboolean
handle_request (KadControl *self, const char *line, gsize len, const char *id, GVariant *request,
                GError **error)
{
  g_autoptr (GVariant) command = g_variant_lookup_value (request, "command", NULL);
  g_autoptr (GVariant) cancel = g_variant_lookup_value (request, "cancel", NULL);
  g_autofree char *target = NULL;

  if (!check_members (self, request, error))
    return FALSE;
  if (command != NULL && cancel == NULL && g_variant_is_of_type (command, G_VARIANT_TYPE_STRING))
    return start_command (self, id, request, g_variant_get_string (command, NULL), error);
  if (cancel != NULL && command == NULL)
    {
      target = dup_id (line, len, request, "cancel");
      return cancel_command (self, id, target, error);
    }
  if (command == NULL && cancel == NULL && self->host->handle != NULL)
    return self->host->handle (self, id, request, self->user_data, error);
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                       "A request has either “command”, the name of one, or “cancel”");
  return FALSE;
}

/* NULL with the error: there is no id that could be answered. */
static char *
take_id (KadControl *self, const char *line, gsize len, GVariant *request, GError **error)
{
  g_autofree char *id = dup_id (line, len, request, "id");

  if (id == NULL || strlen (id) > KAD_MAX_CONTROL_ID_BYTES)
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                 "A request needs an “id”: a number or text of at most %d bytes",
                 KAD_MAX_CONTROL_ID_BYTES);
  else if (g_hash_table_contains (self->runs, id))
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                 "The id %s is in use by a command that is running", id);
  else
    return g_steal_pointer (&id);
  return NULL;
}

static void
on_line (const char *line, gsize len, gpointer user_data)
{
  KadControl *self = user_data;
  g_autoptr (GVariant) request = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  if (line == NULL)
    g_set_error (&error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED, "A line may have %d bytes at most",
                 KAD_MAX_LINE_BYTES);
  else if (len == 0)
    return;
  else
    request = kad_json_read_object (line, len, &error);
  if (request != NULL)
    id = take_id (self, line, len, request, &error);
  if (id != NULL)
    handle_request (self, line, len, id, request, &error);
  if (error != NULL)
    answer_error (self, id, error);
}

KadControl *
kad_control_new (int fd, KadOutput *output, const KadControlHost *host, gpointer user_data)
{
  KadControl *self = g_new0 (KadControl, 1);

  self->output = output;
  self->host = host;
  self->user_data = user_data;
  self->runs = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, run_free);
  self->reader = kad_line_reader_new (fd, on_line, on_stdin_end, self);
  return self;
}

void
kad_control_close (KadControl *self)
{
  self->has_ended = TRUE;
  if (self->end_source != 0)
    g_source_remove (self->end_source);
  self->end_source = 0;
  g_clear_pointer (&self->reader, kad_line_reader_free);
}

void
kad_control_free (KadControl *self)
{
  kad_control_close (self);
  g_hash_table_unref (self->runs);
  g_free (self);
}

guint
kad_control_get_n_running (const KadControl *self)
{
  return g_hash_table_size (self->runs);
}
