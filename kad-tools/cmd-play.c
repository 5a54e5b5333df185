/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `kad play`: a recording, again. Needs no node. It reads and waits without a main loop, and a
 * signal ends both.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "kad-error.h"
#include "kad-escape.h"
#include "kad-recording.h"
#include "kad-signals.h"
#include "kad-tool.h"

#define CHUNK_BYTES 65536
#define MAX_SHOWN 256
#define MAX_SPEED 1e6
#define MAX_SECONDS 1e9

const KadOption kad_play_options[] = {
  { "speed", KAD_OPTION_TEXT, N_ ("N"),
    N_ ("So many times as fast as it was, or max; max if nobody looks") },
  { "topic", KAD_OPTION_TEXTS, N_ ("TOPIC"),
    N_ ("Only this: events, peers, table, queries, records, publications, node, steps or trace; "
        "may be repeated") },
  { "from", KAD_OPTION_TEXT, N_ ("SECONDS"), N_ ("Begin so many seconds after its beginning") },
  { "until", KAD_OPTION_TEXT, N_ ("SECONDS"), N_ ("End so many seconds after its beginning") },
  { NULL },
};

typedef struct
{
  KadTool *tool;
  const char *path;
  double speed; /* 0: as fast as possible */
  KadStreamTopics topics;
  gboolean has_topics;
  gint64 from_us, until_us; /* since the beginning */

  KadRecordingHeader header;
  guint64 n_lines;
  gint64 began_us; /* monotonic, when the first line was shown */
  gint64 first_us; /* the time of that line */
  gboolean is_paced;
  GByteArray *pending; /* a line without its end yet */
  gboolean is_too_long;
  gboolean is_over;
  GError *error;
} Player;

/* ---- options ---- */

static gboolean
read_number (Player *self, const char *name, double maximum, double *number, GError **error)
{
  const char *text = kad_arguments_get_text (self->tool->arguments, name);
  g_autofree char *shown = NULL;
  char *end = NULL;

  if (text == NULL)
    return TRUE;
  *number = g_ascii_strtod (text, &end);
  if (text[0] != '\0' && strspn (text, "0123456789.") == strlen (text) && *end == '\0'
      && *number <= maximum)
    return TRUE;
  shown = kad_escape_peer_text (text, -1, MAX_SHOWN);
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
               _ ("--%s: “%s” is no number up to %.0f"), name, shown, maximum);
  return FALSE;
}

static gboolean
read_speed (Player *self, GError **error)
{
  const char *text = kad_arguments_get_text (self->tool->arguments, "speed");

  self->speed = kad_output_is_terminal (self->tool->output) ? 1 : 0;
  if (g_strcmp0 (text, "max") == 0)
    {
      self->speed = 0;
      return TRUE;
    }
  if (text == NULL
      || (read_number (self, "speed", MAX_SPEED, &self->speed, error) && self->speed > 0))
    return TRUE;
  if (error != NULL && *error == NULL)
    g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                         _ ("--speed: it is above 0, or “max”"));
  return FALSE;
}

static gboolean
read_options (Player *self, GError **error)
{
  const KadArguments *arguments = self->tool->arguments;
  double from = 0, until = 0;

  self->path = kad_arguments_get_word (arguments, 0);
  self->has_topics = kad_arguments_has (arguments, "topic");
  if (!read_speed (self, error) || !read_number (self, "from", MAX_SECONDS, &from, error)
      || !read_number (self, "until", MAX_SECONDS, &until, error)
      || !kad_stream_topics_parse (kad_arguments_get_texts (arguments, "topic"), &self->topics,
                                   error))
    return FALSE;
  self->from_us = (gint64) (from * G_USEC_PER_SEC);
  self->until_us
      = kad_arguments_has (arguments, "until") ? (gint64) (until * G_USEC_PER_SEC) : G_MAXINT64;
  return TRUE;
}

/* ---- lines ---- */

