/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-recording.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kad-error.h"
#include "kad-escape.h"
#include "kad-json-reader.h"
#include "kad-json-writer.h"

#define MAX_SHOWN_VERSION 64

static GVariant *
read_object (const char *text, gsize len, GError **error)
{
  g_autoptr (GError) reason = NULL;
  GVariant *object = NULL;

  if (text == NULL || len >= KAD_MAX_STREAM_LINE_BYTES)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_CORRUPT, _ ("it is longer than %d bytes"),
                   KAD_MAX_STREAM_LINE_BYTES);
      return NULL;
    }
  object = kad_json_read_object (text, len, &reason);
  if (object == NULL)
    g_set_error_literal (error, KAD_ERROR, KAD_ERROR_CORRUPT, reason->message);
  return object;
}

/* ---- the first line ---- */

static char *
join_topics (GVariant *fields)
{
  g_autoptr (GVariant) topics = g_variant_lookup_value (fields, "topics", NULL);
  g_autoptr (GString) joined = g_string_new (NULL);

  if (topics == NULL || !g_variant_is_of_type (topics, G_VARIANT_TYPE ("av")))
    return NULL;
  for (gsize i = 0; i < g_variant_n_children (topics); i++)
    {
      g_autoptr (GVariant) boxed = g_variant_get_child_value (topics, i);
      g_autoptr (GVariant) topic = g_variant_get_variant (boxed);

      if (!g_variant_is_of_type (topic, G_VARIANT_TYPE_STRING))
        return NULL;
      g_string_append_printf (joined, "%s%s", i > 0 ? ", " : "",
                              g_variant_get_string (topic, NULL));
    }
  return g_string_free (g_steal_pointer (&joined), FALSE);
}

static gboolean
check_version (GVariant *fields, GError **error)
{
  const char *writer = "";
  g_autofree char *shown = NULL;
  g_autofree char *number = NULL;
  gint64 version;

  if (!g_variant_lookup (fields, "kad-stream", "x", &version) || version < 1)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_CORRUPT,
                           _ ("its first line does not say “kad-stream”"));
      return FALSE;
    }
  if (version <= KAD_STREAM_VERSION)
    return TRUE;
  g_variant_lookup (fields, "version", "&s", &writer);
  shown = kad_escape_peer_text (writer, -1, MAX_SHOWN_VERSION);
  number = g_strdup_printf ("%" G_GINT64_FORMAT, version);
  g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED,
               _ ("it has version %s of the format (of kad %s), and this kad reads up to version "
                  "%d: use a newer kad"),
               number, shown, KAD_STREAM_VERSION);
  return FALSE;
}

gboolean
kad_recording_read_header (const char *line, gsize len, KadRecordingHeader *header, GError **error)
{
  g_autoptr (GVariant) fields = read_object (line, len, error);

  *header = (KadRecordingHeader){ 0 };
  if (fields == NULL || !check_version (fields, error))
    return FALSE;
  header->topics = join_topics (fields);
  if (header->topics != NULL && g_variant_lookup (fields, "version", "s", &header->version)
      && g_variant_lookup (fields, "peer", "s", &header->peer)
      && g_variant_lookup (fields, "started_us", "x", &header->started_us))
    {
      header->fields = g_steal_pointer (&fields);
      return TRUE;
    }
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_CORRUPT,
                       _ ("its first line lacks version, peer, started_us or topics"));
  kad_recording_header_clear (header);
  return FALSE;
}

void
kad_recording_header_clear (KadRecordingHeader *header)
{
  g_clear_pointer (&header->version, g_free);
  g_clear_pointer (&header->peer, g_free);
  g_clear_pointer (&header->topics, g_free);
  g_clear_pointer (&header->fields, g_variant_unref);
}

/* ---- the others ---- */

static gboolean
find_kind (KadRecordingLine *line)
{
  g_autoptr (GVariant) delivery = NULL;
  KadEventType type;
  gint64 lost;

  if (g_variant_lookup (line->fields, "event", "&s", &line->what))
    {
      if (kad_event_type_parse (line->what, &type))
        line->topics = kad_stream_topic_of_event (type);
      return TRUE;
    }
  delivery = g_variant_lookup_value (line->fields, "delivery", G_VARIANT_TYPE_VARDICT);
  if (delivery != NULL)
    {
      line->what = "delivery";
      line->topics = KAD_STREAM_TRACE;
      return TRUE;
    }
  line->what = "lost";
  return g_variant_lookup (line->fields, "lost", "x", &lost);
}

gboolean
kad_recording_read_line (const char *text, gsize len, KadRecordingLine *line, GError **error)
{
  *line = (KadRecordingLine){ 0 };
  line->fields = read_object (text, len, error);
  if (line->fields == NULL)
    return FALSE;
  if (g_variant_lookup (line->fields, "t", "x", &line->wall_us) && find_kind (line))
    return TRUE;
  kad_recording_line_clear (line);
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_CORRUPT,
                       _ ("it has no time, or is no event, delivery or loss"));
  return FALSE;
}

void
kad_recording_line_clear (KadRecordingLine *line)
{
  g_clear_pointer (&line->fields, g_variant_unref);
}

/* ---- for people ---- */

static void
append_value (GString *text, GVariant *value)
{
  g_autofree char *escaped = NULL;

  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    {
      kad_json_append_variant (text, value);
      return;
    }
  escaped
      = kad_escape_peer_text (g_variant_get_string (value, NULL), -1, KAD_MAX_STREAM_LINE_BYTES);
  g_string_append (text, escaped);
}

static void
append_fields (GString *text, GVariant *fields)
{
  GVariantIter iter;
  const char *name;
  GVariant *boxed;
  gboolean is_first = TRUE;

  g_variant_iter_init (&iter, fields);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &boxed))
    {
      g_autoptr (GVariant) value = boxed;
      g_autofree char *shown = NULL;

      if (g_str_equal (name, "t") || g_str_equal (name, "event") || g_str_equal (name, "lost"))
        continue;
      if (g_str_equal (name, "delivery") && g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT))
        {
          append_fields (text, value);
          continue;
        }
      shown = kad_escape_peer_text (name, -1, KAD_MAX_STREAM_LINE_BYTES);
      g_string_append_printf (text, "%s%s ", is_first ? ": " : ", ", shown);
      is_first = FALSE;
      append_value (text, value);
    }
}

static void
append_what (GString *text, const KadRecordingLine *line)
{
  g_autoptr (GVariant) delivery
      = g_variant_lookup_value (line->fields, "delivery", G_VARIANT_TYPE_VARDICT);
  g_autofree char *shown = NULL;
  g_autofree char *number = NULL;
  const char *what = line->what;
  gint64 lost = 0;

  if (g_variant_lookup (line->fields, "lost", "x", &lost) && g_str_equal (what, "lost"))
    {
      number = g_strdup_printf ("%" G_GINT64_FORMAT, lost);
      g_string_append_printf (text, _ ("%s lines were lost here"), number);
      return;
    }
  if (g_str_equal (what, "delivery") && delivery != NULL)
    {
      g_string_append (text, "delivery ");
      g_variant_lookup (delivery, "event", "&s", &what);
    }
  shown = kad_escape_peer_text (what, -1, KAD_MAX_STREAM_LINE_BYTES);
  g_string_append (text, shown);
}

char *
kad_recording_line_to_text (const KadRecordingLine *line)
{
  g_autoptr (GString) text = g_string_new (NULL);

  append_what (text, line);
  append_fields (text, line->fields);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
