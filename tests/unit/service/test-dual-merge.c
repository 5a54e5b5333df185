/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-dual-merge.h"

#include <string.h>

/* What was told, in order. */
static void
note (GVariant *result, gpointer user_data)
{
  g_ptr_array_add (user_data, g_variant_ref (result));
}

static GVariant *
new_options (const char *text)
{
  return g_variant_ref_sink (g_variant_new_parsed (text));
}

typedef struct
{
  GPtrArray *told;
  GVariant *options;
  KadDualMerge *merge;
} Fixture;

static void
begin (Fixture *self, const char *command, const char *options)
{
  self->told = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  self->options = new_options (options);
  self->merge = kad_dual_merge_new (command, self->options, note, self->told);
}

static void
end (Fixture *self)
{
  kad_dual_merge_free (self->merge);
  g_variant_unref (self->options);
  g_ptr_array_unref (self->told);
}

static void
give (Fixture *self, gboolean is_lan, const char *row)
{
  g_autoptr (GVariant) result = new_options (row);

  kad_dual_merge_add (self->merge, is_lan, result);
}

static void
assert_told (Fixture *self, guint index, const char *name, const char *text)
{
  const char *got = NULL;

  g_assert_cmpuint (index, <, self->told->len);
  g_assert_true (g_variant_lookup (self->told->pdata[index], name, "&s", &got));
  g_assert_cmpstr (got, ==, text);
}

static void
test_a_peer_comes_once (void)
{
  Fixture f;

  g_test_summary ("A peer that both networks know comes once, and says where it was found first");

  begin (&f, "get-providers", "@a{sv} {}");
  give (&f, FALSE, "{'peer': <'a'>, 'addresses': <['/x']>}");
  give (&f, TRUE, "{'peer': <'a'>, 'addresses': <['/x']>}");
  give (&f, TRUE, "{'peer': <'b'>, 'addresses': <@as []>}");
  g_assert_cmpuint (f.told->len, ==, 2);
  assert_told (&f, 0, "peer", "a");
  assert_told (&f, 0, "network", "wan");
  assert_told (&f, 1, "peer", "b");
  assert_told (&f, 1, "network", "lan");
  g_assert_false (kad_dual_merge_has_enough (f.merge));
  end (&f);
}

static void
test_more_addresses_come_with_all (void)
{
  g_autofree const char **addresses = NULL;
  Fixture f;

  g_test_summary ("A peer comes again with an address that is new, and with all that are known");

  begin (&f, "get-providers", "@a{sv} {}");
  give (&f, FALSE, "{'peer': <'a'>, 'addresses': <['/x']>}");
  give (&f, TRUE, "{'peer': <'a'>, 'addresses': <['/y']>}");
  give (&f, FALSE, "{'peer': <'a'>, 'addresses': <['/x', '/y']>}");
  g_assert_cmpuint (f.told->len, ==, 2);
  g_assert_true (g_variant_lookup (f.told->pdata[1], "addresses", "^a&s", &addresses));
  g_assert_cmpuint (g_strv_length ((char **) addresses), ==, 2);
  g_assert_cmpstr (addresses[0], ==, "/x");
  g_assert_cmpstr (addresses[1], ==, "/y");
  end (&f);
}

static void
test_a_limit_is_of_both (void)
{
  Fixture f;

  g_test_summary ("As many peers as were asked for are enough, wherever they are");

  begin (&f, "get-providers", "{'limit': <uint32 2>}");
  give (&f, FALSE, "{'peer': <'a'>, 'addresses': <@as []>}");
  give (&f, TRUE, "{'peer': <'a'>, 'addresses': <@as []>}");
  g_assert_false (kad_dual_merge_has_enough (f.merge));
  give (&f, TRUE, "{'peer': <'b'>, 'addresses': <@as []>}");
  g_assert_true (kad_dual_merge_has_enough (f.merge));
  end (&f);

  begin (&f, "get-providers", "@a{sv} {}");
  g_assert_false (kad_dual_merge_has_some (f.merge));
  give (&f, TRUE, "{'peer': <'a'>, 'addresses': <@as []>}");
  g_assert_true (kad_dual_merge_has_some (f.merge));
  end (&f);

  begin (&f, "get-record", "{'limit': <'1'>}");
  give (&f, TRUE, "{'value': <b'one'>}");
  g_assert_true (kad_dual_merge_has_enough (f.merge));
  end (&f);
}

