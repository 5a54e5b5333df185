/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Events as lines of text, for whoever reads them in another process or later on. The format is
 * docs/events.md; the fields of an event are those of kad_result_new_event(), ahead of which
 * stands the time. What peers say is escaped there, and the JSON writer escapes the rest.
 */
#include "kad-stream-format.h"

#include "kad-error.h"
#include "kad-escape.h"
#include "kad-json-writer.h"
#include "kad-result.h"

#define MAX_SHOWN_NAME 64

static const struct
{
  const char *name;
  KadStreamTopics topic;
} names[] = {
  { "events", KAD_STREAM_EVENTS },   { "peers", KAD_STREAM_PEERS },
  { "table", KAD_STREAM_TABLE },     { "queries", KAD_STREAM_QUERIES },
  { "records", KAD_STREAM_RECORDS }, { "publications", KAD_STREAM_PUBLICATIONS },
  { "node", KAD_STREAM_NODE },       { "steps", KAD_STREAM_STEPS },
  { "trace", KAD_STREAM_TRACE },
};

static const KadStreamTopics topics_of_events[] = {
  [KAD_EVENT_QUERY_PROGRESS] = KAD_STREAM_QUERIES,
  [KAD_EVENT_QUERY_STARTED] = KAD_STREAM_QUERIES,
  [KAD_EVENT_QUERY_STEP] = KAD_STREAM_STEPS,
  [KAD_EVENT_QUERY_FINISHED] = KAD_STREAM_QUERIES,
  [KAD_EVENT_PEER_CONNECTED] = KAD_STREAM_PEERS,
  [KAD_EVENT_PEER_DISCONNECTED] = KAD_STREAM_PEERS,
  [KAD_EVENT_PEER_IDENTIFIED] = KAD_STREAM_PEERS,
  [KAD_EVENT_ADDRESS_FOUND] = KAD_STREAM_NODE,
  [KAD_EVENT_TABLE_ADDED] = KAD_STREAM_TABLE,
  [KAD_EVENT_TABLE_REMOVED] = KAD_STREAM_TABLE,
  [KAD_EVENT_PROVIDER_STORED] = KAD_STREAM_RECORDS,
  [KAD_EVENT_RECORD_STORED] = KAD_STREAM_RECORDS,
  [KAD_EVENT_REQUEST_SERVED] = KAD_STREAM_PEERS,
  [KAD_EVENT_LISTENING] = KAD_STREAM_NODE,
  [KAD_EVENT_JOINED] = KAD_STREAM_NODE,
  [KAD_EVENT_JOIN_FAILED] = KAD_STREAM_NODE,
  [KAD_EVENT_MODE_CHANGED] = KAD_STREAM_NODE,
  [KAD_EVENT_MODULE_FAILED] = KAD_STREAM_NODE,
  [KAD_EVENT_ADDRESSES_CHANGED] = KAD_STREAM_NODE,
  [KAD_EVENT_PUBLICATION_CHANGED] = KAD_STREAM_PUBLICATIONS,
  [KAD_EVENT_PUBLICATION_REMOVED] = KAD_STREAM_PUBLICATIONS,
  [KAD_EVENT_RESUMED] = KAD_STREAM_NODE,
  [KAD_EVENT_CLOCK_STEPPED] = KAD_STREAM_NODE,
  [KAD_EVENT_RUN_PROGRESS] = KAD_STREAM_QUERIES,
};

G_STATIC_ASSERT (G_N_ELEMENTS (topics_of_events) == KAD_N_EVENT_TYPES);

/* ---- topics ---- */

static KadStreamTopics
find_topic (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i].name, name))
      return names[i].topic;
  return 0;
}

/**
 * kad_stream_topics_parse:
 * @words: (array zero-terminated=1): names of topics; none is `events`
 * @topics: (out): what they say together; untouched on failure
 * @error: %KAD_ERROR_INVALID_ARGUMENT names the first that is no topic
 *
 * Returns: whether all of them are topics
 */
