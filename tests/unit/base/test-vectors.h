/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <string.h>

#include "kad-error.h"

/* What the tests of several files need to read vectors and to do harm to them. */

/* Rows of a file of fields between tabs; lines that begin with '#' and empty ones are no rows. */
G_GNUC_UNUSED static GPtrArray *
read_rows (const char *name)
{
  const char *dir = g_getenv ("KAD_TEST_VECTORS_DIR");
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);

  g_assert_nonnull (dir);
  path = g_build_filename (dir, name, NULL);
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);

  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      if (**line != '\0' && **line != '#')
        g_ptr_array_add (rows, g_strsplit (*line, "\t", -1));
    }

  g_assert_cmpuint (rows->len, >, 10);
  return rows;
}

/* In a block of exactly its size, so that the sanitizer sees each byte read past it. */
G_GNUC_UNUSED static GBytes *
from_hex (const char *hex)
{
  gsize len = strlen (hex) / 2;
  guint8 *data = g_malloc (MAX (len, 1));

  g_assert_cmpuint (strlen (hex) % 2, ==, 0);
  for (gsize i = 0; i < len; i++)
    {
      g_assert_cmpint (g_ascii_xdigit_value (hex[2 * i]), >=, 0);
      g_assert_cmpint (g_ascii_xdigit_value (hex[2 * i + 1]), >=, 0);
      data[i] = (guint8) (g_ascii_xdigit_value (hex[2 * i]) << 4
                          | g_ascii_xdigit_value (hex[2 * i + 1]));
    }

  return g_bytes_new_take (data, len);
}

/* A copy with one to four bytes changed, left out or put in; never of another size than its block.
 */
G_GNUC_UNUSED static GBytes *
mutate (GRand *rand, const guint8 *data, gsize len)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  int changes = g_rand_int_range (rand, 1, 5);

  g_byte_array_append (bytes, data, (guint) len);
  for (; changes > 0; changes--)
    {
      guint8 byte = (guint8) g_rand_int_range (rand, 0, 256);
      guint at = bytes->len > 0 ? (guint) g_rand_int_range (rand, 0, (gint32) bytes->len) : 0;

      switch (bytes->len > 0 ? g_rand_int_range (rand, 0, 4) : 3)
        {
        case 0:
          bytes->data[at] = byte;
          break;
        case 1:
          bytes->data[at] ^= (guint8) (1 << g_rand_int_range (rand, 0, 8));
          break;
        case 2:
          g_byte_array_remove_index (bytes, at);
          break;
        default:
          g_byte_array_append (bytes, &byte, 1);
          memmove (bytes->data + at + 1, bytes->data + at, bytes->len - 1 - at);
          bytes->data[at] = byte;
          break;
        }
    }

  return g_bytes_new (bytes->data, bytes->len);
}
