/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-network.h"

static KadMessage *
value_answer (const char *key, const char *value, const char *time)
{
  g_autoptr (GBytes) key_bytes = text_bytes (key);
  g_autoptr (GBytes) value_bytes = text_bytes (value);
  g_autoptr (KadRecord) record = kad_record_new (key_bytes, value_bytes, time);
  KadMessage *reply = kad_message_new (KAD_MESSAGE_GET_VALUE, key_bytes);

  kad_message_set_record (reply, record);
  return reply;
}

static KadMessage *
empty_answer (void)
{
  return answer (KAD_MESSAGE_GET_VALUE, NULL, 0, 0);
}

static guint
select_greatest (gpointer self, GBytes *key, GBytes *const *values, guint n_values)
{
  guint best = 0;

  for (guint i = 1; i < n_values; i++)
    best = g_bytes_compare (values[i], values[best]) > 0 ? i : best;
  return best;
}

static gboolean
validate_not_bad (gpointer self, GBytes *key, GBytes *value, gint64 unix_us, GError **error)
{
  if (((const char *) g_bytes_get_data (value, NULL))[0] != '!')
    return TRUE;
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_RECORD, "Bad");
  return FALSE;
}

static const KadValidatorClass greatest_class
    = { .validate = validate_not_bad, .select = select_greatest };

/* Servers 1 to 4 are in the table; /v/ takes the greatest value. */
static Network *
make_network (void)
{
  g_autoptr (KadValidators) validators = kad_validators_new ();
  KadEngineConfig config = { .mode = KAD_MODE_SERVER, .validators = validators };
  Network *net;

  kad_validators_add (validators, "v", &greatest_class, NULL);
  kad_validators_add_accept_any (validators, 1024);
  net = network_new_with (&config);
  for (guint32 i = 1; i <= 4; i++)
    network_add_server (net, i);
  network_forget (net);
  return net;
}

static KadQueryId
get (Network *net, const char *key, guint quorum, guint limit)
{
  g_autoptr (GBytes) bytes = text_bytes (key);

  return network_start (
      net, (KadQuerySpec){
               .kind = KAD_QUERY_GET_RECORD, .key = bytes, .quorum = quorum, .limit = limit });
}

static void
assert_step (Network *net, KadQueryId id, guint index, const char *value, guint32 from)
{
  KadEvent *step = network_step (net, id, index);
  KadPeerId peer = make_peer (from);
  g_autoptr (GBytes) expected = text_bytes (value);

  g_assert_nonnull (step);
  g_assert_true (g_bytes_equal (kad_record_get_value (step->record), expected));
  g_assert_true (kad_peer_id_equal (&step->from, &peer));
  g_assert_cmpuint (step->step, ==, index + 1);
}

static void
test_each_better_record_is_reported (void)
{
  g_autoptr (Network) net = make_network ();
  KadQueryId id = get (net, "/v/k", 0, 0);
  KadEvent *last;

  g_test_summary ("2, then 1 (worse), then invalid, then 3: 2 and 3 are reported, 3 last");
  network_reply (net, 1, value_answer ("/v/k", "2", NULL));
  network_reply (net, 2, value_answer ("/v/k", "1", NULL));
  network_reply (net, 3, value_answer ("/v/k", "!", NULL));
  network_reply (net, 4, value_answer ("/v/k", "3", NULL));
  assert_step (net, id, 0, "2", 1);
  assert_step (net, id, 1, "3", 4);
  g_assert_null (network_step (net, id, 2));
  last = network_last (net, id);
  g_assert_no_error (last->error);
  g_assert_cmpint (last->outcome, ==, KAD_OUTCOME_COMPLETED);
  g_assert_cmpuint (last->stats.successes, ==, 4);
  g_assert_cmpuint (last->step, ==, 3);
}

static void
test_those_that_lack_the_best_are_given_it (void)
{
  g_autoptr (Network) net = make_network ();
  g_autoptr (GBytes) best = text_bytes ("3");
  guint n_corrected = 0;
  KadOutput output;

  g_test_summary ("who answered with less or nothing gets a PUT of the best, others do not");
  get (net, "/v/k", 0, 0);
  network_reply (net, 1, value_answer ("/v/k", "2", NULL));
  network_reply (net, 2, value_answer ("/v/k", "3", NULL));
  network_reply (net, 3, empty_answer ());
  network_reply (net, 4, value_answer ("/v/k", "3", NULL));
  while (network_take (net, KAD_OUTPUT_SEND, 0, &output))
    {
      KadPeerId one = make_peer (1);
      KadPeerId three = make_peer (3);
      KadRecord *record = kad_message_get_record (output.message);

      g_assert_cmpint (kad_message_get_message_type (output.message), ==, KAD_MESSAGE_PUT_VALUE);
      g_assert_true (kad_peer_id_equal (&output.peer, &one)
                     || kad_peer_id_equal (&output.peer, &three));
      g_assert_true (g_bytes_equal (kad_record_get_value (record), best));
      g_assert_nonnull (kad_record_get_time_received (record));
      n_corrected++;
      kad_output_clear (&output);
    }
  g_assert_cmpuint (n_corrected, ==, 2);
}