/* FALSE if a signal came first. */
static gboolean
wait_until (gint64 at_us)
{
  struct pollfd fd = { .fd = kad_signals_get_fd (), .events = POLLIN };
  gint64 left_us;

  while ((left_us = at_us - g_get_monotonic_time ()) > 0)
    {
      int n = poll (&fd, 1, (int) MIN (left_us / 1000 + 1, 60 * 1000));

      if (n > 0)
        return FALSE;
    }
  return TRUE;
}

static void
interrupt (Player *self)
{
  self->is_over = TRUE;
  g_set_error_literal (&self->error, KAD_ERROR, KAD_ERROR_CANCELLED, _ ("Interrupted"));
}

/* Waits until it is time for a line. */
static void
keep_pace (Player *self, gint64 wall_us)
{
  double ahead_us;

  if (self->speed <= 0)
    return;
  if (!self->is_paced)
    {
      self->is_paced = TRUE;
      self->began_us = g_get_monotonic_time ();
      self->first_us = wall_us;
    }
  ahead_us = ((double) wall_us - (double) self->first_us) / self->speed;
  ahead_us = CLAMP (ahead_us, 0, MAX_SECONDS * G_USEC_PER_SEC);
  if (!wait_until (self->began_us + (gint64) ahead_us))
    interrupt (self);
}

/* Not with kad_output_note(), which is silent with --json: a line that is missing is told always,
 * and on stderr it disturbs no reader of the others. */
static void
note_damage (Player *self, const GError *error)
{
  g_autofree char *shown = kad_escape_peer_text (error->message, -1, MAX_SHOWN);
  g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, self->n_lines);

  g_printerr (_ ("kad: line %s is skipped: %s\n"), number, shown);
}

static gint64
get_offset_us (const Player *self, gint64 wall_us)
{
  gint64 offset_us;

  if (__builtin_sub_overflow (wall_us, self->header.started_us, &offset_us))
    return wall_us < 0 ? G_MININT64 : G_MAXINT64;
  return offset_us;
}

static void
show_line (Player *self, const KadRecordingLine *line)
{
  gint64 offset_us = get_offset_us (self, line->wall_us);
  g_autofree char *words = NULL;
  g_autofree char *text = NULL;

  if (kad_output_is_json (self->tool->output))
    {
      kad_output_json (self->tool->output, NULL, line->fields);
      return;
    }
  words = kad_recording_line_to_text (line);
  text = g_strdup_printf ("%12.6f  %s", (double) offset_us / G_USEC_PER_SEC, words);
  kad_output_line (self->tool->output, text);
}

static void
play_line (Player *self, const char *text, gsize len)
{
  g_auto (KadRecordingLine) line = { 0 };
  g_autoptr (GError) error = NULL;
  gint64 offset_us;

  if (!kad_recording_read_line (text, len, &line, &error))
    {
      note_damage (self, error);
      return;
    }
  offset_us = get_offset_us (self, line.wall_us);
  /* What the clock has put ahead of the beginning is left out only if a later one is wanted. */
  if ((self->from_us > 0 && offset_us < self->from_us) || offset_us > self->until_us)
    return;
  if (self->has_topics && (line.topics & self->topics) == 0 && !g_str_equal (line.what, "lost"))
    return;
  keep_pace (self, line.wall_us);
  if (!self->is_over)
    show_line (self, &line);
  if (kad_output_is_closed (self->tool->output))
    self->is_over = TRUE;
}

static void
show_header (Player *self)
{
  g_autoptr (GDateTime) utc = NULL;
  g_autofree char *peer = NULL;
  g_autofree char *version = NULL;
  g_autofree char *topics = NULL;
  g_autofree char *line = NULL;
  g_autofree char *when = NULL;

  if (kad_output_is_json (self->tool->output))
    {
      kad_output_json (self->tool->output, NULL, self->header.fields);
      return;
    }
  peer = kad_escape_peer_text (self->header.peer, -1, MAX_SHOWN);
  version = kad_escape_peer_text (self->header.version, -1, MAX_SHOWN);
  topics = kad_escape_peer_text (self->header.topics, -1, MAX_SHOWN);
  utc = g_date_time_new_from_unix_utc (self->header.started_us / G_USEC_PER_SEC);
  when = utc != NULL ? g_date_time_format_iso8601 (utc) : g_strdup ("?");
  line = g_strdup_printf (_ ("Recorded by %s with kad %s from %s on: %s"), peer, version, when,
                          topics);
  kad_output_line (self->tool->output, line);
}

