/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-network.h"

/* What may be asked of what is kept alive. */

#define HOUR KAD_USEC_PER_HOUR
#define WALL_US (G_GINT64_CONSTANT (1700000000) * SECOND)

static Network *
make_network (guint n)
{
  KadEngineConfig config = { .mode = KAD_MODE_SERVER, .refresh_interval_us = 1000 * HOUR };
  Network *net = network_new_with (&config);

  network_listen (net, "/ip4/10.9.9.9/tcp/1");
  for (guint32 i = 1; i <= n; i++)
    network_add_server (net, i);
  network_forget (net);
  return net;
}

/* Everybody answers at once until nobody is asked; server @refuser resets what it should store. */
static guint
settle (Network *net, guint32 refuser)
{
  KadPeerId refusing = make_peer (refuser);
  guint n_writes = 0;
  KadOutput output;

  while (network_take (net, KAD_OUTPUT_SEND, 0, &output))
    {
      KadMessageType type = kad_message_get_message_type (output.message);
      gboolean write = type == KAD_MESSAGE_PUT_VALUE || type == KAD_MESSAGE_ADD_PROVIDER;
      g_autoptr (KadMessage) found = answer (KAD_MESSAGE_FIND_NODE, NULL, 0, 0);
      g_autoptr (GError) error = g_error_new_literal (KAD_ERROR, KAD_ERROR_CLOSED, "It was reset");

      n_writes += write;
      if (write && kad_peer_id_equal (&output.peer, &refusing))
        kad_engine_request_failed (net->engine, output.request, error, net->now_us);
      else if (type == KAD_MESSAGE_ADD_PROVIDER)
        kad_engine_request_sent (net->engine, output.request, net->now_us);
      else
        kad_engine_reply_received (net->engine, output.request, write ? output.message : found,
                                   net->now_us);
      kad_output_clear (&output);
    }
  return n_writes;
}

static gboolean
publish (Network *net, const char *key, const char *value, const char *tag, GError **error)
{
  g_autoptr (GBytes) key_bytes = text_bytes (key);
  g_autoptr (GBytes) value_bytes = value != NULL ? text_bytes (value) : NULL;
  KadPublicationSpec spec = {
    .kind = value != NULL ? KAD_PUBLICATION_RECORD : KAD_PUBLICATION_PROVIDER,
    .key = key_bytes,
    .value = value_bytes,
    .tag = tag,
  };

  return kad_engine_publish (net->engine, &spec, net->now_us, error);
}

static gboolean
unpublish (Network *net, KadPublicationKind kind, const char *key, const char *tag)
{
  g_autoptr (GBytes) bytes = text_bytes (key);
  g_autoptr (GError) error = NULL;
  gboolean removed = kad_engine_unpublish (net->engine, kind, bytes, tag, net->now_us, &error);

  if (!removed)
    g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND);
  return removed;
}

static KadPublicationRow *
look (Network *net, KadPublicationKind kind, const char *key, const char *tag)
{
  g_autoptr (GBytes) bytes = text_bytes (key);

  return kad_engine_dup_publication (net->engine, kind, bytes, tag);
}

static guint
count_events (Network *net, KadEventType type)
{
  guint n = 0;

  network_drain (net);
  for (guint i = 0; i < net->events->len; i++)
    n += ((KadEvent *) g_ptr_array_index (net->events, i))->type == type;
  return n;
}

static KadEvent *
get_change (Network *net, guint index)
{
  network_drain (net);
  for (guint i = 0; i < net->events->len; i++)
    {
      KadEvent *event = g_ptr_array_index (net->events, i);

      if (event->type == KAD_EVENT_PUBLICATION_CHANGED && index-- == 0)
        return event;
    }
  g_assert_not_reached ();
}

/* ---- what becomes of one ---- */

