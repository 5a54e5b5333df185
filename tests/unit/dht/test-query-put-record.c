/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-network.h"

/* Servers 1 to @n are in the table. */
static Network *
make_network (guint n)
{
  Network *net = network_new ();

  for (guint32 i = 1; i <= n; i++)
    network_add_server (net, i);
  network_forget (net);
  return net;
}

/* Puts "v" at "k"; the walk has been answered, the PUTs are out. */
static KadQueryId
put (Network *net, guint n, guint quorum)
{
  g_autoptr (GBytes) key = text_bytes ("k");
  g_autoptr (GBytes) value = text_bytes ("v");
  KadQueryId id = network_start (
      net,
      (KadQuerySpec){ .kind = KAD_QUERY_PUT_RECORD, .key = key, .value = value, .quorum = quorum });

  for (guint32 i = 1; i <= n; i++)
    network_reply_found (net, i, 0, 0);
  return id;
}

static void
echo (Network *net, guint32 n)
{
  KadOutput output;

  g_assert_true (network_take (net, KAD_OUTPUT_SEND, n, &output));
  g_assert_cmpint (kad_message_get_message_type (output.message), ==, KAD_MESSAGE_PUT_VALUE);
  g_assert_nonnull (kad_record_get_time_received (kad_message_get_record (output.message)));
  kad_engine_reply_received (net->engine, output.request, output.message, net->now_us);
  kad_output_clear (&output);
}

static const char *
find_reason (const KadEvent *last, guint32 n)
{
  KadPeerId peer = make_peer (n);

  for (guint i = 0; i < last->failures->len; i++)
    {
      const KadPeerFailure *failure = g_ptr_array_index (last->failures, i);

      if (kad_peer_id_equal (&failure->peer, &peer))
        return failure->reason;
    }
  return NULL;
}

static void
test_all_store (void)
{
  g_autoptr (Network) net = make_network (3);
  KadQueryId id = put (net, 3, KAD_QUORUM_ALL);
  KadEvent *last;

  g_test_summary ("three of three, and done when the last has answered");
  echo (net, 1);
  echo (net, 2);
  g_assert_null (network_last (net, id));
  echo (net, 3);
  last = network_last (net, id);
  g_assert_no_error (last->error);
  g_assert_cmpint (last->outcome, ==, KAD_OUTCOME_COMPLETED);
  g_assert_cmpuint (last->stored, ==, 3);
  g_assert_cmpuint (last->wanted, ==, 3);
  g_assert_cmpuint (last->failures->len, ==, 0);
}

static void
test_failures_are_named_with_their_reasons (void)
{
  g_autoptr (Network) net = make_network (3);
  KadQueryId id = put (net, 3, KAD_QUORUM_DEFAULT);
  g_autoptr (GBytes) key = text_bytes ("k");
  g_autoptr (GBytes) other = text_bytes ("other");
  g_autoptr (KadRecord) record = kad_record_new (key, other, NULL);
  KadMessage *wrong = kad_message_new (KAD_MESSAGE_PUT_VALUE, key);
  KadEvent *last;

  g_test_summary ("a reset, an answer without a record, one with another value: 0 of 3");
  kad_message_set_record (wrong, record);
  network_fail (net, 1, KAD_ERROR_CLOSED);
  network_reply (net, 2, kad_message_new (KAD_MESSAGE_PUT_VALUE, key));
  network_reply (net, 3, wrong);
  last = network_last (net, id);
  g_assert_error (last->error, KAD_ERROR, KAD_ERROR_QUORUM_FAILED);
  g_assert_cmpuint (last->stored, ==, 0);
  g_assert_cmpuint (last->wanted, ==, 3);
  g_assert_cmpuint (last->failures->len, ==, 3);
  g_assert_cmpstr (find_reason (last, 1), ==, "It failed");
  g_assert_cmpstr (find_reason (last, 2), ==, "The peer's answer carries no record");
  g_assert_nonnull (strstr (find_reason (last, 3), "another record"));
}

static void
test_quorums (void)
{
  struct
  {
    guint quorum;
    gboolean enough;
  } cases[] = { { 1, TRUE },
                { 2, TRUE },
                { 3, FALSE },
                { 9, FALSE },
                { KAD_QUORUM_MAJORITY, FALSE },
                { KAD_QUORUM_ALL, FALSE },
                { KAD_QUORUM_DEFAULT, TRUE } };

  g_test_summary ("two of four stored: enough for one, two and the default only");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Network) net = make_network (4);
      KadQueryId id = put (net, 4, cases[i].quorum);
      KadEvent *last;

      echo (net, 1);
      network_fail (net, 2, KAD_ERROR_CLOSED);
      echo (net, 3);
      network_fail (net, 4, KAD_ERROR_CLOSED);
      last = network_last (net, id);
      g_assert_cmpuint (last->stored, ==, 2);
      g_assert_cmpuint (last->failures->len, ==, 2);
      if (cases[i].enough)
        g_assert_no_error (last->error);
      else
        g_assert_error (last->error, KAD_ERROR, KAD_ERROR_QUORUM_FAILED);
    }
}

static void
test_silent_ones_get_a_short_grace (void)
{
  g_autoptr (Network) net = make_network (2);
  KadQueryId id = put (net, 2, KAD_QUORUM_DEFAULT);
  KadEvent *last;

  g_test_summary ("2 s after the quorum is met it ends, and names who was silent");
  echo (net, 1);
  network_advance (net, 1999 * KAD_USEC_PER_MSEC);
  g_assert_null (network_last (net, id));
  network_advance (net, KAD_USEC_PER_MSEC);
  last = network_last (net, id);
  g_assert_no_error (last->error);
  g_assert_cmpuint (last->stored, ==, 1);
  g_assert_cmpuint (last->wanted, ==, 2);
  g_assert_nonnull (find_reason (last, 2));
}

