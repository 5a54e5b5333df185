/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-caller-identity.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Flatpak puts a file .flatpak-info into the root folder of each program that it starts, where the
 * program cannot change it, and into that of the proxy through which the program talks to the bus;
 * it names the application. Everything else that has another root folder or other mounts than we
 * have (Snap, containers, a chroot) is in a sandbox, too, but nothing tells us reliably in which.
 *
 * What /proc shows is held by a descriptor of /proc/PID: once that process is gone, nothing can be
 * opened through it, even if another has got the number. A pidfd says, besides, that the process is
 * the one that it was when the pidfd was made.
 *
 * The files are the caller's, and it is as hostile as any: nothing is opened before it is known to
 * be a regular file, no link is followed, little is read.
 */

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

#define INFO ".flatpak-info"

struct _KadCallerIdentity
{
  gatomicrefcount refs;
  gboolean is_sandboxed;
  char *app_id;
  char *token;
};

static KadCallerIdentity *
identity_new (gboolean is_sandboxed, const char *app_id)
{
  KadCallerIdentity *self = g_new0 (KadCallerIdentity, 1);

  g_atomic_ref_count_init (&self->refs);
  self->is_sandboxed = is_sandboxed;
  self->app_id = g_strdup (app_id);
  self->token = kad_app_token_new (app_id);
  return self;
}

KadCallerIdentity *
kad_caller_identity_new_host (void)
{
  return identity_new (FALSE, "");
}

KadCallerIdentity *
kad_caller_identity_new_sandboxed (const char *app_id)
{
  return identity_new (TRUE, app_id);
}

KadCallerIdentity *
kad_caller_identity_ref (KadCallerIdentity *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
kad_caller_identity_unref (KadCallerIdentity *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_free (self->app_id);
  g_free (self->token);
  g_free (self);
}

gboolean
kad_caller_identity_is_sandboxed (const KadCallerIdentity *self)
{
  return self->is_sandboxed;
}

const char *
kad_caller_identity_get_app_id (const KadCallerIdentity *self)
{
  return self->app_id;
}

const char *
kad_caller_identity_get_app_token (const KadCallerIdentity *self)
{
  return self->token;
}

char *
kad_app_token_new (const char *app_id)
{
  g_autofree char *sum = NULL;

  if (*app_id == '\0')
    return g_strdup ("");
  sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, app_id, -1);
  return g_strndup (sum, 32);
}

/* ---- the file ---- */

static gboolean
fail (GError **error, const char *why)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, why);
  return FALSE;
}

static gboolean
check_text (const char *data, gsize len, GError **error)
{
  if (len == 0 || len > KAD_MAX_FLATPAK_INFO_BYTES)
    return fail (error, "its size is none that such a file has");
  /* What is no UTF-8 may have NUL in it, too. */
  return g_utf8_validate (data, (gssize) len, NULL) || fail (error, "it is no text");
}

char *
kad_flatpak_info_dup_app_id (const char *data, gsize len, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *app_id = NULL;
  gboolean has_application, has_runtime;

  if (!check_text (data, len, error)
      || !g_key_file_load_from_data (file, data, len, G_KEY_FILE_NONE, error))
    return NULL;
  has_application = g_key_file_has_group (file, "Application");
  has_runtime = g_key_file_has_group (file, "Runtime");
  if (has_application == has_runtime)
    {
      fail (error, "it names no application, or two");
      return NULL;
    }
  app_id = g_key_file_get_string (file, has_application ? "Application" : "Runtime", "name", error);
  if (app_id == NULL)
    return NULL;
  if (strlen (app_id) > KAD_MAX_SANDBOX_APP_ID_BYTES || !g_application_id_is_valid (app_id))
    {
      fail (error, "what it names is no app id");
      return NULL;
    }
  return g_steal_pointer (&app_id);
}

/* -1 and errno: it cannot be read, or is nothing that can be opened without harm. */
static int
open_info (int root)
{
  g_autofree char *again = NULL;
  struct stat info;
  int fd, found = openat (root, INFO, O_PATH | O_NOFOLLOW | O_CLOEXEC);

  if (found < 0)
    return -1;
  if (fstat (found, &info) != 0 || !S_ISREG (info.st_mode)
      || (info.st_uid != geteuid () && info.st_uid != 0))
    {
      close (found);
      errno = EINVAL;
      return -1;
    }
  /* The same file, whatever has that name now. */
  again = g_strdup_printf ("/proc/self/fd/%d", found);
  fd = open (again, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0 && errno == ENOENT)
    errno = EINVAL;
  close (found);
  return fd;
}

