/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-publication-row.h"

#include "kad-error.h"
#include "kad-event.h"

static KadPublicationRow *
new_row (void)
{
  g_autoptr (GBytes) key = g_bytes_new_static ("/a/key", 6);
  g_autoptr (GBytes) value = g_bytes_new_static ("value", 5);
  KadPublicationRow *row = kad_publication_row_new (KAD_PUBLICATION_RECORD, key, value, "app");

  row->persistent = TRUE;
  row->next_run_us = 1795251914000000;
  row->stored = 18;
  row->wanted = 20;
  row->error = g_error_new (KAD_ERROR, KAD_ERROR_TIMEOUT, "two did not answer");
  return row;
}

static void
test_names (void)
{
  g_test_summary ("Each kind of publication has a name");

  g_assert_cmpstr (kad_publication_kind_get_name (KAD_PUBLICATION_PROVIDER), ==, "provider");
  g_assert_cmpstr (kad_publication_kind_get_name (KAD_PUBLICATION_RECORD), ==, "record");
}

static void
test_copy_outlives (void)
{
  KadPublicationRow *row = new_row ();
  g_autoptr (KadPublicationRow) copy = kad_publication_row_copy (row);

  g_test_summary ("A copy holds all of its row, and outlives it");

  kad_publication_row_free (row);
  g_assert_cmpint (copy->kind, ==, KAD_PUBLICATION_RECORD);
  g_assert_cmpmem (g_bytes_get_data (copy->key, NULL), g_bytes_get_size (copy->key), "/a/key", 6);
  g_assert_cmpmem (g_bytes_get_data (copy->value, NULL), g_bytes_get_size (copy->value), "value",
                   5);
  g_assert_cmpstr (copy->tag, ==, "app");
  g_assert_true (copy->persistent);
  g_assert_cmpint (copy->next_run_us, ==, 1795251914000000);
  g_assert_cmpuint (copy->stored, ==, 18);
  g_assert_cmpuint (copy->wanted, ==, 20);
  g_assert_error (copy->error, KAD_ERROR, KAD_ERROR_TIMEOUT);
}

static void
test_provider_has_no_value (void)
{
  g_autoptr (GBytes) key = g_bytes_new_static ("k", 1);
  g_autoptr (KadPublicationRow) row
      = kad_publication_row_new (KAD_PUBLICATION_PROVIDER, key, NULL, "");
  g_autoptr (KadPublicationRow) copy = kad_publication_row_copy (row);

  g_test_summary ("What is provided has no value, and nothing has happened to it at first");

  g_assert_null (copy->value);
  g_assert_null (copy->error);
  g_assert_cmpint (copy->last_run_us, ==, 0);
}

static void
test_event_carries_it (void)
{
  g_autoptr (KadEvent) event = kad_event_new (KAD_EVENT_PUBLICATION_CHANGED);

  g_test_summary ("An event owns the publication that it is about");

  g_assert_null (kad_event_get_publication (event));
  event->publication = new_row ();
  g_assert_cmpstr (kad_event_get_publication (event)->tag, ==, "app");
  g_assert_cmpstr (kad_event_type_get_name (event->type), ==, "publication-changed");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/publication-row/names", test_names);
  g_test_add_func ("/publication-row/copy-outlives", test_copy_outlives);
  g_test_add_func ("/publication-row/provider-has-no-value", test_provider_has_no_value);
  g_test_add_func ("/publication-row/event-carries-it", test_event_carries_it);
  return g_test_run ();
}
