/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What the tests of keys and ids need to read tests/vectors/keys/. */

/* What every signature of go-libp2p's fixtures is over. */
#define GO_MESSAGE "Libp2p is the _best_!"

G_GNUC_UNUSED static GBytes *
read_key_file (const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("KAD_TEST_VECTORS_DIR"), "keys", name, NULL);
  g_autoptr (GError) error = NULL;
  char *data;
  gsize len;

  g_file_get_contents (path, &data, &len, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (data, len);
}

/* Rows of fields between tabs; the table has as many as the caller expects. */
G_GNUC_UNUSED static GPtrArray *
read_key_rows (const char *name, guint n_rows)
{
  g_autoptr (GBytes) bytes = read_key_file (name);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);

  for (char **line = lines; *line != NULL; line++)
    {
      if (**line != '\0' && **line != '#')
        g_ptr_array_add (rows, g_strsplit (*line, "\t", -1));
    }
  g_assert_cmpuint (rows->len, ==, n_rows);
  return rows;
}

G_GNUC_UNUSED static void
assert_bytes_equal (GBytes *bytes, gconstpointer data, gsize len)
{
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), data, len);
}