gboolean
kad_stream_topics_parse (const char *const *words, KadStreamTopics *topics, GError **error)
{
  KadStreamTopics all = 0;

  g_return_val_if_fail (words != NULL && topics != NULL, FALSE);

  for (guint i = 0; words[i] != NULL; i++)
    {
      KadStreamTopics topic = find_topic (words[i]);
      g_autofree char *shown = NULL;

      all |= topic;
      if (topic != 0)
        continue;
      shown = kad_escape_peer_text (words[i], -1, MAX_SHOWN_NAME);
      g_set_error (
          error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
          "\"%s\" is no topic: events, peers, table, queries, records, publications, node, "
          "steps and trace are",
          shown);
      return FALSE;
    }
  *topics = all != 0 ? all : KAD_STREAM_EVENTS;
  return TRUE;
}

/**
 * kad_stream_topics_dup_names:
 * @topics: topics
 *
 * Returns: (transfer full) (array zero-terminated=1): their names, `events` for all that it means
 */
char **
kad_stream_topics_dup_names (KadStreamTopics topics)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  KadStreamTopics said = 0;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if ((topics & names[i].topic) == names[i].topic && (said & names[i].topic) == 0)
      {
        said |= names[i].topic;
        g_strv_builder_add (builder, names[i].name);
      }
  return g_strv_builder_end (builder);
}

/**
 * kad_stream_topic_of_event:
 * @type: a type of event
 *
 * Returns: the one topic that it belongs to
 */
KadStreamTopics
kad_stream_topic_of_event (KadEventType type)
{
  g_return_val_if_fail ((guint) type < KAD_N_EVENT_TYPES, 0);

  return topics_of_events[type];
}

/**
 * kad_stream_topics_need_trace:
 * @topics: topics
 *
 * Returns: whether they are told only by kad_node_watch_trace()
 */
gboolean
kad_stream_topics_need_trace (KadStreamTopics topics)
{
  return (topics & (KAD_STREAM_STEPS | KAD_STREAM_TRACE)) != 0;
}

/* ---- lines ---- */

static char *
end_line (GString *line)
{
  g_string_append_c (line, '}');
  return g_string_free (line, FALSE);
}

static GString *
begin_line (gint64 wall_us)
{
  GString *line = g_string_new (NULL);

  g_string_append_printf (line, "{\"t\":%" G_GINT64_FORMAT, wall_us);
  return line;
}

static void
append_text (GString *line, const char *name, const char *text)
{
  g_string_append_printf (line, ",\"%s\":", name);
  kad_json_append_string (line, text, strlen (text));
}

static void
append_number (GString *line, const char *name, guint64 number)
{
  g_string_append_printf (line, ",\"%s\":%" G_GUINT64_FORMAT, name, number);
}

/**
 * kad_stream_format_header:
 * @peer: whose stream it is
 * @started_us: when it began, microseconds since 1970
 * @topics: what it is about
 *
 * Returns: (transfer full): the first line of a stream
 */
char *
kad_stream_format_header (const KadPeerId *peer, gint64 started_us, KadStreamTopics topics)
{
  g_auto (GStrv) words = kad_stream_topics_dup_names (topics);
  g_autofree char *text = NULL;
  GString *line;

  g_return_val_if_fail (kad_peer_id_is_set (peer), NULL);

  line = g_string_new (NULL);
  text = kad_peer_id_to_string (peer);
  g_string_append_printf (line, "{\"kad-stream\":%d", KAD_STREAM_VERSION);
  append_text (line, "version", KAD_VERSION);
  append_text (line, "peer", text);
  g_string_append_printf (line, ",\"started_us\":%" G_GINT64_FORMAT ",\"topics\":[", started_us);
  for (guint i = 0; words[i] != NULL; i++)
    g_string_append_printf (line, "%s\"%s\"", i > 0 ? "," : "", words[i]);
  g_string_append_c (line, ']');
  return end_line (line);
}

