/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "kad-database-queue.h"

static KadDatabaseRow *
new_publication (gint64 kind, const char *key, const char *tag)
{
  KadDatabaseRow *row = kad_database_row_new (KAD_DATABASE_PUBLICATION);

  kad_database_row_set_number (row, KAD_PUBLICATION_ROW_KIND, kind);
  kad_database_row_set_bytes (row, KAD_PUBLICATION_ROW_KEY, key, strlen (key));
  kad_database_row_set_text (row, KAD_PUBLICATION_ROW_TAG, tag);
  return row;
}

static KadDatabaseRow *
new_record (guint number, gsize size)
{
  KadDatabaseRow *row = kad_database_row_new (KAD_DATABASE_RECORD);
  g_autofree char *value = g_malloc0 (size);

  kad_database_row_set_bytes (row, KAD_RECORD_KEY, &number, sizeof number);
  kad_database_row_set_bytes (row, KAD_RECORD_VALUE, value, size);
  kad_database_row_set_bytes (row, KAD_RECORD_HOLDER, "peer", 4);
  return row;
}

static void
test_keys_name_a_row (void)
{
  g_autoptr (KadDatabaseRow) row = new_publication (0, "key", "tag");
  g_autoptr (KadDatabaseRow) same = kad_database_row_copy (row);
  g_autoptr (KadDatabaseRow) kind = new_publication (1, "key", "tag");
  g_autoptr (KadDatabaseRow) key = new_publication (0, "kex", "tag");
  g_autoptr (KadDatabaseRow) tag = new_publication (0, "key", "tax");

  g_test_summary ("Rows are the same when all their keys are, whatever else they say");

  kad_database_row_set_number (same, KAD_PUBLICATION_ROW_STORED, 20);
  g_assert_true (kad_database_row_equal (row, same));
  g_assert_cmpuint (kad_database_row_hash (row), ==, kad_database_row_hash (same));
  g_assert_false (kad_database_row_equal (row, kind));
  g_assert_false (kad_database_row_equal (row, key));
  g_assert_false (kad_database_row_equal (row, tag));
}

static void
test_tables_are_apart (void)
{
  g_autoptr (KadDatabaseRow) peer = kad_database_row_new (KAD_DATABASE_PEER);
  g_autoptr (KadDatabaseRow) other = kad_database_row_new (KAD_DATABASE_PROVIDER_PEER);

  g_test_summary ("The same key in two tables is two rows");

  kad_database_row_set_bytes (peer, KAD_PEER_ID, "id", 2);
  kad_database_row_set_bytes (other, KAD_PROVIDER_PEER_KEY, "id", 2);
  g_assert_false (kad_database_row_equal (peer, other));
}

static void
test_no_room (void)
{
  KadDatabaseQueue queue;
  guint n = 0;

  g_test_summary ("A queue takes so many bytes and no more; publications always get in");

  kad_database_queue_init (&queue);
  g_assert_true (kad_database_queue_is_empty (&queue));
  while (kad_database_queue_add (&queue, new_record (n, 60000)))
    n++;
  g_assert_cmpuint (n, >, 1000);
  g_assert_cmpuint (queue.n_bytes, <=, KAD_MAX_DATABASE_QUEUE_BYTES);
  g_assert_true (kad_database_queue_add (&queue, new_record (0, 60000)));
  g_assert_true (kad_database_queue_add (&queue, new_publication (0, "key", "")));
  kad_database_queue_shed (&queue);
  g_assert_cmpuint (g_hash_table_size (queue.rows), ==, 1);
  g_assert_cmpuint (queue.n_bytes, <, 10000);
  kad_database_queue_clear (&queue);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/database-row/keys", test_keys_name_a_row);
  g_test_add_func ("/swarm/database-row/tables", test_tables_are_apart);
  g_test_add_func ("/swarm/database-row/no-room", test_no_room);
  return g_test_run ();
}
