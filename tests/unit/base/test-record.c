/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-record.h"

#define TIME "2026-11-21T09:05:14.000000000Z"

static KadRecord *
new_record (const char *time_received)
{
  g_autoptr (GBytes) key = g_bytes_new_static ("/v/hello", 8);
  g_autoptr (GBytes) value = g_bytes_new_static ("world", 5);

  return kad_record_new (key, value, time_received);
}

static void
assert_key_and_value (const KadRecord *record)
{
  GBytes *key = kad_record_get_key (record), *value = kad_record_get_value (record);

  g_assert_cmpmem (g_bytes_get_data (key, NULL), g_bytes_get_size (key), "/v/hello", 8);
  g_assert_cmpmem (g_bytes_get_data (value, NULL), g_bytes_get_size (value), "world", 5);
}

static void
test_carries_what_it_was_given (void)
{
  g_autoptr (KadRecord) record = new_record (TIME);

  g_test_summary ("A record has its key, its value and its time, and no publisher");

  assert_key_and_value (record);
  g_assert_cmpstr (kad_record_get_time_received (record), ==, TIME);
  g_assert_null (kad_record_get_publisher (record));
  g_assert_cmpuint (kad_record_get_ttl_s (record), ==, 0);
}

static void
test_time_is_any_text_of_bounded_length (void)
{
  g_autofree char *longest = g_strnfill (KAD_MAX_RECORD_TIME_BYTES, 'x');
  g_autofree char *longer = g_strnfill (KAD_MAX_RECORD_TIME_BYTES + 1, 'x');
  g_autoptr (KadRecord) none = new_record (NULL);
  g_autoptr (KadRecord) empty = new_record ("");
  g_autoptr (KadRecord) number = new_record ("1754042400");
  g_autoptr (KadRecord) at_bound = new_record (longest);
  g_autoptr (KadRecord) past_bound = new_record (longer);

  g_test_summary ("A bad time is kept as it came, a missing or overlong one is none");

  g_assert_null (kad_record_get_time_received (none));
  g_assert_null (kad_record_get_time_received (empty));
  g_assert_cmpstr (kad_record_get_time_received (number), ==, "1754042400");
  g_assert_cmpstr (kad_record_get_time_received (at_bound), ==, longest);
  g_assert_null (kad_record_get_time_received (past_bound));
}

static void
test_copies_change_one_thing (void)
{
  g_autoptr (KadRecord) record = new_record ("before");
  g_autoptr (KadRecord) published = NULL;
  g_autoptr (KadRecord) stamped = NULL;
  g_autoptr (KadRecord) cleared = NULL;
  KadPeerId peer;

  g_test_summary ("A copy with another time or publisher keeps the rest and shares the bytes");

  g_assert_true (kad_peer_id_parse (&peer, "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N", NULL));
  published = kad_record_with_publisher (record, &peer, 3600);
  stamped = kad_record_with_time (published, TIME);
  cleared = kad_record_with_publisher (stamped, NULL, 0);

  g_assert_cmpstr (kad_record_get_time_received (published), ==, "before");
  g_assert_cmpstr (kad_record_get_time_received (stamped), ==, TIME);
  g_assert_true (kad_peer_id_equal (kad_record_get_publisher (stamped), &peer));
  g_assert_cmpuint (kad_record_get_ttl_s (stamped), ==, 3600);
  g_assert_null (kad_record_get_publisher (cleared));
  g_assert_cmpuint (kad_record_get_ttl_s (cleared), ==, 0);
  g_assert_true (kad_record_get_value (stamped) == kad_record_get_value (record));
  g_assert_null (kad_record_get_publisher (record));
}

static void
test_copies_outlive_the_original (void)
{
  KadRecord *record = new_record (TIME);
  g_autoptr (KadRecord) copy = kad_record_with_time (record, NULL);

  g_test_summary ("A copy holds its own references");

  kad_record_unref (record);
  assert_key_and_value (copy);
  g_assert_null (kad_record_get_time_received (copy));
}

static void
test_boxed (void)
{
  g_auto (GValue) value = G_VALUE_INIT;
  KadRecord *record = new_record (TIME);

  g_test_summary ("The type is boxed: a value holds a reference");

  g_value_init (&value, KAD_TYPE_RECORD);
  g_value_set_boxed (&value, record);
  g_assert_true (g_value_get_boxed (&value) == record);
  kad_record_unref (record);
  assert_key_and_value (g_value_get_boxed (&value));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/record/carries-what-it-was-given", test_carries_what_it_was_given);
  g_test_add_func ("/record/time-is-any-text-of-bounded-length",
                   test_time_is_any_text_of_bounded_length);
  g_test_add_func ("/record/copies-change-one-thing", test_copies_change_one_thing);
  g_test_add_func ("/record/copies-outlive-the-original", test_copies_outlive_the_original);
  g_test_add_func ("/record/boxed", test_boxed);
  return g_test_run ();
}