/* What an event cannot say in a line it leaves out, and says so. */
static char *
format_short_event (const KadEvent *event)
{
  GString *line = begin_line (event->wall_us);

  append_text (line, "event", kad_event_type_get_name (event->type));
  if (event->query != 0)
    {
      append_number (line, "query", event->query);
      append_text (line, "kind", kad_query_kind_get_name (event->kind));
      append_number (line, "run", event->run);
    }
  g_string_append (line, ",\"truncated\":true");
  return end_line (line);
}

/**
 * kad_stream_format_event:
 * @event: an event
 *
 * What would be longer than %KAD_MAX_STREAM_LINE_BYTES is cut down to the event's name and query,
 * with `truncated`.
 *
 * Returns: (transfer full): its line
 */
char *
kad_stream_format_event (const KadEvent *event)
{
  g_autoptr (GVariant) fields = NULL;
  g_autoptr (GString) line = NULL;

  g_return_val_if_fail (event != NULL, NULL);

  fields = g_variant_ref_sink (kad_result_new_event (event));
  line = begin_line (event->wall_us);
  g_string_append_c (line, ',');
  kad_json_append_members (line, fields);
  /* With the brace and an end of line. */
  if (line->len + 2 > KAD_MAX_STREAM_LINE_BYTES)
    return format_short_event (event);
  return end_line (g_steal_pointer (&line));
}

static void
append_asked (GString *line, const KadDelivery *delivery)
{
  const char *const *asked = kad_delivery_get_asked (delivery);
  guint n_runs;
  const guint64 *runs = kad_delivery_get_asked_runs (delivery, &n_runs);

  g_string_append (line, ",\"asked\":[");
  for (guint i = 0; asked[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (line, ',');
      kad_json_append_string (line, asked[i], strlen (asked[i]));
    }
  g_string_append (line, "],\"asked_runs\":[");
  for (guint i = 0; i < n_runs; i++)
    g_string_append_printf (line, "%s%" G_GUINT64_FORMAT, i > 0 ? "," : "", runs[i]);
  g_string_append_c (line, ']');
  append_number (line, "n_asked", kad_delivery_get_n_asked (delivery));
}

/**
 * kad_stream_format_delivery:
 * @delivery: a delivery
 *
 * What it delivered has a line of its own, kad_stream_format_event(), ahead of this one.
 *
 * Returns: (transfer full): its line
 */
char *
kad_stream_format_delivery (const KadDelivery *delivery)
{
  const KadEvent *event;
  const char *consumer;
  GString *line;

  g_return_val_if_fail (delivery != NULL, NULL);

  event = kad_delivery_get_event (delivery);
  consumer = kad_delivery_get_consumer (delivery);
  line = begin_line (event->wall_us);
  g_string_append_printf (line, ",\"delivery\":{\"event\":\"%s\"",
                          kad_event_type_get_name (event->type));
  if (event->query != 0)
    {
      append_number (line, "query", event->query);
      append_number (line, "run", event->run);
    }
  append_asked (line, delivery);
  if (consumer != NULL)
    append_text (line, "consumer", consumer);
  else
    g_string_append (line, ",\"consumer\":null");
  append_number (line, "consumer_run", kad_delivery_get_consumer_run (delivery));
  g_string_append_printf (line, ",\"duration_us\":%" G_GINT64_FORMAT "}",
                          kad_delivery_get_duration_us (delivery));
  return end_line (line);
}

/**
 * kad_stream_format_lost:
 * @wall_us: when it was noticed, microseconds since 1970
 * @n_lost: how many lines are missing here
 *
 * Returns: (transfer full): the line that says so
 */
char *
kad_stream_format_lost (gint64 wall_us, guint64 n_lost)
{
  GString *line = begin_line (wall_us);

  append_number (line, "lost", n_lost);
  return end_line (line);
}