static void
test_its_life_is_told (void)
{
  g_autoptr (Network) net = make_network (2);
  g_autoptr (KadPublicationRow) row = NULL;
  const KadEvent *event;

  g_test_summary ("new, then running, then with 2 of 2 and the next run in 19.8 to 22 hours");
  g_assert_true (publish (net, "k", NULL, "app", NULL));
  g_assert_cmpuint (settle (net, 0), ==, 2);
  g_assert_cmpuint (count_events (net, KAD_EVENT_PUBLICATION_CHANGED), ==, 3);
  event = get_change (net, 0);
  g_assert_cmpint (event->outcome, ==, KAD_OUTCOME_RUNNING);
  g_assert_false (event->publication->is_running);
  g_assert_cmpint (event->publication->created_us, ==, WALL_US);
  g_assert_true (get_change (net, 1)->publication->is_running);
  event = get_change (net, 2);
  g_assert_cmpint (event->outcome, ==, KAD_OUTCOME_COMPLETED);
  g_assert_cmpuint (event->stored, ==, 2);
  g_assert_cmpuint (event->failures->len, ==, 0);
  g_assert_cmpint (event->query, !=, 0);

  row = look (net, KAD_PUBLICATION_PROVIDER, "k", "app");
  g_assert_cmpuint (row->stored, ==, 2);
  g_assert_cmpuint (row->wanted, ==, 2);
  g_assert_cmpuint (row->n_failures, ==, 0);
  g_assert_null (row->error);
  g_assert_false (row->is_running);
  g_assert_cmpint (row->last_run_us, ==, WALL_US);
  g_assert_cmpint (row->next_run_us, >=, WALL_US + 198 * HOUR / 10);
  g_assert_cmpint (row->next_run_us, <=, WALL_US + 22 * HOUR);
}

static void
test_not_everybody_is_success_with_a_note (void)
{
  g_autoptr (Network) net = make_network (3);
  g_autoptr (KadPublicationRow) row = NULL;

  g_test_summary ("2 of 3 stored: no failure, and the reason of the third");
  g_assert_true (publish (net, "k", "value", "", NULL));
  g_assert_cmpuint (settle (net, 2), ==, 3);
  row = look (net, KAD_PUBLICATION_RECORD, "k", "");
  g_assert_cmpuint (row->stored, ==, 2);
  g_assert_cmpuint (row->n_failures, ==, 0);
  g_assert_error (row->error, KAD_ERROR, KAD_ERROR_QUORUM_FAILED);
  g_assert_nonnull (strstr (row->error->message, "2 of 3"));
  g_assert_nonnull (strstr (row->error->message, "It was reset"));
  g_assert_cmpint (row->next_run_us, >=, WALL_US + 9 * HOUR);
}

static void
test_it_ends_with_its_last_tag (void)
{
  g_autoptr (Network) net = make_network (1);
  g_autoptr (GPtrArray) rows = NULL;

  g_test_summary ("a second tag announces nothing; each is told and taken away by itself");
  g_assert_true (publish (net, "k", NULL, "b", NULL));
  g_assert_cmpuint (settle (net, 0), ==, 1);
  network_forget (net);
  g_assert_true (publish (net, "k", NULL, "a", NULL));
  g_assert_cmpuint (settle (net, 0), ==, 0);
  g_assert_cmpuint (count_events (net, KAD_EVENT_PUBLICATION_CHANGED), ==, 2);
  rows = kad_engine_dup_publications (net->engine);
  g_assert_cmpuint (rows->len, ==, 2);
  g_assert_cmpstr (((KadPublicationRow *) rows->pdata[0])->tag, ==, "a");
  g_assert_cmpuint (((KadPublicationRow *) rows->pdata[0])->stored, ==, 1);

  g_assert_false (unpublish (net, KAD_PUBLICATION_PROVIDER, "k", ""));
  g_assert_true (unpublish (net, KAD_PUBLICATION_PROVIDER, "k", "b"));
  g_assert_false (unpublish (net, KAD_PUBLICATION_PROVIDER, "k", "b"));
  g_assert_cmpint (kad_engine_next_deadline (net->engine), !=, KAD_TIME_NEVER);
  g_assert_true (unpublish (net, KAD_PUBLICATION_PROVIDER, "k", "a"));
  g_assert_cmpuint (count_events (net, KAD_EVENT_PUBLICATION_REMOVED), ==, 2);
  network_advance (net, 40 * HOUR);
  g_assert_cmpuint (count_events (net, KAD_EVENT_PUBLICATION_CHANGED), ==, 2);
}