static gboolean
read_all (int fd, char *buffer, gsize max, gsize *len)
{
  *len = 0;
  while (*len < max)
    {
      gssize n = read (fd, buffer + *len, max - *len);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      if (n == 0)
        return TRUE;
      *len += (gsize) n;
    }
  return TRUE;
}

KadCallerIdentity *
kad_caller_identity_new_for_root (int root)
{
  g_autofree char *data = NULL;
  g_autofree char *app_id = NULL;
  g_autoptr (GError) error = NULL;
  int fd = open_info (root);
  gsize len = 0;

  if (fd < 0 && errno == ENOENT)
    return NULL;
  if (fd >= 0)
    {
      /* One more than is allowed shows that it is too long. */
      data = g_malloc (KAD_MAX_FLATPAK_INFO_BYTES + 1);
      if (read_all (fd, data, KAD_MAX_FLATPAK_INFO_BYTES + 1, &len))
        app_id = kad_flatpak_info_dup_app_id (data, len, &error);
      close (fd);
    }
  if (app_id == NULL)
    g_debug ("The .flatpak-info of a caller is of no use: %s",
             error != NULL ? error->message : "it cannot be read");
  return kad_caller_identity_new_sandboxed (app_id != NULL ? app_id : "");
}

/* ---- the process ---- */

static gboolean
is_same_file (int folder, const char *theirs, const char *ours)
{
  struct stat a, b;

  return fstatat (folder, theirs, &a, 0) == 0 && stat (ours, &b) == 0 && a.st_dev == b.st_dev
         && a.st_ino == b.st_ino;
}

/* NULL: nothing can be seen of it. */
static KadCallerIdentity *
look_at (int process)
{
  KadCallerIdentity *identity;
  int root = openat (process, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);

  if (root < 0)
    return NULL;
  identity = kad_caller_identity_new_for_root (root);
  close (root);
  if (identity != NULL)
    return identity;
  return is_same_file (process, "root", "/")
                 && is_same_file (process, "ns/mnt", "/proc/self/ns/mnt")
             ? kad_caller_identity_new_host ()
             : kad_caller_identity_new_sandboxed ("");
}

static gboolean
is_alive (int pidfd)
{
  struct pollfd poller = { .fd = pidfd, .events = POLLIN };

  return poll (&poller, 1, 0) == 0;
}

KadCallerIdentity *
kad_caller_identity_new_for_process (pid_t pid, uid_t uid, int pidfd)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d", (int) pid);
  g_autoptr (KadCallerIdentity) identity = NULL;
  struct stat info;
  int process = -1;

  if (pid > 0 && uid == geteuid ())
    process = open (path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (process >= 0)
    {
      /* Alive now means that the number was not given to another before the folder was opened. */
      if (fstat (process, &info) == 0 && info.st_uid == uid && (pidfd < 0 || is_alive (pidfd)))
        identity = look_at (process);
      close (process);
    }
  if (identity == NULL)
    {
      g_debug ("Who process %d is cannot be told: it is taken for one in a sandbox", (int) pid);
      return kad_caller_identity_new_sandboxed ("");
    }
  return g_steal_pointer (&identity);
}

KadCallerIdentity *
kad_caller_identity_new_for_socket (GSocket *socket)
{
  struct ucred credentials = { 0 };
  KadCallerIdentity *identity;
  socklen_t len = sizeof credentials;
  int fd = g_socket_get_fd (socket);
  int pidfd = -1;

  if (getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &credentials, &len) != 0)
    return kad_caller_identity_new_sandboxed ("");
  /* Since Linux 6.5: of who connected, whoever has the number now. */
  len = sizeof pidfd;
  if (getsockopt (fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &len) != 0)
    {
      /* It knows the option, and the process is gone. */
      if (errno != ENOPROTOOPT)
        return kad_caller_identity_new_sandboxed ("");
      pidfd = -1;
    }
  identity = kad_caller_identity_new_for_process (credentials.pid, credentials.uid, pidfd);
  if (pidfd >= 0)
    close (pidfd);
  return identity;
}
