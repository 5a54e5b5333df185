/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-error.h"
#include "kad-saved-rows.h"

#define PEER "12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS"

static KadPeerInfo *
new_info (void)
{
  g_autoptr (KadMultiaddr) one = kad_multiaddr_new_from_string ("/ip4/10.0.0.1/tcp/4001", NULL);
  g_autoptr (KadMultiaddr) other = kad_multiaddr_new_from_string ("/dns/a.example/tcp/1/ws", NULL);
  KadPeerInfo *info;
  KadPeerId peer;

  g_assert_true (kad_peer_id_parse (&peer, PEER, NULL));
  info = kad_peer_info_new (&peer);
  kad_peer_info_add_address (info, one);
  kad_peer_info_add_address (info, other);
  return info;
}

static void
assert_same (KadPeerInfo *a, KadPeerInfo *b)
{
  g_assert_true (kad_peer_id_equal (kad_peer_info_get_peer (a), kad_peer_info_get_peer (b)));
  g_assert_cmpuint (kad_peer_info_get_n_addresses (a), ==, kad_peer_info_get_n_addresses (b));
  for (guint i = 0; i < kad_peer_info_get_n_addresses (a); i++)
    g_assert_true (
        kad_multiaddr_equal (kad_peer_info_get_address (a, i), kad_peer_info_get_address (b, i)));
}

static void
test_peers (void)
{
  g_autoptr (KadPeerInfo) info = new_info ();
  g_autoptr (KadDatabaseRow) row = kad_saved_peer_new (info, 5, TRUE);
  g_autoptr (KadDatabaseRow) provider = kad_saved_provider_peer_new (info, 6);
  g_autoptr (KadPeerInfo) read = kad_saved_peer_read (row);
  g_autoptr (KadPeerInfo) read_provider = kad_saved_provider_peer_read (provider);

  g_test_summary ("A peer and its addresses come back as they were");

  assert_same (read, info);
  assert_same (read_provider, info);
  g_assert_cmpint (row->cells[KAD_PEER_SEEN].number, ==, 5);
  g_assert_cmpint (provider->cells[KAD_PROVIDER_PEER_EXPIRES].number, ==, 6);
}

static void
test_addresses_cut_anywhere (void)
{
  g_autoptr (KadPeerInfo) info = new_info ();
  g_autoptr (KadDatabaseRow) row = kad_saved_peer_new (info, 5, TRUE);
  g_autoptr (GBytes) whole = g_bytes_ref (row->cells[KAD_PEER_ADDRESSES].bytes);
  gsize len;
  const guint8 *data = g_bytes_get_data (whole, &len);
  guint n_good = 0;

  g_test_summary ("Addresses that were cut are refused, at each place but those between two");

  for (gsize cut = 0; cut < len; cut++)
    {
      g_autoptr (KadPeerInfo) read = NULL;

      kad_database_row_set_bytes (row, KAD_PEER_ADDRESSES, data, cut);
      read = kad_saved_peer_read (row);
      n_good += read != NULL;
    }
  g_assert_cmpuint (n_good, ==, 2);
}

static void
test_records (void)
{
  g_autoptr (KadPeerInfo) info = new_info ();
  g_autoptr (GBytes) key = g_bytes_new_static ("/v/key", 6);
  g_autoptr (GBytes) value = g_bytes_new_static ("value", 5);
  g_autoptr (KadRecord) plain = kad_record_new (key, value, "2026-11-21T15:00:00Z");
  g_autoptr (KadRecord) whole
      = kad_record_with_publisher (plain, kad_peer_info_get_peer (info), 3600);
  KadRecord *records[] = { plain, whole };

  g_test_summary ("A record comes back as it was, with its publisher and time or without");

  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    {
      g_autoptr (KadDatabaseRow) row
          = kad_saved_record_new (records[i], kad_peer_info_get_peer (info), 7);
      g_autoptr (KadRecord) read = NULL;
      KadPeerId from;

      read = kad_saved_record_read (row, &from);
      g_assert_true (kad_peer_id_equal (&from, kad_peer_info_get_peer (info)));
      g_assert_true (g_bytes_equal (kad_record_get_key (read), key));
      g_assert_true (g_bytes_equal (kad_record_get_value (read), value));
      g_assert_cmpstr (kad_record_get_time_received (read), ==, "2026-11-21T15:00:00Z");
      g_assert_cmpuint (kad_record_get_ttl_s (read), ==, i == 0 ? 0 : 3600);
      g_assert_true ((kad_record_get_publisher (read) != NULL) == (i == 1));
      g_assert_cmpint (row->cells[KAD_RECORD_EXPIRES].number, ==, 7);
    }
}