static void
test_without_a_quorum_silence_is_waited_out (void)
{
  g_autoptr (Network) net = make_network (2);
  KadQueryId id = put (net, 2, KAD_QUORUM_ALL);
  KadEvent *last;

  g_test_summary ("each peer has its 10 s");
  echo (net, 1);
  network_advance (net, 9999 * KAD_USEC_PER_MSEC);
  g_assert_null (network_last (net, id));
  network_advance (net, KAD_USEC_PER_MSEC);
  last = network_last (net, id);
  g_assert_error (last->error, KAD_ERROR, KAD_ERROR_QUORUM_FAILED);
  g_assert_nonnull (strstr (find_reason (last, 2), "did not answer within 10 s"));
}

static guint
select_greatest (gpointer self, GBytes *key, GBytes *const *values, guint n_values)
{
  return n_values > 1 && g_bytes_compare (values[1], values[0]) > 0 ? 1 : 0;
}

static gboolean
validate_all (gpointer self, GBytes *key, GBytes *value, gint64 unix_us, GError **error)
{
  return TRUE;
}

static const KadValidatorClass greatest_class
    = { .validate = validate_all, .select = select_greatest };

static KadEvent *
refused_put (Network *net, const char *key, GBytes *value)
{
  g_autoptr (GBytes) key_bytes = text_bytes (key);

  return network_last (net, network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_PUT_RECORD,
                                                                .key = key_bytes,
                                                                .value = value }));
}

static void
test_what_others_would_refuse_is_not_sent (void)
{
  g_autoptr (KadValidators) validators = kad_validators_new ();
  KadEngineConfig config = { .mode = KAD_MODE_SERVER, .validators = validators };
  g_autoptr (Network) net = NULL;
  g_autoptr (GBytes) key = text_bytes ("/v/k");
  g_autoptr (GBytes) two = text_bytes ("2");
  g_autoptr (GBytes) one = text_bytes ("1");
  g_autoptr (GBytes) huge = g_bytes_new_take (g_malloc0 (10241), 10241);
  g_autoptr (KadRecord) record = kad_record_new (key, two, NULL);
  g_autoptr (KadMessage) request = kad_message_new (KAD_MESSAGE_PUT_VALUE, key);
  KadPeerId from = make_peer (1);

  g_test_summary ("invalid, too large, none, and older than what we hold: errors at once");
  kad_validators_add (validators, "v", &greatest_class, NULL);
  net = network_new_with (&config);
  network_add_server (net, 1);
  kad_message_set_record (request, record);
  kad_message_unref (kad_engine_handle_request (net->engine, &from, request, net->now_us, NULL));
  network_forget (net);
  g_assert_error (refused_put (net, "/v/k", one)->error, KAD_ERROR, KAD_ERROR_OLDER_RECORD);
  g_assert_error (refused_put (net, "/x/k", one)->error, KAD_ERROR, KAD_ERROR_INVALID_RECORD);
  g_assert_error (refused_put (net, "/v/k", huge)->error, KAD_ERROR, KAD_ERROR_RECORD_TOO_LARGE);
  g_assert_error (refused_put (net, "/v/k", NULL)->error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_assert_cmpuint (network_count (net, KAD_OUTPUT_SEND), ==, 0);
}

static void
test_a_copy_is_kept_until_it_is_removed (void)
{
  g_autoptr (Network) net = make_network (1);
  g_autoptr (GBytes) key = text_bytes ("k");
  g_autoptr (GError) error = NULL;
  KadQuerySpec get = { .kind = KAD_QUERY_GET_RECORD, .key = key, .limit = 1 };
  KadQueryId id;

  g_test_summary ("the owner finds its own record without asking, and removes it once");
  put (net, 1, KAD_QUORUM_DEFAULT);
  echo (net, 1);
  id = network_start (net, get);
  g_assert_cmpint (network_last (net, id)->outcome, ==, KAD_OUTCOME_STOPPED);
  g_assert_true (kad_engine_remove_record (net->engine, key, NULL));
  g_assert_false (kad_engine_remove_record (net->engine, key, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND);
  id = network_start (net, get);
  g_assert_null (network_last (net, id));
}

static void
test_a_failed_put_keeps_nothing (void)
{
  g_autoptr (Network) net = make_network (1);
  g_autoptr (GBytes) key = text_bytes ("k");

  g_test_summary ("what was stored nowhere is not put again later");
  put (net, 1, KAD_QUORUM_DEFAULT);
  network_fail (net, 1, KAD_ERROR_CLOSED);
  g_assert_false (kad_engine_remove_record (net->engine, key, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/query-put-record/all", test_all_store);
  g_test_add_func ("/dht/query-put-record/reasons", test_failures_are_named_with_their_reasons);
  g_test_add_func ("/dht/query-put-record/quorums", test_quorums);
  g_test_add_func ("/dht/query-put-record/grace", test_silent_ones_get_a_short_grace);
  g_test_add_func ("/dht/query-put-record/no-quorum", test_without_a_quorum_silence_is_waited_out);
  g_test_add_func ("/dht/query-put-record/refused", test_what_others_would_refuse_is_not_sent);
  g_test_add_func ("/dht/query-put-record/copy", test_a_copy_is_kept_until_it_is_removed);
  g_test_add_func ("/dht/query-put-record/failed", test_a_failed_put_keeps_nothing);
  return g_test_run ();
}
