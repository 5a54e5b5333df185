/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-database-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "kad-error.h"

static int
fail_errno (const char *what, const char *path, GError **error)
{
  int number = errno;

  g_set_error (error, KAD_ERROR, KAD_ERROR_FAILED, "Cannot %s \"%s\": %s", what, path,
               g_strerror (number));
  return -1;
}

static void
tell_taken (int fd, const char *folder, GError **error)
{
  char text[16] = "";
  gssize n = pread (fd, text, sizeof text - 1, 0);
  guint64 pid = n > 0 ? g_ascii_strtoull (text, NULL, 10) : 0;

  if (pid > 0)
    g_set_error (error, KAD_ERROR, KAD_ERROR_FAILED,
                 "The folder \"%s\" is in use by another node, of process %" G_GUINT64_FORMAT
                 ": end that one, or name another folder",
                 folder, pid);
  else
    g_set_error (error, KAD_ERROR, KAD_ERROR_FAILED,
                 "The folder \"%s\" is in use by another node: end that one, or name another "
                 "folder",
                 folder);
}

/* Only for whoever is told that it is taken: nothing depends on it. */
static void
write_pid (int fd)
{
  g_autofree char *text = g_strdup_printf ("%d\n", (int) getpid ());
  gssize length = (gssize) strlen (text);

  if (ftruncate (fd, 0) != 0 || pwrite (fd, text, (gsize) length, 0) != length)
    g_debug ("Cannot say who has the lock: %s", g_strerror (errno));
}

int
kad_database_lock (const char *folder, gboolean *is_taken, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "kad.lock", NULL);
  int fd, status;

  *is_taken = FALSE;
  if (g_mkdir_with_parents (folder, 0700) != 0)
    return fail_errno ("make the folder", folder, error);
  fd = open (path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail_errno ("open", path, error);
  do
    status = flock (fd, LOCK_EX | LOCK_NB);
  while (status != 0 && errno == EINTR);
  if (status != 0)
    {
      *is_taken = errno == EWOULDBLOCK;
      if (*is_taken)
        tell_taken (fd, folder, error);
      else
        fail_errno ("lock", path, error);
      close (fd);
      return -1;
    }
  write_pid (fd);
  return fd;
}
