/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-swarm.h"
#include "kad-commands.h"

static GPtrArray *
new_rows (void)
{
  static const char *const tags[] = { "", "a", "b" };
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_publication_row_free);
  g_autoptr (GBytes) key = g_bytes_new_static ("key", 3);

  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    g_ptr_array_add (rows, kad_publication_row_new (KAD_PUBLICATION_PROVIDER, key, NULL, tags[i]));
  return rows;
}

static void
test_a_result_a_tag (void)
{
  static const struct
  {
    const char *options;
    guint n_results;
  } cases[]
      = { { "{}", 3 }, { "{'tag': <'b'>}", 1 }, { "{'tag': <''>}", 1 }, { "{'tag': <'c'>}", 0 } };

  g_test_summary ("show-publications gives all, or those of one tag");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (FakeBench) bench = { 0 };

      fake_bench_init (&bench);
      bench.swarm->publications = new_rows ();
      fake_bench_run (&bench, "show-publications", cases[i].options);
      g_assert_cmpuint (bench.results->len, ==, cases[i].n_results);
      g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kad_commands_register ();
  g_test_add_func ("/show-publications/a-result-a-tag", test_a_result_a_tag);
  return g_test_run ();
}
