/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-module-file.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kad-error.h"

typedef struct
{
  char *folder;
  char *file;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("kad-test-XXXXXX", NULL);
  f->file = g_build_filename (f->folder, "module.so", NULL);
  g_assert_true (g_file_set_contents (f->file, "module", -1, NULL));
  g_assert_cmpint (chmod (f->file, 0644), ==, 0);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_unlink (f->file);
  g_rmdir (f->folder);
  g_free (f->file);
  g_free (f->folder);
}

static void
assert_refused (const char *path, KadError code, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (kad_module_file_is_safe (path, &error));
  g_assert_error (error, KAD_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, words));
}

static void
assert_taken (const char *path)
{
  g_autoptr (GError) error = NULL;

  kad_module_file_is_safe (path, &error);
  g_assert_no_error (error);
}

static void
test_who_may_write (Fixture *f, gconstpointer data)
{
  g_test_summary ("What everybody may write to is refused, what our own group may is not");

  assert_taken (f->file);
  assert_taken (f->folder);
  g_assert_cmpint (chmod (f->file, 0664), ==, 0);
  g_assert_cmpint (chown (f->file, (uid_t) -1, getegid ()), ==, 0);
  assert_taken (f->file);
  g_assert_cmpint (chmod (f->file, 0666), ==, 0);
  assert_refused (f->file, KAD_ERROR_NOT_AUTHORIZED, "chmod o-w");
}

static void
test_the_folder_counts (Fixture *f, gconstpointer data)
{
  g_test_summary ("A file in a folder that everybody may write to is refused, unless they can only "
                  "add to it");

  g_assert_cmpint (chmod (f->folder, 0777), ==, 0);
  assert_refused (f->file, KAD_ERROR_NOT_AUTHORIZED, f->folder);
  assert_refused (f->folder, KAD_ERROR_NOT_AUTHORIZED, f->folder);
  g_assert_cmpint (chmod (f->folder, 01777), ==, 0);
  assert_taken (f->file);
  assert_taken (f->folder);
}

static void
test_links_are_followed (Fixture *f, gconstpointer data)
{
  g_autofree char *other = g_dir_make_tmp ("kad-test-XXXXXX", NULL);
  g_autofree char *link = g_build_filename (other, "link.so", NULL);

  g_test_summary ("A link is judged by where it leads");

  g_assert_cmpint (symlink (f->file, link), ==, 0);
  assert_taken (link);
  g_assert_cmpint (chmod (f->folder, 0777), ==, 0);
  assert_refused (link, KAD_ERROR_NOT_AUTHORIZED, f->folder);
  g_unlink (f->file);
  assert_refused (link, KAD_ERROR_NOT_FOUND, "cannot be looked at");
  g_unlink (link);
  g_rmdir (other);
}

static void
test_foreign_owners (Fixture *f, gconstpointer data)
{
  g_test_summary ("Files and groups of other users are refused");

  if (geteuid () != 0)
    {
      g_test_message ("only root can give files away");
      return;
    }
  g_assert_cmpint (chown (f->file, 12345, (gid_t) -1), ==, 0);
  assert_refused (f->file, KAD_ERROR_NOT_AUTHORIZED, "user 12345");
  g_assert_cmpint (chown (f->file, 0, 12345), ==, 0);
  assert_taken (f->file);
  g_assert_cmpint (chmod (f->file, 0664), ==, 0);
  assert_refused (f->file, KAD_ERROR_NOT_AUTHORIZED, "chmod g-w");
}

static void
test_what_is_no_module (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) other = NULL;
  KadModuleInfo info;

  g_test_summary ("What is no library, and a library that is no module, is NotSupported");

  g_assert_null (kad_module_file_open (f->file, &info, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED);
  g_assert_null (strstr (error->message, f->file));
  g_assert_null (kad_module_file_open (g_getenv ("KAD_TEST_MODULE_OTHER"), &info, &other));
  g_assert_error (other, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (other->message, "KAD_MODULE_DEFINE"));
}

static void
test_names (void)
{
  static const char *const good[] = { "a", "get-record", "x1", "a-1-b" };
  static const char *const bad[] = { "", "A", "1a", "-a", "a-", "a--b", "a_b", "a b", "é" };
  g_autofree char *longest = g_strnfill (KAD_MAX_MODULE_NAME, 'x');
  g_autofree char *too_long = g_strnfill (KAD_MAX_MODULE_NAME + 1, 'x');

  g_test_summary ("A name is lower-case words joined by hyphens, of at most 64 characters");

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (kad_module_is_name (good[i]));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (kad_module_is_name (bad[i]));
  g_assert_true (kad_module_is_name (longest));
  g_assert_false (kad_module_is_name (too_long));
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/module-file/who-may-write", test_who_may_write);
  ADD ("/module-file/the-folder-counts", test_the_folder_counts);
  ADD ("/module-file/links-are-followed", test_links_are_followed);
  ADD ("/module-file/foreign-owners", test_foreign_owners);
  ADD ("/module-file/what-is-no-module", test_what_is_no_module);
  g_test_add_func ("/module-file/names", test_names);
  return g_test_run ();
}