static void
test_persistent_is_of_each_tag (void)
{
  g_autoptr (Network) net = make_network (1);
  g_autoptr (GBytes) key = text_bytes ("k");
  KadPublicationSpec spec = { .kind = KAD_PUBLICATION_PROVIDER, .key = key, .persistent = TRUE };

  g_test_summary ("publishing again says whether it persists, and keeps its age");
  g_assert_true (publish (net, "k", NULL, "b", NULL));
  g_assert_true (kad_engine_publish (net->engine, &spec, net->now_us, NULL));
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (KadPublicationRow) own = look (net, KAD_PUBLICATION_PROVIDER, "k", "");
      g_autoptr (KadPublicationRow) other = look (net, KAD_PUBLICATION_PROVIDER, "k", "b");

      g_assert_cmpint (own->persistent, ==, i == 0);
      g_assert_false (other->persistent);
      g_assert_cmpint (own->created_us, ==, WALL_US);
      network_advance (net, SECOND);
      spec.persistent = FALSE;
      g_assert_true (kad_engine_publish (net->engine, &spec, net->now_us, NULL));
    }
}

static void
test_another_value_is_for_all_tags (void)
{
  g_autoptr (Network) net = make_network (1);
  g_autoptr (KadPublicationRow) row = NULL;

  g_test_summary ("it is put at once, in place of a run of the former one that is under way");
  g_assert_true (publish (net, "k", "one", "a", NULL));
  g_assert_true (publish (net, "k", "two", "b", NULL));
  g_assert_cmpuint (settle (net, 0), ==, 1);
  row = look (net, KAD_PUBLICATION_RECORD, "k", "a");
  g_assert_cmpuint (g_bytes_get_size (row->value), ==, 3);
  g_assert_cmpmem (g_bytes_get_data (row->value, NULL), 3, "two", 3);
  g_assert_cmpuint (row->stored, ==, 1);
  g_assert_cmpuint (row->n_failures, ==, 0);
  g_assert_true (publish (net, "k", "two", "c", NULL));
  g_assert_cmpuint (settle (net, 0), ==, 0);
}

static void
test_the_users_tag_is_its_own (void)
{
  g_autoptr (Network) net = make_network (1);
  g_autoptr (GBytes) key = text_bytes ("k");
  g_autoptr (GError) error = NULL;

  g_test_summary ("stop-provide and remove-record take the tag of who runs the node, no other");
  g_assert_true (publish (net, "k", NULL, "app", NULL));
  g_assert_true (publish (net, "k", "v", "app", NULL));
  settle (net, 0);
  g_assert_false (kad_engine_stop_provide (net->engine, key, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND);
  network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_PROVIDE, .key = key });
  network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_PUT_RECORD, .key = key, .value = key });
  g_assert_cmpuint (settle (net, 0), ==, 2);
  g_assert_true (kad_engine_stop_provide (net->engine, key, NULL));
  g_assert_true (kad_engine_remove_record (net->engine, key, NULL));
  g_assert_true (unpublish (net, KAD_PUBLICATION_PROVIDER, "k", "app"));
  g_assert_true (unpublish (net, KAD_PUBLICATION_RECORD, "k", "app"));
}

