/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "fuzz.h"
#include "kad-error.h"
#include "kad-keystore.h"

/* A file of anything in the place of the identity: a key, or an error that says it is corrupt; the
 * file is left as it was, and its neighbourhood clean. */

static const char *
get_folder (void)
{
  static char *folder;

  if (folder == NULL)
    folder = g_dir_make_tmp ("kad-fuzz-XXXXXX", NULL);
  g_assert_nonnull (folder);
  return folder;
}

static void
write_file (const char *path, const guint8 *data, gsize size)
{
  int fd = g_open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, data, size), ==, (gssize) size);
  close (fd);
}

static void
check_folder (const char *path, const guint8 *data, gsize size)
{
  g_autoptr (GDir) dir = g_dir_open (get_folder (), 0, NULL);
  g_autofree char *text = NULL;
  gsize len;
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  g_assert_cmpuint (n, ==, 1);
  g_assert_true (g_file_get_contents (path, &text, &len, NULL));
  g_assert_cmpmem (text, len, data, size);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *path = g_build_filename (get_folder (), "identity", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) again_error = NULL;
  g_autoptr (KadPrivateKey) key = NULL;
  g_autoptr (KadPrivateKey) again = NULL;

  write_file (path, data, size);
  key = kad_keystore_load_or_create (path, KAD_KEY_TYPE_ED25519, &error);
  fuzz_assert_outcome (key != NULL, error);
  if (key == NULL)
    g_assert_error (error, KAD_ERROR, KAD_ERROR_CORRUPT);
  check_folder (path, data, size);
  again = kad_keystore_load_or_create (path, KAD_KEY_TYPE_ED25519, &again_error);
  g_assert_true ((key != NULL) == (again != NULL));
  g_unlink (path);
  g_rmdir (get_folder ());
  g_mkdir (get_folder (), 0700);
  return 0;
}
