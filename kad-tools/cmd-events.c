/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "kad-client.h"
#include "kad-error.h"
#include "kad-escape.h"
#include "kad-line-reader.h"
#include "kad-recording.h"

/* What happens in the node of the service, as it happens: the lines of docs/events.md, which
 * `kad play` reads, too. */

#define MAX_SHOWN 256

typedef struct
{
  KadTool *tool;
  KadLineReader *reader;
  gboolean has_header;
  gboolean is_over;
  GError *error;
} Events;

static char *
dup_clock (gint64 wall_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (wall_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;
  g_autofree char *time = local != NULL ? g_date_time_format (local, "%H:%M:%S") : NULL;

  return g_strdup_printf ("%s.%03d", time != NULL ? time : "?",
                          (int) (wall_us % G_USEC_PER_SEC / 1000));
}

static gboolean
show_text (Events *self, const char *text, gsize len, GError **error)
{
  g_auto (KadRecordingLine) line = { 0 };
  g_autofree char *clock = NULL;
  g_autofree char *words = NULL;
  g_autofree char *shown = NULL;

  if (!kad_recording_read_line (text, len, &line, error))
    return FALSE;
  clock = dup_clock (line.wall_us);
  words = kad_recording_line_to_text (&line);
  shown = g_strdup_printf ("%s  %s", clock, words);
  kad_output_line (self->tool->output, shown);
  return TRUE;
}

/* The header says which version speaks; to people it says nothing. */
static gboolean
take_header (Events *self, const char *text, gsize len, GError **error)
{
  g_auto (KadRecordingHeader) header = { 0 };

  self->has_header = TRUE;
  return kad_recording_read_header (text, len, &header, error);
}

static void
on_line (const char *line, gsize len, gpointer user_data)
{
  Events *self = user_data;
  gboolean is_header = !self->has_header;

  if (self->is_over)
    return;
  if (line == NULL)
    g_set_error_literal (&self->error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                         "The service sent a line that is too long");
  else if (is_header)
    take_header (self, line, len, &self->error);
  if (self->error == NULL && kad_output_is_json (self->tool->output))
    {
      g_autofree char *copy = g_strndup (line, len);

      kad_output_json_line (self->tool->output, copy);
    }
  else if (self->error == NULL && !is_header)
    show_text (self, line, len, &self->error);
  self->is_over = self->error != NULL || kad_output_is_closed (self->tool->output);
}

static void
on_end (gpointer user_data)
{
  Events *self = user_data;

  if (!self->is_over)
    g_set_error_literal (&self->error, KAD_ERROR, KAD_ERROR_NOT_RUNNING,
                         _ ("The node has stopped, and what it tells with it"));
  self->is_over = TRUE;
}

static gboolean
events (KadTool *tool, KadClient *client, GError **error)
{
  Events self = { .tool = tool };
  const char *const *topics = kad_arguments_get_texts (tool->arguments, "topic");
  static const char *const all[] = { "events", NULL };
  int fd;
  gboolean is_good;

  if (topics[0] == NULL)
    topics = all;
  fd = kad_client_call_fd (client, "Monitor", "OpenStream",
                           g_variant_new ("(^asa{sv})", topics, NULL), error);
  if (fd < 0)
    return FALSE;
  self.reader = kad_line_reader_new (fd, on_line, on_end, &self);
  is_good = kad_client_wait (client, &self.is_over, 0, error);
  kad_line_reader_free (self.reader);
  close (fd);
  if (!is_good)
    {
      g_clear_error (&self.error);
      return FALSE;
    }
  if (self.error != NULL)
    g_propagate_error (error, self.error);
  return FALSE;
}

KadExit
kad_cmd_events (KadTool *tool)
{
  KadStreamTopics topics;
  GError *error = NULL;

  if (!kad_stream_topics_parse (kad_arguments_get_texts (tool->arguments, "topic"), &topics,
                                &error))
    return kad_tool_fail (tool, error);
  return kad_client_run_endless (tool, events);
}