static void
test_nobody_has_it (void)
{
  g_autoptr (Network) net = make_network ();
  KadQueryId id = get (net, "/v/k", 0, 0);

  g_test_summary ("NotFound, not an empty answer; a record of another key is none");
  for (guint32 i = 1; i <= 3; i++)
    network_reply (net, i, empty_answer ());
  network_reply (net, 4, value_answer ("/v/other", "9", NULL));
  g_assert_error (network_last (net, id)->error, KAD_ERROR, KAD_ERROR_NOT_FOUND);
  g_assert_cmpstr (network_last (net, id)->error->message, ==,
                   "No valid record of the key was found: 4 peers answered");
  g_assert_null (network_step (net, id, 0));
}

static void
test_quorum_and_limit_stop_it (void)
{
  g_autoptr (Network) net = make_network ();
  KadQueryId by_quorum, by_limit;

  g_test_summary ("two valid answers with quorum two; the first record with limit one");
  by_quorum = get (net, "/v/q", 2, 0);
  network_reply (net, 1, value_answer ("/v/q", "5", NULL));
  g_assert_null (network_last (net, by_quorum));
  network_reply (net, 2, value_answer ("/v/q", "!", NULL));
  g_assert_null (network_last (net, by_quorum));
  network_reply (net, 3, value_answer ("/v/q", "5", NULL));
  g_assert_cmpint (network_last (net, by_quorum)->outcome, ==, KAD_OUTCOME_STOPPED);
  network_forget (net);
  by_limit = get (net, "/v/l", 0, 1);
  network_reply (net, 4, value_answer ("/v/l", "5", NULL));
  g_assert_cmpint (network_last (net, by_limit)->outcome, ==, KAD_OUTCOME_STOPPED);
  g_assert_no_error (network_last (net, by_limit)->error);
}

static void
test_our_own_copy_counts (void)
{
  g_autoptr (Network) net = make_network ();
  g_autoptr (GBytes) key = text_bytes ("/v/k");
  g_autoptr (KadMessage) put = value_answer ("/v/k", "7", NULL);
  g_autoptr (KadMessage) request = kad_message_new (KAD_MESSAGE_PUT_VALUE, key);
  KadPeerId from = make_peer (1);
  KadQueryId id;

  g_test_summary ("what we hold for others is the first answer, from ourselves");
  kad_message_set_record (request, kad_message_get_record (put));
  kad_message_unref (kad_engine_handle_request (net->engine, &from, request, net->now_us, NULL));
  id = get (net, "/v/k", 1, 0);
  g_assert_cmpint (network_last (net, id)->outcome, ==, KAD_OUTCOME_STOPPED);
  assert_step (net, id, 0, "7", 0);
  g_assert_cmpuint (network_last (net, id)->stats.requests, ==, 0);
}

static void
test_where_anything_goes_the_newest_is_best (void)
{
  g_autoptr (Network) net = make_network ();
  KadQueryId id = get (net, "text", 0, 0);

  g_test_summary ("accept any: by the time of storing, whoever answers first");
  network_reply (net, 1, value_answer ("text", "new", "2026-02-02T00:00:00.0Z"));
  network_reply (net, 2, value_answer ("text", "old", "2026-01-01T00:00:00.0Z"));
  network_reply (net, 3, value_answer ("text", "newest", "2026-03-03T00:00:00.0Z"));
  network_reply (net, 4, value_answer ("text", "timeless", "yesterday"));
  assert_step (net, id, 0, "new", 1);
  assert_step (net, id, 1, "newest", 3);
  g_assert_null (network_step (net, id, 2));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/query-get-record/better", test_each_better_record_is_reported);
  g_test_add_func ("/dht/query-get-record/correct", test_those_that_lack_the_best_are_given_it);
  g_test_add_func ("/dht/query-get-record/not-found", test_nobody_has_it);
  g_test_add_func ("/dht/query-get-record/stop", test_quorum_and_limit_stop_it);
  g_test_add_func ("/dht/query-get-record/own-copy", test_our_own_copy_counts);
  g_test_add_func ("/dht/query-get-record/newest", test_where_anything_goes_the_newest_is_best);
  return g_test_run ();
}