static void
test_publications (void)
{
  g_autoptr (GBytes) key = g_bytes_new_static ("/v/key", 6);
  g_autoptr (GBytes) value = g_bytes_new_static ("value", 5);
  g_autoptr (KadPublicationRow) publication
      = kad_publication_row_new (KAD_PUBLICATION_RECORD, key, value, "app");
  g_autoptr (KadDatabaseRow) row = NULL;
  g_autoptr (KadPublicationRow) read = NULL;

  g_test_summary ("A publication comes back as it was, and is persistent");

  publication->created_us = 1;
  publication->last_run_us = 2;
  publication->next_run_us = 3;
  publication->stored = 18;
  publication->wanted = 20;
  publication->n_failures = 4;
  publication->error = g_error_new (KAD_ERROR, KAD_ERROR_QUORUM_FAILED, "no\xff text");
  row = kad_saved_publication_new (publication);
  read = kad_saved_publication_read (row);
  g_assert_cmpint (read->kind, ==, KAD_PUBLICATION_RECORD);
  g_assert_true (g_bytes_equal (read->key, key));
  g_assert_true (g_bytes_equal (read->value, value));
  g_assert_cmpstr (read->tag, ==, "app");
  g_assert_true (read->persistent);
  g_assert_false (read->is_running);
  g_assert_cmpint (read->created_us + read->last_run_us + read->next_run_us, ==, 6);
  g_assert_cmpuint (read->stored + read->wanted + read->n_failures, ==, 42);
  g_assert_error (read->error, KAD_ERROR, KAD_ERROR_QUORUM_FAILED);
  g_assert_true (g_utf8_validate (read->error->message, -1, NULL));
}

static void
test_nonsense (void)
{
  g_autoptr (KadDatabaseRow) publication = kad_database_row_new (KAD_DATABASE_PUBLICATION);
  g_autoptr (KadDatabaseRow) record = kad_database_row_new (KAD_DATABASE_RECORD);
  g_autoptr (KadDatabaseRow) provider = kad_database_row_new (KAD_DATABASE_PROVIDER);
  KadPeerId peer;

  g_test_summary ("Rows that make no sense are nothing");

  kad_database_row_set_bytes (publication, KAD_PUBLICATION_ROW_KEY, "k", 1);
  kad_database_row_set_text (publication, KAD_PUBLICATION_ROW_TAG, "");
  kad_database_row_set_number (publication, KAD_PUBLICATION_ROW_KIND, 1);
  g_assert_null (kad_saved_publication_read (publication)); /* a record without a value */
  kad_database_row_set_number (publication, KAD_PUBLICATION_ROW_KIND, 7);
  g_assert_null (kad_saved_publication_read (publication));
  kad_database_row_set_number (publication, KAD_PUBLICATION_ROW_KIND, -1);
  g_assert_null (kad_saved_publication_read (publication));

  kad_database_row_set_bytes (record, KAD_RECORD_KEY, "k", 1);
  kad_database_row_set_bytes (record, KAD_RECORD_VALUE, "", 0);
  kad_database_row_set_bytes (record, KAD_RECORD_HOLDER, "nobody", 6);
  g_assert_null (kad_saved_record_read (record, &peer));

  kad_database_row_set_bytes (provider, KAD_PROVIDER_KEY, "", 0);
  kad_database_row_set_bytes (provider, KAD_PROVIDER_PEER_ID, "nobody", 6);
  g_assert_false (kad_saved_provider_read (provider, &peer));
  kad_database_row_set_bytes (provider, KAD_PROVIDER_KEY, "key", 3);
  g_assert_false (kad_saved_provider_read (provider, &peer));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/saved-rows/peers", test_peers);
  g_test_add_func ("/swarm/saved-rows/cut", test_addresses_cut_anywhere);
  g_test_add_func ("/swarm/saved-rows/records", test_records);
  g_test_add_func ("/swarm/saved-rows/publications", test_publications);
  g_test_add_func ("/swarm/saved-rows/nonsense", test_nonsense);
  return g_test_run ();
}
