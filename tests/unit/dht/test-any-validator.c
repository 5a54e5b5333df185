/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-validator.h"

#include "kad-error.h"
#include "kad-record.h"

static gboolean
validate (KadValidators *validators, gsize value_len, GError **error)
{
  g_autoptr (GBytes) key = g_bytes_new_static ("\x01\x02", 2);
  g_autoptr (GBytes) value = g_bytes_new_take (g_malloc0 (MAX (value_len, 1)), value_len);

  return kad_validators_validate (validators, key, value, 0, error);
}

static void
test_only_the_size_counts (void)
{
  g_autoptr (KadValidators) validators = kad_validators_new ();
  g_autoptr (GError) error = NULL;

  g_test_summary ("Every value up to the limit is taken, one byte more is too large");

  kad_validators_add_accept_any (validators, 10);
  g_assert_true (validate (validators, 0, NULL));
  g_assert_true (validate (validators, 10, NULL));
  g_assert_false (validate (validators, 11, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_RECORD_TOO_LARGE);
}

static void
test_no_limit_is_the_largest_record (void)
{
  g_autoptr (KadValidators) validators = kad_validators_new ();

  g_test_summary ("A limit of 0 is that of all records");

  kad_validators_add_accept_any (validators, 0);
  g_assert_true (validate (validators, KAD_MAX_RECORD_BYTES, NULL));
  g_assert_false (validate (validators, KAD_MAX_RECORD_BYTES + 1, NULL));
}

static void
test_the_newest_is_the_best (void)
{
  g_autoptr (KadValidators) validators = kad_validators_new ();
  g_autoptr (GBytes) key = g_bytes_new_static ("k", 1);
  g_autoptr (GBytes) a = g_bytes_new_static ("a", 1);
  g_autoptr (GBytes) b = g_bytes_new_static ("b", 1);
  GBytes *const equal[] = { a, a, a };
  GBytes *const different[] = { a, b };

  g_test_summary ("The value that was put last is selected, the first of equal ones");

  kad_validators_add_accept_any (validators, 10);
  g_assert_cmpuint (kad_validators_select (validators, key, equal, 3), ==, 0);
  g_assert_cmpuint (kad_validators_select (validators, key, different, 2), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/any-validator/size", test_only_the_size_counts);
  g_test_add_func ("/dht/any-validator/no-limit", test_no_limit_is_the_largest_record);
  g_test_add_func ("/dht/any-validator/newest", test_the_newest_is_the_best);
  return g_test_run ();
}
