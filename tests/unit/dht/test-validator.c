/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-validator.h"

#include <string.h>

#include "kad-error.h"

/* Says yes to one value only, and selects by it; counts what it is asked. */
typedef struct
{
  const char *good;
  guint n_asked;
  gint64 unix_us;
  gboolean *freed;
} Judge;

static gboolean
judge_validate (gpointer self, GBytes *key, GBytes *value, gint64 unix_us, GError **error)
{
  Judge *judge = self;
  gsize len;
  const char *data = g_bytes_get_data (value, &len);

  judge->n_asked++;
  judge->unix_us = unix_us;
  if (len == strlen (judge->good) && memcmp (data, judge->good, len) == 0)
    return TRUE;
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_RECORD, "Judged");
  return FALSE;
}

static guint
judge_select (gpointer self, GBytes *key, GBytes *const *values, guint n_values)
{
  return n_values - 1;
}

static void
judge_free (gpointer self)
{
  *((Judge *) self)->freed = TRUE;
}

static const KadValidatorClass judge_class = { judge_validate, judge_select, judge_free };

static gboolean
validate (KadValidators *validators, const char *key_text, const char *value_text, GError **error)
{
  g_autoptr (GBytes) key = g_bytes_new (key_text, strlen (key_text));
  g_autoptr (GBytes) value = g_bytes_new (value_text, strlen (value_text));

  return kad_validators_validate (validators, key, value, 1234567, error);
}

static void
assert_no_validator (KadValidators *validators, const char *key)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (validate (validators, key, "world", &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_RECORD);
  g_assert_true (g_str_has_prefix (error->message, "No validator"));
}

static void
test_the_namespace_decides (void)
{
  gboolean freed = FALSE;
  Judge judge = { "world", 0, 0, &freed };
  g_autoptr (KadValidators) validators = kad_validators_new ();
  g_autoptr (GError) error = NULL;

  g_test_summary ("The validator of the key's namespace is asked, with the time, and nobody else");

  kad_validators_add (validators, "hello", &judge_class, &judge);
  g_assert_true (validate (validators, "/hello/you", "world", NULL));
  g_assert_true (validate (validators, "/hello/you/and/me", "world", NULL));
  g_assert_false (validate (validators, "/hello/you", "moon", &error));
  g_assert_cmpstr (error->message, ==, "Judged");
  g_assert_cmpuint (judge.n_asked, ==, 3);
  g_assert_cmpint (judge.unix_us, ==, 1234567);
  assert_no_validator (validators, "/hallo/you");
  assert_no_validator (validators, "/hell/you");
  assert_no_validator (validators, "/helloo/you");
  g_assert_cmpuint (judge.n_asked, ==, 3);
}

static void
test_keys_without_namespace_are_refused (void)
{
  /* The first nine: go-libp2p-record validator_test.go; the next three: js kad-dht
   * validator.spec.ts; then ours. */
  static const char *const keys[]
      = { "foo/bar/baz", "//foo/bar/baz", "/ns",  "ns",      "ns/",  "",       "//",    "/",
          "////",        "foo",           "/foo", "foo/bar", "/ns/", "ns/ns/", " /ns/a" };
  gboolean freed = FALSE;
  Judge judge = { "world", 0, 0, &freed };
  g_autoptr (KadValidators) validators = kad_validators_new ();
  const char with_nul[] = "/ns\0x/rest";
  g_autoptr (GBytes) key = g_bytes_new (with_nul, sizeof with_nul - 1);
  g_autoptr (GBytes) value = g_bytes_new ("world", 5);

  g_test_summary ("What is not /namespace/rest has no validator");

  kad_validators_add (validators, "ns", &judge_class, &judge);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    assert_no_validator (validators, keys[i]);
  g_assert_false (kad_validators_validate (validators, key, value, 0, NULL));
  g_assert_cmpuint (judge.n_asked, ==, 0);
}

static void
test_hostile_keys_are_shown_escaped (void)
{
  g_autoptr (KadValidators) validators = kad_validators_new ();
  g_autoptr (GError) error = NULL;

  g_test_summary ("A key with control characters does not reach a terminal by the error");

  g_assert_false (validate (validators, "\x1b[2J\xff", "v", &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_RECORD);
  g_assert_null (strchr (error->message, '\x1b'));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

static void
test_any_takes_what_nobody_else_does (void)
{
  gboolean freed = FALSE;
  Judge judge = { "world", 0, 0, &freed };
  g_autoptr (KadValidators) validators = kad_validators_new ();

  g_test_summary ("With * text keys are taken too, but a namespace's own validator comes first");

  kad_validators_add (validators, "hello", &judge_class, &judge);
  kad_validators_add_accept_any (validators, 100);
  g_assert_true (validate (validators, "just text", "anything", NULL));
  g_assert_true (validate (validators, "/other/ns", "anything", NULL));
  g_assert_false (validate (validators, "/hello/you", "anything", NULL));

  /* Nobody can name the namespace of that validator. */
  g_assert_true (validate (validators, "/*/x", "anything", NULL));
}

static void
test_select_is_the_validators (void)
{
  gboolean freed = FALSE;
  Judge judge = { "world", 0, 0, &freed };
  g_autoptr (KadValidators) validators = kad_validators_new ();
  g_autoptr (GBytes) key = g_bytes_new_static ("/hello/you", 10);
  g_autoptr (GBytes) other = g_bytes_new_static ("/other/you", 10);
  g_autoptr (GBytes) a = g_bytes_new_static ("a", 1);
  g_autoptr (GBytes) b = g_bytes_new_static ("b", 1);
  GBytes *const values[] = { a, b, a };

  g_test_summary ("The index comes from the key's validator, 0 where there is no choice");

  kad_validators_add (validators, "hello", &judge_class, &judge);
  g_assert_cmpuint (kad_validators_select (validators, key, values, 3), ==, 2);
  g_assert_cmpuint (kad_validators_select (validators, key, values, 1), ==, 0);
  g_assert_cmpuint (kad_validators_select (validators, other, values, 3), ==, 0);
}

static void
test_validators_are_freed_once (void)
{
  KadValidators *validators = kad_validators_new ();
  gboolean first_freed = FALSE, second_freed = FALSE;
  Judge first = { "a", 0, 0, &first_freed }, second = { "b", 0, 0, &second_freed };

  g_test_summary ("The replaced one at once, the other with the last reference");

  kad_validators_add (validators, "ns", &judge_class, &first);
  kad_validators_add (validators, "ns", &judge_class, &second);
  g_assert_true (first_freed);
  g_assert_true (validate (validators, "/ns/x", "b", NULL));
  kad_validators_ref (validators);
  kad_validators_unref (validators);
  g_assert_false (second_freed);
  kad_validators_unref (validators);
  g_assert_true (second_freed);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dht/validator/namespace", test_the_namespace_decides);
  g_test_add_func ("/dht/validator/no-namespace", test_keys_without_namespace_are_refused);
  g_test_add_func ("/dht/validator/escaped", test_hostile_keys_are_shown_escaped);
  g_test_add_func ("/dht/validator/any", test_any_takes_what_nobody_else_does);
  g_test_add_func ("/dht/validator/select", test_select_is_the_validators);
  g_test_add_func ("/dht/validator/freed", test_validators_are_freed_once);
  return g_test_run ();
}
