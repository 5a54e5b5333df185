/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-demo.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

/* A daemon that is a shell script. (transfer full) */
static char *
new_daemon (const char *script)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("kad-test-XXXXXX", &error);
  char *path = g_build_filename (folder, "kadd", NULL);
  g_autofree char *text = g_strconcat ("#!/bin/sh\n", script, "\n", NULL);

  g_assert_no_error (error);
  g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0700, &error);
  g_assert_no_error (error);
  g_setenv ("KAD_DAEMON", path, TRUE);
  return path;
}

static void
remove_daemon (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);

  g_unlink (path);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

typedef struct
{
  char *address;
  GError *error;
  gboolean done;
} Outcome;

static void
on_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  outcome->address = kad_gui_demo_start_finish (KAD_GUI_DEMO (source), result, &outcome->error);
  outcome->done = TRUE;
}

static void
start (KadGuiDemo *demo, GCancellable *cancellable, Outcome *outcome)
{
  kad_gui_demo_start_async (demo, cancellable, on_started, outcome);
  while (!outcome->done)
    g_main_context_iteration (NULL, TRUE);
}

static void
assert_gone (GPid pid)
{
  for (guint i = 0; i < 500 && kill (pid, 0) == 0; i++)
    g_usleep (10000);
  g_assert_cmpint (kill (pid, 0), ==, -1);
  g_assert_cmpint (errno, ==, ESRCH);
}

static void
test_starts_and_ends (void)
{
  g_autofree char *daemon
      = new_daemon ("[ \"$1\" = --demo ] || exit 3\necho \"${2#--address=}\"\nexec sleep 300");
  g_autoptr (KadGuiDemo) demo = kad_gui_demo_new ();
  g_autofree char *folder = NULL;
  Outcome outcome = { 0 };
  GPid pid = 0;

  g_test_summary ("It is where it says, in a folder of ours, and ends with the object");
  start (demo, NULL, &outcome);
  g_assert_no_error (outcome.error);
  g_assert_true (g_str_has_prefix (outcome.address, "unix:path="));
  folder = g_path_get_dirname (outcome.address + strlen ("unix:path="));
  g_assert_true (g_file_test (folder, G_FILE_TEST_IS_DIR));
  pid = kad_gui_demo_get_pid (demo);
  g_assert_cmpint (pid, >, 1);
  g_assert_cmpint (kill (pid, 0), ==, 0);
  g_assert_finalize_object (g_steal_pointer (&demo));
  assert_gone (pid);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
  remove_daemon (daemon);
  g_free (outcome.address);
}

static void
test_says_why_not (void)
{
  g_autofree char *daemon = new_daemon ("echo 'kadd: no such option' >&2; exit 1");
  g_autoptr (KadGuiDemo) demo = kad_gui_demo_new ();
  Outcome outcome = { 0 };

  g_test_summary ("What it complains of is in the error");
  start (demo, NULL, &outcome);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_nonnull (strstr (outcome.error->message, "kadd: no such option"));
  g_error_free (outcome.error);
  remove_daemon (daemon);
}

static void
test_not_installed (void)
{
  g_autoptr (KadGuiDemo) demo = kad_gui_demo_new ();
  Outcome outcome = { 0 };

  g_test_summary ("Without a kadd that is said");
  g_setenv ("KAD_DAEMON", "/nonexistent/kadd", TRUE);
  start (demo, NULL, &outcome);
  g_assert_error (outcome.error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT);
  g_assert_nonnull (strstr (outcome.error->message, "/nonexistent/kadd"));
  g_assert_cmpint (kad_gui_demo_get_pid (demo), ==, 0);
  g_error_free (outcome.error);
}

static gboolean
cancel (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

static void
test_cancelled (void)
{
  g_autofree char *daemon = new_daemon ("exec sleep 300");
  g_autoptr (KadGuiDemo) demo = kad_gui_demo_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Outcome outcome = { 0 };
  GPid pid = 0;

  g_test_summary ("Who does not wait for it ends it");
  kad_gui_demo_start_async (demo, cancellable, on_started, &outcome);
  pid = kad_gui_demo_get_pid (demo);
  g_assert_cmpint (pid, >, 1);
  g_timeout_add (50, cancel, cancellable);
  while (!outcome.done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_gone (pid);
  g_error_free (outcome.error);
  remove_daemon (daemon);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/app/demo/starts-and-ends", test_starts_and_ends);
  g_test_add_func ("/gui/app/demo/says-why-not", test_says_why_not);
  g_test_add_func ("/gui/app/demo/not-installed", test_not_installed);
  g_test_add_func ("/gui/app/demo/cancelled", test_cancelled);
  return g_test_run ();
}