static void
test_a_failed_first_run_of_the_user_leaves_the_others (void)
{
  g_autoptr (Network) net = make_network (1);
  g_autoptr (GBytes) key = text_bytes ("k");
  g_autoptr (KadPublicationRow) row = NULL;

  g_test_summary ("start-provide fails while somebody else publishes the key: it is announced");
  network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_PROVIDE, .key = key });
  row = look (net, KAD_PUBLICATION_PROVIDER, "k", "");
  g_assert_true (row->is_running);
  g_assert_true (publish (net, "k", NULL, "app", NULL));
  network_reply_found (net, 1, 0, 0);
  network_fail (net, 1, KAD_ERROR_CLOSED);
  g_assert_null (look (net, KAD_PUBLICATION_PROVIDER, "k", ""));
  g_assert_cmpuint (settle (net, 0), ==, 1);
  kad_publication_row_free (g_steal_pointer (&row));
  row = look (net, KAD_PUBLICATION_PROVIDER, "k", "app");
  g_assert_cmpuint (row->stored, ==, 1);
}

static void
test_refresh_runs_now (void)
{
  g_autoptr (Network) net = make_network (1);
  g_autoptr (GBytes) key = text_bytes ("k");
  g_autoptr (GError) error = NULL;

  g_test_summary ("once, even when asked twice; what is not published is NotFound");
  g_assert_true (publish (net, "k", NULL, "", NULL));
  settle (net, 0);
  for (guint i = 0; i < 2; i++)
    g_assert_true (kad_engine_refresh_publication (net->engine, KAD_PUBLICATION_PROVIDER, key,
                                                   net->now_us, NULL));
  g_assert_cmpuint (settle (net, 0), ==, 1);
  g_assert_false (kad_engine_refresh_publication (net->engine, KAD_PUBLICATION_RECORD, key,
                                                  net->now_us, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND);
}

static void
test_ended_while_it_runs (void)
{
  g_autoptr (Network) net = make_network (1);

  g_test_summary ("twenty that are unpublished while they run or wait give their turns back");
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *key = g_strdup_printf ("k%u", i);

      g_assert_true (publish (net, key, NULL, "", NULL));
    }
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *key = g_strdup_printf ("k%u", i);

      g_assert_true (unpublish (net, KAD_PUBLICATION_PROVIDER, key, ""));
    }
  network_forget (net);
  g_assert_true (publish (net, "last", NULL, "", NULL));
  g_assert_cmpuint (settle (net, 0), ==, 1);
  g_assert_cmpuint (count_events (net, KAD_EVENT_PUBLICATION_CHANGED), ==, 3);
}

/* ---- without anybody ---- */

static void
test_alone_it_waits_for_somebody (void)
{
  g_autoptr (Network) net = make_network (0);
  g_autoptr (KadPublicationRow) row = NULL;

  g_test_summary ("NotBootstrapped and no timer; 10 s after somebody came, it is announced");
  g_assert_true (publish (net, "k", "v", "", NULL));
  row = look (net, KAD_PUBLICATION_RECORD, "k", "");
  g_assert_cmpuint (row->n_failures, ==, 1);
  g_assert_error (row->error, KAD_ERROR, KAD_ERROR_NOT_BOOTSTRAPPED);
  g_assert_cmpint (row->next_run_us, ==, 0);
  g_assert_cmpint (kad_engine_next_deadline (net->engine), >, net->now_us + 40 * HOUR);
  network_advance (net, 30 * HOUR);
  network_add_server (net, 1);
  network_advance (net, 10 * SECOND + SECOND / 2);
  g_assert_cmpuint (settle (net, 0), ==, 1);
  kad_publication_row_free (g_steal_pointer (&row));
  row = look (net, KAD_PUBLICATION_RECORD, "k", "");
  g_assert_cmpuint (row->n_failures, ==, 0);
  g_assert_null (row->error);
}

/* ---- times ---- */