static void
test_the_own_record_is_the_last (void)
{
  Fixture f;

  g_test_summary ("Of two records that differ, that of the node's own network is the last");

  begin (&f, "get-record", "@a{sv} {}");
  give (&f, TRUE, "{'value': <b'lan'>}");
  give (&f, FALSE, "{'value': <b'wan'>}");
  give (&f, TRUE, "{'value': <b'other'>}");
  give (&f, FALSE, "{'value': <b'wan'>}");
  give (&f, FALSE, "{'value': <b'better'>}");
  g_assert_cmpuint (f.told->len, ==, 3);
  assert_told (&f, 0, "network", "lan");
  assert_told (&f, 1, "network", "wan");
  assert_told (&f, 2, "network", "wan");
  end (&f);
}

static void
test_one_peer_is_found (void)
{
  Fixture f;

  g_test_summary ("A peer that was looked for is found with the first who has it");

  begin (&f, "find-peer", "@a{sv} {}");
  g_assert_false (kad_dual_merge_is_found (f.merge));
  give (&f, TRUE, "{'peer': <'a'>, 'addresses': <['/x']>}");
  g_assert_true (kad_dual_merge_is_found (f.merge));
  end (&f);
}

static void
test_the_nearest_are_in_order (void)
{
  static const char *const ids[] = { "12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS",
                                     "12D3KooWGzxzKZYveHXtpG6AsrUJBcWxHBFS2HsEoGTxrMLvKXtf" };
  g_autofree char *first = g_strdup_printf ("{'peer': <'%s'>, 'addresses': <['/x']>}", ids[0]);
  g_autofree char *second = g_strdup_printf ("{'peer': <'%s'>, 'addresses': <['/y']>}", ids[1]);
  g_autofree char *order = NULL;

  g_test_summary (
      "The nearest of both come at the end, in one order whoever named them, and not more "
      "than one network gives");

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *got = NULL;
      const char *a, *b;
      Fixture f;

      begin (&f, "closest-peers", "{'key': <'text:here'>}");
      give (&f, FALSE, i == 0 ? first : second);
      give (&f, FALSE, i == 0 ? second : first);
      give (&f, TRUE, first);
      g_assert_cmpuint (f.told->len, ==, 0);
      kad_dual_merge_flush (f.merge);
      g_assert_cmpuint (f.told->len, ==, 2);
      g_assert_true (g_variant_lookup (f.told->pdata[0], "peer", "&s", &a));
      g_assert_true (g_variant_lookup (f.told->pdata[1], "peer", "&s", &b));
      got = g_strconcat (a, " ", b, NULL);
      if (order != NULL)
        g_assert_cmpstr (got, ==, order);
      g_free (order);
      order = g_steal_pointer (&got);
      end (&f);
    }
  /* One each: the nearer one alone. */
  {
    Fixture f;
    const char *nearest;

    begin (&f, "closest-peers", "{'key': <'text:here'>, 'limit': <uint32 1>}");
    give (&f, FALSE, first);
    give (&f, TRUE, second);
    kad_dual_merge_flush (f.merge);
    g_assert_cmpuint (f.told->len, ==, 1);
    g_assert_true (g_variant_lookup (f.told->pdata[0], "peer", "&s", &nearest));
    g_assert_true (g_str_has_prefix (order, nearest));
    end (&f);
  }
}

static void
test_other_rows_are_all_told (void)
{
  Fixture f;

  g_test_summary ("Of a command that nobody knows all is told");

  g_assert_false (kad_dual_merge_knows ("show-connections"));
  g_assert_true (kad_dual_merge_knows ("put-record"));
  begin (&f, "show-connections", "@a{sv} {}");
  give (&f, FALSE, "{'peer': <'a'>}");
  give (&f, TRUE, "{'peer': <'a'>}");
  kad_dual_merge_flush (f.merge);
  g_assert_cmpuint (f.told->len, ==, 2);
  end (&f);
}

