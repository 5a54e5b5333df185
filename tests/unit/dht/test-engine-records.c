/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-engine-private.h"

#include "test-network.h"

static KadRecord *
make_record (const char *value, guint32 ttl_s)
{
  g_autoptr (GBytes) key = text_bytes ("k");
  g_autoptr (GBytes) value_bytes = text_bytes (value);
  g_autoptr (KadRecord) plain = kad_record_new (key, value_bytes, NULL);

  return kad_record_with_publisher (plain, NULL, ttl_s);
}

static gboolean
store (Network *net, const char *value, guint32 ttl_s)
{
  g_autoptr (KadRecord) record = make_record (value, ttl_s);
  KadPeerId from = make_peer (7);

  return kad_engine_store_record (net->engine, record, &from, NULL);
}

static char *
dup_value (Network *net)
{
  g_autoptr (GBytes) key = text_bytes ("k");
  g_autoptr (KadRecord) record = kad_engine_dup_valid_record (net->engine, key);
  gsize len;
  const char *data;

  if (record == NULL)
    return NULL;
  data = g_bytes_get_data (kad_record_get_value (record), &len);
  return g_strndup (data, len);
}

static void
test_stored_is_what_comes_out (void)
{
  g_autoptr (Network) net = network_new ();
  g_autofree char *before = dup_value (net);
  g_autofree char *after = NULL;

  g_test_summary ("nothing before, the record after");
  g_assert_null (before);
  g_assert_true (store (net, "v", 0));
  after = dup_value (net);
  g_assert_cmpstr (after, ==, "v");
}

static void
test_its_own_ttl_is_the_shorter (void)
{
  g_autoptr (Network) net = network_new ();
  g_autofree char *early = NULL;
  g_autofree char *late = NULL;

  g_test_summary ("a record's time to live shortens ours");
  g_assert_true (store (net, "v", 60));
  network_advance (net, 59 * SECOND);
  early = dup_value (net);
  g_assert_cmpstr (early, ==, "v");
  network_advance (net, 2 * SECOND);
  late = dup_value (net);
  g_assert_null (late);
}

static void
test_our_own_copy_outlives_the_store (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (GBytes) key = text_bytes ("k");
  g_autoptr (GBytes) value = text_bytes ("mine");
  g_autoptr (GError) error = NULL;
  KadRecordStore *records = net->engine->config.records;
  KadOutput output;
  g_autofree char *still = NULL;
  g_autofree char *gone = NULL;

  g_test_summary ("what we have put is ours to give until we remove it");
  network_add_server (net, 1);
  network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_PUT_RECORD, .key = key, .value = value });
  network_reply_found (net, 1, 0, 0);
  g_assert_true (network_take (net, KAD_OUTPUT_SEND, 1, &output));
  kad_engine_reply_received (net->engine, output.request, output.message, net->now_us);
  kad_output_clear (&output);
  records->klass->remove (records, key);
  still = dup_value (net);
  g_assert_cmpstr (still, ==, "mine");
  g_assert_true (kad_engine_remove_record (net->engine, key, &error));
  g_assert_no_error (error);
  gone = dup_value (net);
  g_assert_null (gone);
  g_assert_false (kad_engine_remove_record (net->engine, key, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND);
}

static void
test_we_are_a_provider_too (void)
{
  g_autoptr (Network) net = network_new ();
  g_autoptr (GBytes) key = text_bytes ("k");
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GPtrArray) ours = NULL;
  g_autoptr (GPtrArray) ended = NULL;

  g_test_summary ("while we provide a key we are the first that are named");
  network_listen (net, "/ip4/10.9.9.9/tcp/1");
  network_add_server (net, 1);
  none = kad_engine_dup_providers (net->engine, key, 10);
  g_assert_cmpuint (none->len, ==, 0);
  network_start (net, (KadQuerySpec){ .kind = KAD_QUERY_PROVIDE, .key = key });
  ours = kad_engine_dup_providers (net->engine, key, 10);
  g_assert_cmpuint (ours->len, ==, 1);
  assert_peer (g_ptr_array_index (ours, 0), 0);
  g_assert_true (kad_engine_stop_provide (net->engine, key, NULL));
  ended = kad_engine_dup_providers (net->engine, key, 10);
  g_assert_cmpuint (ended->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/engine-records/stored", test_stored_is_what_comes_out);
  g_test_add_func ("/dht/engine-records/ttl", test_its_own_ttl_is_the_shorter);
  g_test_add_func ("/dht/engine-records/own", test_our_own_copy_outlives_the_store);
  g_test_add_func ("/dht/engine-records/provider", test_we_are_a_provider_too);
  return g_test_run ();
}