static void
test_a_step_of_the_clock_moves_what_is_told (void)
{
  g_autoptr (Network) net = make_network (1);
  g_autoptr (KadPublicationRow) before = NULL;
  g_autoptr (KadPublicationRow) after = NULL;
  KadWallTime wall = { WALL_US + 72 * HOUR };

  g_test_summary ("by three days, all of it; but it is not due sooner");
  g_assert_true (publish (net, "k", NULL, "", NULL));
  settle (net, 0);
  before = look (net, KAD_PUBLICATION_PROVIDER, "k", "");
  kad_engine_set_wall_time (net->engine, wall, net->now_us);
  after = look (net, KAD_PUBLICATION_PROVIDER, "k", "");
  g_assert_cmpint (after->created_us, ==, before->created_us + 72 * HOUR);
  g_assert_cmpint (after->last_run_us, ==, before->last_run_us + 72 * HOUR);
  g_assert_cmpint (after->next_run_us, ==, before->next_run_us + 72 * HOUR);
  network_forget (net);
  network_advance (net, 19 * HOUR);
  g_assert_cmpuint (count_events (net, KAD_EVENT_PUBLICATION_CHANGED), ==, 0);
}

static gboolean
restore (Network *net, const char *key, const char *value, const char *tag, gint64 next_us)
{
  g_autoptr (GBytes) key_bytes = text_bytes (key);
  g_autoptr (GBytes) value_bytes = value != NULL ? text_bytes (value) : NULL;
  g_autoptr (KadPublicationRow) row
      = kad_publication_row_new (value != NULL ? KAD_PUBLICATION_RECORD : KAD_PUBLICATION_PROVIDER,
                                 key_bytes, value_bytes, tag);

  row->persistent = TRUE;
  row->created_us = WALL_US - 100 * HOUR;
  row->last_run_us = WALL_US - 5 * HOUR;
  row->next_run_us = next_us;
  row->stored = 17;
  row->wanted = 20;
  return kad_engine_restore_publication (net->engine, row, net->now_us);
}

static void
assert_restored (Network *net, KadPublicationKind kind, const char *key, gint64 next_us)
{
  g_autoptr (KadPublicationRow) row = look (net, kind, key, "app");

  g_assert_cmpint (row->created_us, ==, WALL_US - 100 * HOUR);
  g_assert_cmpint (row->last_run_us, ==, WALL_US - 5 * HOUR);
  g_assert_cmpint (row->next_run_us, ==, next_us);
  g_assert_cmpuint (row->stored, ==, 17);
  g_assert_cmpuint (row->wanted, ==, 20);
  g_assert_true (row->persistent);
}

static void
test_restored_it_keeps_its_times (void)
{
  g_autoptr (Network) net = make_network (0);

  g_test_summary ("due by the calendar; overdue waits for somebody; too far is an interval away");
  g_assert_true (restore (net, "soon", NULL, "app", WALL_US + 2 * HOUR));
  g_assert_true (restore (net, "late", "v", "app", WALL_US - HOUR));
  g_assert_true (restore (net, "unknown", NULL, "app", 0));
  g_assert_true (restore (net, "far", NULL, "app", WALL_US + 9999 * HOUR));
  g_assert_true (restore (net, "record", "v", "app", G_MAXINT64));
  g_assert_cmpuint (count_events (net, KAD_EVENT_PUBLICATION_CHANGED), ==, 0);
  assert_restored (net, KAD_PUBLICATION_PROVIDER, "soon", WALL_US + 2 * HOUR);
  assert_restored (net, KAD_PUBLICATION_RECORD, "late", 0);
  assert_restored (net, KAD_PUBLICATION_PROVIDER, "unknown", 0);
  assert_restored (net, KAD_PUBLICATION_PROVIDER, "far", WALL_US + 22 * HOUR);
  assert_restored (net, KAD_PUBLICATION_RECORD, "record", WALL_US + 10 * HOUR);

  network_add_server (net, 1);
  network_forget (net);
  network_advance (net, 12 * SECOND);
  g_assert_cmpuint (settle (net, 0), ==, 2);
  network_advance (net, HOUR);
  g_assert_cmpuint (settle (net, 0), ==, 0);
}

