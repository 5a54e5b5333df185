/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-stream-format.h"

#include "kad-error.h"

#define PEER "12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS"

static void
check_line (char *line, const char *expected)
{
  g_assert_cmpstr (line, ==, expected);
  g_free (line);
}

static void
test_topics_have_names (void)
{
  static const char *const none[] = { NULL };
  static const char *const some[] = { "steps", "peers", "node", NULL };
  static const char *const wrong[] = { "peers", "pe\033ers", NULL };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = NULL;
  KadStreamTopics topics = 0;

  g_test_summary ("Names become topics and topics names; none is all events; a wrong one is shown");

  g_assert_true (kad_stream_topics_parse (none, &topics, NULL));
  g_assert_cmpuint (topics, ==, KAD_STREAM_EVENTS);
  g_assert_false (kad_stream_topics_need_trace (topics));
  g_assert_true (kad_stream_topics_parse (some, &topics, NULL));
  g_assert_cmpuint (topics, ==, KAD_STREAM_STEPS | KAD_STREAM_PEERS | KAD_STREAM_NODE);
  g_assert_true (kad_stream_topics_need_trace (topics));
  names = kad_stream_topics_dup_names (topics);
  g_assert_cmpstrv (names, ((const char *const[]){ "peers", "node", "steps", NULL }));
  g_assert_false (kad_stream_topics_parse (wrong, &topics, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "pe\\x1bers"));
  g_assert_cmpuint (topics, ==, KAD_STREAM_STEPS | KAD_STREAM_PEERS | KAD_STREAM_NODE);
}

static void
test_every_event_has_one_topic (void)
{
  g_test_summary ("Each type of event belongs to exactly one topic, and can be found by its name");

  for (KadEventType type = 0; type < KAD_N_EVENT_TYPES; type++)
    {
      KadStreamTopics topic = kad_stream_topic_of_event (type);
      KadEventType found = KAD_N_EVENT_TYPES;

      g_assert_cmpuint (topic, !=, 0);
      g_assert_cmpuint (topic & (topic - 1), ==, 0);
      g_assert_cmpuint (topic & (KAD_STREAM_EVENTS | KAD_STREAM_STEPS), ==, topic);
      g_assert_true (kad_event_type_parse (kad_event_type_get_name (type), &found));
      g_assert_cmpint (found, ==, type);
    }
}

static void
test_lines_are_the_documented_ones (void)
{
  g_autoptr (KadEvent) event = kad_event_new (KAD_EVENT_QUERY_STARTED);
  KadPeerId peer;

  g_test_summary ("Header, event and loss, letter by letter");

  g_assert_true (kad_peer_id_parse (&peer, PEER, NULL));
  check_line (kad_stream_format_header (&peer, 17, KAD_STREAM_EVENTS | KAD_STREAM_TRACE),
              "{\"kad-stream\":1,\"version\":\"" KAD_VERSION "\",\"peer\":\"" PEER
              "\",\"started_us\":17,\"topics\":[\"events\",\"trace\"]}");
  event->wall_us = 18;
  event->query = 5;
  event->run = 2;
  event->kind = KAD_QUERY_GET_RECORD;
  event->key = g_bytes_new ("k", 1);
  check_line (kad_stream_format_event (event),
              "{\"t\":18,\"event\":\"query-started\",\"query\":5,\"kind\":\"get-record\",\"run\":2,"
              "\"key_base64\":\"aw==\"}");
  check_line (kad_stream_format_lost (19, 7), "{\"t\":19,\"lost\":7}");
}

static void
test_what_is_too_long_is_cut (void)
{
  g_autoptr (KadEvent) event = kad_event_new (KAD_EVENT_QUERY_FINISHED);
  g_autofree char *huge = g_malloc0 (100000);
  g_autofree char *fits = NULL;

  g_test_summary (
      "A line has 65,536 bytes at most with its end; what is longer says that it is cut");

  event->wall_us = 1;
  event->query = 5;
  event->kind = KAD_QUERY_GET_RECORD;
  event->key = g_bytes_new (huge, 100000);
  check_line (kad_stream_format_event (event),
              "{\"t\":1,\"event\":\"query-finished\",\"query\":5,\"kind\":\"get-record\",\"run\":0,"
              "\"truncated\":true}");
  g_clear_pointer (&event->key, g_bytes_unref);
  /* Base64 grows by a third: the longest that fits, and the next one. */
  event->key = g_bytes_new (huge, 49002);
  fits = kad_stream_format_event (event);
  g_assert_cmpuint (strlen (fits), <, KAD_MAX_STREAM_LINE_BYTES);
  g_assert_cmpuint (strlen (fits), >, 65000);
  g_assert_null (strstr (fits, "truncated"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stream-format/topics-have-names", test_topics_have_names);
  g_test_add_func ("/stream-format/every-event-has-one-topic", test_every_event_has_one_topic);
  g_test_add_func ("/stream-format/lines-are-the-documented-ones",
                   test_lines_are_the_documented_ones);
  g_test_add_func ("/stream-format/what-is-too-long-is-cut", test_what_is_too_long_is_cut);
  return g_test_run ();
}