static void
take_header (Player *self, const char *text, gsize len)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *shown = NULL;

  if (kad_recording_read_header (text, len, &self->header, &error))
    {
      show_header (self);
      return;
    }
  shown = kad_escape_peer_text (self->path, -1, MAX_SHOWN);
  self->is_over = TRUE;
  g_set_error (&self->error, KAD_ERROR, error->code, _ ("%s is no recording that can be read: %s"),
               shown, error->message);
}

/* ---- reading ---- */

static void
end_line (Player *self)
{
  const char *text = self->is_too_long ? NULL : (const char *) self->pending->data;
  gsize len = self->pending->len;

  self->n_lines++;
  if (!self->is_too_long && text == NULL)
    text = "";
  if (self->n_lines == 1)
    take_header (self, text, len);
  else
    play_line (self, text, len);
  self->is_too_long = FALSE;
  g_byte_array_set_size (self->pending, 0);
}

static void
take_bytes (Player *self, const guint8 *data, gsize len)
{
  while (len > 0 && !self->is_over)
    {
      const guint8 *end = memchr (data, '\n', len);
      gsize part = end != NULL ? (gsize) (end - data) : len;

      if (self->pending->len + part >= KAD_MAX_STREAM_LINE_BYTES)
        self->is_too_long = TRUE;
      if (!self->is_too_long)
        g_byte_array_append (self->pending, data, (guint) part);
      if (end == NULL)
        return;
      end_line (self);
      data += part + 1;
      len -= part + 1;
    }
}

static gssize
read_chunk (Player *self, int fd, guint8 *chunk)
{
  struct pollfd fds[2]
      = { { .fd = fd, .events = POLLIN }, { .fd = kad_signals_get_fd (), .events = POLLIN } };

  while (poll (fds, 2, -1) < 0 && errno == EINTR)
    ;
  if (fds[1].revents != 0)
    {
      interrupt (self);
      return 0;
    }
  return read (fd, chunk, CHUNK_BYTES);
}

static void
play (Player *self, int fd)
{
  g_autofree guint8 *chunk = g_malloc (CHUNK_BYTES);
  gssize n = 1;

  while (n != 0 && !self->is_over)
    {
      n = read_chunk (self, fd, chunk);
      if (n > 0)
        take_bytes (self, chunk, (gsize) n);
      else if (n < 0 && errno != EINTR && errno != EAGAIN)
        {
          g_set_error (&self->error, KAD_ERROR, KAD_ERROR_FAILED, _ ("Cannot read %s: %s"),
                       self->path, g_strerror (errno));
          return;
        }
    }
  /* The last line may lack its end; nothing at all is no recording. */
  if (!self->is_over && (self->pending->len > 0 || self->is_too_long || self->n_lines == 0))
    end_line (self);
}

KadExit
kad_cmd_play (KadTool *tool)
{
  Player self = { .tool = tool };
  GError *error = NULL;
  gboolean is_stdin;
  int fd;

  if (!read_options (&self, &error))
    return kad_tool_fail (tool, error);
  is_stdin = g_str_equal (self.path, "-");
  fd = is_stdin ? STDIN_FILENO : open (self.path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    {
      g_set_error (&error, KAD_ERROR, KAD_ERROR_FAILED, _ ("Cannot open %s: %s"), self.path,
                   g_strerror (errno));
      return kad_tool_fail (tool, error);
    }
  self.pending = g_byte_array_new ();
  play (&self, fd);
  if (!is_stdin)
    close (fd);
  g_byte_array_unref (self.pending);
  kad_recording_header_clear (&self.header);
  return self.error != NULL ? kad_tool_fail (tool, self.error) : KAD_EXIT_OK;
}