static void
test_a_bad_row_is_not_restored (void)
{
  g_autoptr (Network) net = make_network (0);
  g_autofree char *long_tag = g_strnfill (KAD_MAX_PUBLICATION_TAG_BYTES + 1, 't');
  g_autofree char *long_key = g_strnfill (KAD_MAX_PROVIDER_KEY_BYTES + 1, 'k');
  g_autofree char *long_value = g_strnfill (10 * 1024 + 1, 'v');
  g_autoptr (GBytes) key = text_bytes ("k");
  g_autoptr (KadPublicationRow) row
      = kad_publication_row_new (KAD_PUBLICATION_RECORD, key, NULL, "");

  g_test_summary ("as a damaged database may have it; what is there already only gets the tag");
  g_assert_false (restore (net, "k", NULL, long_tag, 0));
  g_assert_false (restore (net, "k", NULL, "\xff", 0));
  g_assert_false (restore (net, long_key, NULL, "", 0));
  g_assert_false (restore (net, "", NULL, "", 0));
  g_assert_false (restore (net, "k", long_value, "", 0));
  g_assert_false (kad_engine_restore_publication (net->engine, row, net->now_us));
  row->kind = (KadPublicationKind) 7;
  g_assert_false (kad_engine_restore_publication (net->engine, row, net->now_us));

  g_assert_true (restore (net, "k", "v", "a", WALL_US + HOUR));
  g_assert_true (restore (net, "k", "w", "b", WALL_US + 2 * HOUR));
  kad_publication_row_free (g_steal_pointer (&row));
  row = look (net, KAD_PUBLICATION_RECORD, "k", "b");
  g_assert_cmpint (row->next_run_us, ==, WALL_US + HOUR);
  g_assert_cmpmem (g_bytes_get_data (row->value, NULL), 1, "v", 1);
}

/* ---- bounds ---- */

static void
assert_refused (Network *net, const char *key, const char *value, const char *tag, KadError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (publish (net, key, value, tag, &error));
  g_assert_error (error, KAD_ERROR, (int) code);
}

static void
test_what_is_wrong_is_refused (void)
{
  g_autoptr (Network) net = make_network (1);
  g_autofree char *long_key = g_strnfill (KAD_MAX_PROVIDER_KEY_BYTES + 1, 'k');
  g_autofree char *long_value = g_strnfill (1025, 'v');
  g_autofree char *huge_value = g_strnfill (10 * 1024 + 1, 'v');
  g_autoptr (GPtrArray) rows = NULL;

  g_test_summary ("and leaves nothing: keys, tags and values");
  assert_refused (net, "", NULL, "", KAD_ERROR_INVALID_KEY);
  assert_refused (net, long_key, NULL, "", KAD_ERROR_INVALID_KEY);
  assert_refused (net, "k", NULL, "\xc3", KAD_ERROR_INVALID_ARGUMENT);
  assert_refused (net, "k", long_value, "", KAD_ERROR_RECORD_TOO_LARGE);
  assert_refused (net, "k", huge_value, "", KAD_ERROR_RECORD_TOO_LARGE);
  assert_refused (net, "/pk/xyz", "no key", "", KAD_ERROR_INVALID_RECORD);
  rows = kad_engine_dup_publications (net->engine);
  g_assert_cmpuint (rows->len, ==, 0);
  g_assert_cmpuint (count_events (net, KAD_EVENT_PUBLICATION_CHANGED), ==, 0);
}

