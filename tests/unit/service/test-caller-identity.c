/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-caller-identity.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void
assert_app_id (const char *text, const char *app_id)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *got = kad_flatpak_info_dup_app_id (text, strlen (text), &error);

  g_assert_cmpstr (got, ==, app_id);
  g_assert_true ((got == NULL) == (error != NULL));
}

static void
test_app_ids (void)
{
  g_autofree char *long_id = g_strnfill (KAD_MAX_SANDBOX_APP_ID_BYTES, 'a');
  g_autofree char *long_text = g_strdup_printf ("[Application]\nname=a.%s\n", long_id);
  g_autofree char *fits = g_strdup_printf ("a.%.126s", long_id);
  g_autofree char *fits_text = g_strdup_printf ("[Application]\nname=%s\n", fits);

  g_test_summary ("The name of an application or a runtime is an app id, and nothing else is");

  assert_app_id ("[Application]\nname=org.example.App\nruntime=x\n\n[Instance]\ninstance-id=1\n",
                 "org.example.App");
  assert_app_id ("[Runtime]\nname=org.example.Platform\n", "org.example.Platform");
  assert_app_id ("[Application]\nname=org.example.App-2_a\n", "org.example.App-2_a");
  assert_app_id (fits_text, fits);
  assert_app_id (long_text, NULL);
  assert_app_id ("", NULL);
  assert_app_id ("no key file", NULL);
  assert_app_id ("[Application]\n", NULL);
  assert_app_id ("[Application]\nname=\n", NULL);
  assert_app_id ("[Application]\nname=app\n", NULL);
  assert_app_id ("[Application]\nname=org.example.App/../Other\n", NULL);
  assert_app_id ("[Application]\nname=org.example.App;org.example.Other\n", NULL);
  assert_app_id ("[Application]\nname=org..App\n", NULL);
  assert_app_id ("[Application]\nname=.org.App\n", NULL);
  assert_app_id ("[Application]\nname=org.example.1App\n", NULL);
  assert_app_id ("[Application]\nname=org.example.\xc3\x84pp\n", NULL);
  assert_app_id ("[Application]\nname=org.example.App\\n\n", NULL);
  assert_app_id ("[Other]\nname=org.example.App\n", NULL);
  assert_app_id ("name=org.example.App\n", NULL);
  assert_app_id ("[Application]\nname=a.b\n[Runtime]\nname=c.d\n", NULL);
  assert_app_id ("[Application]\nname=a.\xff\n", NULL);
}