static void
test_a_key_is_told_once (void)
{
  Fixture fixture;
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  guint32 published = 0;
  guint32 failed = 0;

  g_test_summary ("Of many keys each is told once: when one network took it, or none will");

  begin (&fixture, "provide-many", "@a{sv} {}");
  give (&fixture, FALSE, "{'key': <'a'>, 'stored': <uint32 3>}");
  give (&fixture, TRUE, "{'key': <'a'>, 'stored': <uint32 1>}");
  g_assert_cmpuint (fixture.told->len, ==, 1);
  assert_told (&fixture, 0, "network", "wan");
  /* It failed in one, and is waited for in the other. */
  give (&fixture, FALSE, "{'key': <'b'>, 'error': <'Offline'>}");
  give (&fixture, FALSE, "{'key': <'c'>, 'error': <'Offline'>}");
  give (&fixture, FALSE, "{'key': <'d'>, 'error': <'Offline'>}");
  g_assert_cmpuint (fixture.told->len, ==, 1);
  give (&fixture, TRUE, "{'key': <'b'>, 'stored': <uint32 1>}");
  assert_told (&fixture, 1, "network", "lan");
  give (&fixture, TRUE, "{'key': <'c'>, 'error': <'QuorumFailed'>}");
  assert_told (&fixture, 2, "error", "Offline");
  kad_dual_merge_end_network (fixture.merge, FALSE);
  g_assert_cmpuint (fixture.told->len, ==, 3);
  kad_dual_merge_end_network (fixture.merge, TRUE);
  assert_told (&fixture, 3, "key", "d");
  give (&fixture, FALSE, "{'key': <'e'>, 'error': <'Offline'>}");
  assert_told (&fixture, 4, "key", "e");
  kad_dual_merge_end_summary (fixture.merge, &dict);
  g_assert_true (g_variant_dict_lookup (&dict, "published", "u", &published));
  g_assert_true (g_variant_dict_lookup (&dict, "failed", "u", &failed));
  g_assert_cmpuint (published, ==, 2);
  g_assert_cmpuint (failed, ==, 3);
  end (&fixture);
}

static void
test_summaries_are_added (void)
{
  g_autoptr (GVariant) one = new_options (
      "{'outcome': <'completed'>, 'stored': <uint32 3>, 'wanted': <uint32 4>, 'requests': <uint32 "
      "4294967295>, 'failed': <[{'peer': <'a'>}]>}");
  g_autoptr (GVariant) two
      = new_options ("{'outcome': <'starved'>, 'stored': <uint32 2>, 'wanted': "
                     "<uint32 2>, 'requests': <uint32 7>, 'failed': <[{'peer': "
                     "<'b'>}]>}");
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) sum = NULL;
  g_autoptr (GVariant) wanted = new_options (
      "{'outcome': <'completed'>, 'stored': <uint32 5>, 'wanted': <uint32 6>, 'requests': <uint32 "
      "4294967295>, 'failed': <[{'peer': <'a'>}, {'peer': <'b'>}]>}");

  g_test_summary ("Numbers and lists of the last lines are added, and do not wrap");

  kad_dual_merge_add_summary (&dict, one);
  kad_dual_merge_add_summary (&dict, two);
  sum = g_variant_ref_sink (g_variant_dict_end (&dict));
  g_assert_cmpuint (g_variant_n_children (sum), ==, g_variant_n_children (wanted));
  for (gsize i = 0; i < g_variant_n_children (wanted); i++)
    {
      g_autoptr (GVariant) boxed = NULL;
      g_autoptr (GVariant) got = NULL;
      const char *name;

      g_variant_get_child (wanted, i, "{&sv}", &name, &boxed);
      got = g_variant_lookup_value (sum, name, NULL);
      g_assert_nonnull (got);
      g_assert_true (g_variant_equal (got, boxed));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dual-merge/a-peer-comes-once", test_a_peer_comes_once);
  g_test_add_func ("/dual-merge/more-addresses-come-with-all", test_more_addresses_come_with_all);
  g_test_add_func ("/dual-merge/a-limit-is-of-both", test_a_limit_is_of_both);
  g_test_add_func ("/dual-merge/the-own-record-is-the-last", test_the_own_record_is_the_last);
  g_test_add_func ("/dual-merge/one-peer-is-found", test_one_peer_is_found);
  g_test_add_func ("/dual-merge/the-nearest-are-in-order", test_the_nearest_are_in_order);
  g_test_add_func ("/dual-merge/other-rows-are-all-told", test_other_rows_are_all_told);
  g_test_add_func ("/dual-merge/a-key-is-told-once", test_a_key_is_told_once);
  g_test_add_func ("/dual-merge/summaries-are-added", test_summaries_are_added);
  return g_test_run ();
}