static void
test_tags_are_bounded (void)
{
  g_autoptr (Network) net = make_network (1);
  g_autofree char *longest = g_strnfill (KAD_MAX_PUBLICATION_TAG_BYTES, 't');
  g_autofree char *too_long = g_strnfill (KAD_MAX_PUBLICATION_TAG_BYTES + 1, 't');

  g_test_summary ("32 of one publication, each of 255 bytes; the same one twice is one");
  assert_refused (net, "k", NULL, too_long, KAD_ERROR_INVALID_ARGUMENT);
  g_assert_true (publish (net, "k", NULL, longest, NULL));
  for (guint i = 1; i < KAD_MAX_PUBLICATION_TAGS; i++)
    {
      g_autofree char *tag = g_strdup_printf ("tag %u", i);

      g_assert_true (publish (net, "k", NULL, tag, NULL));
    }
  assert_refused (net, "k", NULL, "one more", KAD_ERROR_LIMIT_REACHED);
  g_assert_true (publish (net, "k", NULL, longest, NULL));
  g_assert_true (unpublish (net, KAD_PUBLICATION_PROVIDER, "k", longest));
  g_assert_true (publish (net, "k", NULL, "one more", NULL));
}

static void
test_publications_are_bounded (void)
{
  g_autoptr (Network) net = make_network (0);
  g_autoptr (GPtrArray) rows = NULL;
  gint64 began_us = g_get_monotonic_time ();

  g_test_summary ("65,536, of both kinds together; each is told, found and ended in no time");
  for (guint i = 0; i < KAD_MAX_PUBLICATIONS; i++)
    {
      g_autofree char *key = g_strdup_printf ("key %u", i);

      g_assert_true (publish (net, key, i % 2 == 0 ? NULL : "v", "", NULL));
    }
  assert_refused (net, "one more", NULL, "", KAD_ERROR_LIMIT_REACHED);
  g_assert_false (restore (net, "one more", NULL, "", 0));
  network_forget (net);
  rows = kad_engine_dup_publications (net->engine);
  g_assert_cmpuint (rows->len, ==, KAD_MAX_PUBLICATIONS);
  network_add_server (net, 1);
  for (guint i = 0; i < KAD_MAX_PUBLICATIONS; i++)
    {
      const KadPublicationRow *row = rows->pdata[i];

      g_assert_true (
          kad_engine_unpublish (net->engine, row->kind, row->key, "", net->now_us, NULL));
    }
  network_forget (net);
  /* A fraction of a second; quadratic, it would be minutes. */
  g_assert_cmpint (g_get_monotonic_time () - began_us, <, 60 * G_USEC_PER_SEC);
}

static void
test_eight_run_at_once (void)
{
  g_autoptr (Network) net = make_network (1);
  guint n_running = 0;

  g_test_summary ("of a hundred that are asked for together; the others wait for their turn");
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *key = g_strdup_printf ("key %u", i);

      g_assert_true (publish (net, key, NULL, "", NULL));
    }
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *key = g_strdup_printf ("key %u", i);
      g_autoptr (KadPublicationRow) row = look (net, KAD_PUBLICATION_PROVIDER, key, "");

      g_assert_true (row->is_running != row->is_waiting);
      n_running += row->is_running;
    }
  g_assert_cmpuint (n_running, ==, 8);
  g_assert_cmpuint (settle (net, 0), ==, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add_func ("/dht/engine-publications/" name, test)
  ADD ("life", test_its_life_is_told);
  ADD ("note", test_not_everybody_is_success_with_a_note);
  ADD ("tags", test_it_ends_with_its_last_tag);
  ADD ("persistent", test_persistent_is_of_each_tag);
  ADD ("value", test_another_value_is_for_all_tags);
  ADD ("user", test_the_users_tag_is_its_own);
  ADD ("user-fails", test_a_failed_first_run_of_the_user_leaves_the_others);
  ADD ("refresh", test_refresh_runs_now);
  ADD ("ended", test_ended_while_it_runs);
  ADD ("alone", test_alone_it_waits_for_somebody);
  ADD ("clock", test_a_step_of_the_clock_moves_what_is_told);
  ADD ("restore", test_restored_it_keeps_its_times);
  ADD ("bad-row", test_a_bad_row_is_not_restored);
  ADD ("refused", test_what_is_wrong_is_refused);
  ADD ("max-tags", test_tags_are_bounded);
  ADD ("max-publications", test_publications_are_bounded);
  ADD ("max-at-once", test_eight_run_at_once);
  return g_test_run ();
}
