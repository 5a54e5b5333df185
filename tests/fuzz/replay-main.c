/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A target without a fuzzer: runs it over a folder of inputs, so that whatever was found once is
 * looked for in every run of the suite, under every compiler. What a fuzzer found is called
 * `found-...` and is a test of its own. */
#include "fuzz.h"

typedef struct
{
  char *folder;
  GPtrArray *names; /* (element-type utf8) sorted */
} Corpus;

static void
run_file (const Corpus *corpus, const char *name)
{
  g_autofree char *path = g_build_filename (corpus->folder, name, NULL);
  g_autofree char *text = NULL;
  g_autofree guint8 *data = NULL;
  g_autoptr (GError) error = NULL;
  gsize len;

  g_test_message ("%s", name);
  g_file_get_contents (path, &text, &len, &error);
  g_assert_no_error (error);
  data = fuzz_copy ((const guint8 *) text, len);
  LLVMFuzzerTestOneInput (data, len);
}

static void
test_seeds (gconstpointer user_data)
{
  const Corpus *corpus = user_data;
  guint n = 0;

  g_test_summary ("Every input of the corpus keeps what the target promises");

  for (guint i = 0; i < corpus->names->len; i++)
    if (!g_str_has_prefix (corpus->names->pdata[i], "found-"))
      {
        run_file (corpus, corpus->names->pdata[i]);
        n++;
      }
  g_assert_cmpuint (n, >, 0);
}

static void
test_prefixes (gconstpointer user_data)
{
  const Corpus *corpus = user_data;

  g_test_summary ("So does what is left of an input that was cut off somewhere");

  for (guint i = 0; i < corpus->names->len; i += 1 + corpus->names->len / 24)
    {
      g_autofree char *path = g_build_filename (corpus->folder, corpus->names->pdata[i], NULL);
      g_autofree char *text = NULL;
      gsize len;

      g_assert_true (g_file_get_contents (path, &text, &len, NULL));
      for (gsize n = 0; n < len; n += 1 + len / 8)
        {
          g_autofree guint8 *data = fuzz_copy ((const guint8 *) text, n);

          LLVMFuzzerTestOneInput (data, n);
        }
    }
}

static void
test_found (gconstpointer user_data)
{
  const Corpus *corpus = ((gconstpointer *) user_data)[0];

  g_test_summary ("What a fuzzer once found is mended");

  run_file (corpus, ((gconstpointer *) user_data)[1]);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static Corpus *
corpus_new (const char *folder)
{
  Corpus *self = g_new0 (Corpus, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  const char *name;

  g_assert_no_error (error);
  self->folder = g_strdup (folder);
  self->names = g_ptr_array_new_with_free_func (g_free);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (self->names, g_strdup (name));
  g_ptr_array_sort (self->names, compare_names);
  return self;
}

static void
corpus_free (Corpus *self)
{
  g_free (self->folder);
  g_ptr_array_unref (self->names);
  g_free (self);
}

int
main (int argc, char **argv)
{
  Corpus *corpus;
  int status;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  LLVMFuzzerInitialize (&argc, &argv);
  corpus = corpus_new (argv[1]);

  g_test_add_data_func ("/fuzz/seeds", corpus, test_seeds);
  g_test_add_data_func ("/fuzz/prefixes", corpus, test_prefixes);
  for (guint i = 0; i < corpus->names->len; i++)
    if (g_str_has_prefix (corpus->names->pdata[i], "found-"))
      {
        g_autofree char *path = g_strdup_printf ("/fuzz/%s", (char *) corpus->names->pdata[i]);
        gconstpointer *data = g_new (gconstpointer, 2);

        data[0] = corpus;
        data[1] = corpus->names->pdata[i];
        g_test_add_data_func_full (path, data, test_found, g_free);
      }
  status = g_test_run ();
  corpus_free (corpus);
  return status;
}