static void
test_bounds (void)
{
  g_autofree char *filler = g_strnfill (KAD_MAX_FLATPAK_INFO_BYTES, '\n');
  static const char head[] = "[Application]\nname=a.b\n";
  static const char nul[] = "[Application]\nname=a.b\n\0[Runtime]\n";
  g_autoptr (GError) error = NULL;
  g_autofree char *got = NULL;

  g_test_summary ("A file that is too long, and one with NUL in it, name nobody");

  memcpy (filler, head, sizeof head - 1);
  got = kad_flatpak_info_dup_app_id (filler, KAD_MAX_FLATPAK_INFO_BYTES, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (got, ==, "a.b");
  g_assert_null (kad_flatpak_info_dup_app_id (filler, KAD_MAX_FLATPAK_INFO_BYTES + 1, &error));
  g_clear_error (&error);
  g_assert_null (kad_flatpak_info_dup_app_id (nul, sizeof nul - 1, &error));
}

/* Junk of all kinds, made from a good file by literal steps. */
static void
test_junk (void)
{
  static const char good[] = "[Application]\nname=org.example.App\nruntime=runtime/x/y\n";

  g_test_summary ("Whatever is changed in a file, what it names is an app id or nothing");

  for (gsize at = 0; at < sizeof good - 1; at++)
    for (guint byte = 0; byte < 256; byte++)
      {
        g_autofree char *text = g_strdup (good);
        g_autofree char *got = NULL;

        text[at] = (char) byte;
        got = kad_flatpak_info_dup_app_id (text, sizeof good - 1, NULL);
        g_assert_true (got == NULL || g_application_id_is_valid (got));
      }
}

typedef struct
{
  char *folder;
  char *file;
  int fd;
} Root;

static void
root_set_up (Root *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("kad-root-XXXXXX", NULL);
  self->file = g_build_filename (self->folder, ".flatpak-info", NULL);
  self->fd = open (self->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  g_assert_cmpint (self->fd, >=, 0);
}

static void
root_tear_down (Root *self, gconstpointer data)
{
  close (self->fd);
  g_remove (self->file);
  g_rmdir (self->folder);
  g_free (self->file);
  g_free (self->folder);
}

/* @app_id: NULL: there is no such file */
static void
assert_root (Root *self, const char *app_id)
{
  g_autoptr (KadCallerIdentity) identity = kad_caller_identity_new_for_root (self->fd);

  g_assert_true ((identity == NULL) == (app_id == NULL));
  if (identity == NULL)
    return;
  g_assert_true (kad_caller_identity_is_sandboxed (identity));
  g_assert_cmpstr (kad_caller_identity_get_app_id (identity), ==, app_id);
  g_assert_true (*kad_caller_identity_get_app_token (identity) != '\0' || *app_id == '\0');
}

static void
test_files (Root *self, gconstpointer data)
{
  static const char good[] = "[Application]\nname=org.example.App\n";
  g_autofree char *huge = g_strnfill (KAD_MAX_FLATPAK_INFO_BYTES, '\n');
  g_autofree char *other = g_strconcat (self->file, "-other", NULL);

  g_test_summary ("Only a regular file tells the app id; nothing else is opened or followed");

  assert_root (self, NULL);
  g_file_set_contents (self->file, good, -1, NULL);
  assert_root (self, "org.example.App");
  g_file_set_contents (self->file, huge, KAD_MAX_FLATPAK_INFO_BYTES, NULL);
  assert_root (self, "");
  g_assert_cmpint (truncate (self->file, (off_t) 1 << 40), ==, 0);
  assert_root (self, "");
  g_remove (self->file);
  g_assert_cmpint (mkfifo (self->file, 0600), ==, 0);
  assert_root (self, "");
  g_remove (self->file);
  g_assert_cmpint (g_mkdir (self->file, 0700), ==, 0);
  assert_root (self, "");
  g_remove (self->file);
  g_file_set_contents (other, good, -1, NULL);
  g_assert_cmpint (symlink (other, self->file), ==, 0);
  assert_root (self, "");
  g_remove (other);
  assert_root (self, "");
  if (geteuid () == 0)
    {
      g_remove (self->file);
      g_file_set_contents (self->file, good, -1, NULL);
      g_assert_cmpint (chown (self->file, 12345, 12345), ==, 0);
      assert_root (self, "");
    }
}

static void
assert_process (pid_t pid, uid_t uid, int pidfd, gboolean is_sandboxed)
{
  g_autoptr (KadCallerIdentity) identity = kad_caller_identity_new_for_process (pid, uid, pidfd);

  g_assert_cmpint (kad_caller_identity_is_sandboxed (identity), ==, is_sandboxed);
  g_assert_cmpstr (kad_caller_identity_get_app_id (identity), ==, "");
}

static void
test_processes (void)
{
  int ends[2], status;
  pid_t child;

  g_test_summary ("We are the host; who is gone, somebody else or nobody is in a sandbox");

  assert_process (getpid (), geteuid (), -1, FALSE);
  assert_process (getpid (), geteuid () + 1, -1, TRUE);
  assert_process (0, geteuid (), -1, TRUE);
  assert_process (-1, geteuid (), -1, TRUE);
  g_assert_cmpint (pipe (ends), ==, 0);
  child = fork ();
  if (child == 0)
    _exit (0);
  g_assert_cmpint (child, >, 0);
  /* A pipe that can be read is as a pidfd of who has ended, whoever has its number now. */
  g_assert_cmpint (write (ends[1], "x", 1), ==, 1);
  assert_process (getpid (), geteuid (), ends[0], TRUE);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  assert_process (child, geteuid (), -1, TRUE);
  close (ends[0]);
  close (ends[1]);
}

/* A child that has ended is still in /proc. */
static void
test_the_dead (void)
{
  siginfo_t info;
  int status;
  pid_t child = fork ();

  g_test_summary ("A process that has ended is nobody, even while it is still counted");

  if (child == 0)
    _exit (0);
  g_assert_cmpint (waitid (P_PID, (id_t) child, &info, WEXITED | WNOWAIT), ==, 0);
  assert_process (child, geteuid (), -1, TRUE);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
}

static void
test_sockets (void)
{
  int ends[2];
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (KadCallerIdentity) identity = NULL;

  g_test_summary ("At the other end of a socket of ours we know ourselves");

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
  socket = g_socket_new_from_fd (ends[0], &error);
  g_assert_no_error (error);
  identity = kad_caller_identity_new_for_socket (socket);
  g_assert_false (kad_caller_identity_is_sandboxed (identity));
  close (ends[1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/service/caller-identity/app-ids", test_app_ids);
  g_test_add_func ("/service/caller-identity/bounds", test_bounds);
  g_test_add_func ("/service/caller-identity/junk", test_junk);
  g_test_add ("/security/service/sandbox/files", Root, NULL, root_set_up, test_files,
              root_tear_down);
  g_test_add_func ("/service/caller-identity/processes", test_processes);
  g_test_add_func ("/service/caller-identity/the-dead", test_the_dead);
  g_test_add_func ("/service/caller-identity/sockets", test_sockets);
  return g_test_run ();
}
