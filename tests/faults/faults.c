/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Both names of a call, the one for large files, too, are taken over. */
#undef _FILE_OFFSET_BITS
#include "faults.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* A program's own symbols come before those of its libraries. Reads and writes count only on
 * sockets and files: the wake-up descriptors of GLib cannot fail so. */

const FaultKind fault_kinds[FAULT_N_CLASSES] = {
  [FAULT_ACCEPT] = { "accept", { ECONNABORTED, EMFILE, ENOMEM } },
  [FAULT_BIND] = { "bind", { EADDRINUSE, EACCES } },
  [FAULT_CONNECT] = { "connect", { ECONNREFUSED, ENETUNREACH, EADDRNOTAVAIL } },
  [FAULT_DLOPEN] = { "dlopen", { ENOMEM } },
  [FAULT_EPOLL_CREATE] = { "epoll-create", { EMFILE } },
  [FAULT_EPOLL_CTL] = { "epoll-ctl", { ENOSPC } },
  [FAULT_EVENTFD] = { "eventfd", { EMFILE } },
  [FAULT_FILE_READ] = { "file-read", { EIO, EINTR } },
  [FAULT_FILE_WRITE] = { "file-write", { ENOSPC, EIO, EINTR } },
  [FAULT_FSTAT] = { "fstat", { EIO } },
  [FAULT_FSYNC] = { "fsync", { EIO, ENOSPC } },
  [FAULT_GETIFADDRS] = { "getifaddrs", { EMFILE } },
  [FAULT_LINK] = { "link", { EIO, ENOSPC, EROFS } },
  [FAULT_LISTEN] = { "listen", { EADDRINUSE } },
  [FAULT_MKDIR] = { "mkdir", { EACCES, EROFS } },
  [FAULT_OPEN] = { "open", { EMFILE, EACCES, EIO } },
  [FAULT_OPTION] = { "socket-option", { ENOBUFS } },
  [FAULT_RECEIVE] = { "receive", { ECONNRESET, ENOMEM, EINTR } },
  [FAULT_SEND] = { "send", { EPIPE, ENOBUFS, EINTR } },
  [FAULT_SOCKET] = { "socket", { EMFILE, ENOMEM } },
  [FAULT_THREAD] = { "thread", { EAGAIN } },
};

static gint is_on;
static gint counts[FAULT_N_CLASSES];
static FaultClass wanted_class;
static gint wanted_nth;
static int wanted_error;
static gboolean wanted_stays;

void
faults_begin (FaultClass which, guint nth, int error, gboolean stays)
{
  for (guint i = 0; i < FAULT_N_CLASSES; i++)
    g_atomic_int_set (&counts[i], 0);
  wanted_class = which;
  wanted_nth = (gint) nth;
  wanted_error = error;
  wanted_stays = stays;
  g_atomic_int_set (&is_on, 1);
}

void
faults_end (void)
{
  g_atomic_int_set (&is_on, 0);
}

guint
faults_get_count (FaultClass which)
{
  return (guint) g_atomic_int_get (&counts[which]);
}

/* TRUE, and errno is set: this is the one that fails. */
static gboolean
fails (FaultClass which)
{
  gint nth;

  if (!g_atomic_int_get (&is_on))
    return FALSE;
  nth = g_atomic_int_add (&counts[which], 1) + 1;
  if (which != wanted_class || wanted_nth == 0 || nth < wanted_nth
      || (nth > wanted_nth && !wanted_stays))
    return FALSE;
  errno = wanted_error;
  return TRUE;
}

#define REAL(function)                                                                             \
  static typeof (&function) real;                                                                  \
  if (real == NULL)                                                                                \
  real = (typeof (real)) dlsym (RTLD_NEXT, #function)

#define WRAP(which, result, function, parameters, ...)                                             \
  result function parameters                                                                       \
  {                                                                                                \
    REAL (function);                                                                               \
    return fails (which) ? -1 : real (__VA_ARGS__);                                                \
  }

WRAP (FAULT_ACCEPT, int, accept4, (int fd, struct sockaddr *address, socklen_t *len, int flags), fd,
      address, len, flags)
WRAP (FAULT_ACCEPT, int, accept, (int fd, struct sockaddr *address, socklen_t *len), fd, address,
      len)
WRAP (FAULT_BIND, int, bind, (int fd, const struct sockaddr *address, socklen_t len), fd, address,
      len)
WRAP (FAULT_CONNECT, int, connect, (int fd, const struct sockaddr *address, socklen_t len), fd,
      address, len)
WRAP (FAULT_EPOLL_CREATE, int, epoll_create1, (int flags), flags)
WRAP (FAULT_EPOLL_CTL, int, epoll_ctl, (int fd, int op, int other, struct epoll_event *event), fd,
      op, other, event)
WRAP (FAULT_EVENTFD, int, eventfd, (unsigned int value, int flags), value, flags)
WRAP (FAULT_FSTAT, int, fstat, (int fd, struct stat *status), fd, status)
WRAP (FAULT_FSTAT, int, fstat64, (int fd, struct stat64 *status), fd, status)
WRAP (FAULT_FSYNC, int, fsync, (int fd), fd)
WRAP (FAULT_FSYNC, int, fdatasync, (int fd), fd)
WRAP (FAULT_FILE_WRITE, int, ftruncate64, (int fd, off64_t len), fd, len)
WRAP (FAULT_GETIFADDRS, int, getifaddrs, (struct ifaddrs * *list), list)
WRAP (FAULT_LINK, int, link, (const char *from, const char *to), from, to)
WRAP (FAULT_LINK, int, rename, (const char *from, const char *to), from, to)
WRAP (FAULT_LISTEN, int, listen, (int fd, int backlog), fd, backlog)
WRAP (FAULT_MKDIR, int, mkdir, (const char *path, mode_t mode), path, mode)
WRAP (FAULT_OPTION, int, setsockopt,
      (int fd, int level, int name, const void *value, socklen_t len), fd, level, name, value, len)
WRAP (FAULT_OPTION, int, getsockopt, (int fd, int level, int name, void *value, socklen_t *len), fd,
      level, name, value, len)
WRAP (FAULT_OPTION, int, getsockname, (int fd, struct sockaddr *address, socklen_t *len), fd,
      address, len)
WRAP (FAULT_OPTION, int, getpeername, (int fd, struct sockaddr *address, socklen_t *len), fd,
      address, len)
WRAP (FAULT_SOCKET, int, socket, (int domain, int type, int protocol), domain, type, protocol)
WRAP (FAULT_RECEIVE, ssize_t, recv, (int fd, void *data, size_t len, int flags), fd, data, len,
      flags)
WRAP (FAULT_RECEIVE, ssize_t, recvmsg, (int fd, struct msghdr *message, int flags), fd, message,
      flags)
WRAP (FAULT_SEND, ssize_t, send, (int fd, const void *data, size_t len, int flags), fd, data, len,
      flags)
WRAP (FAULT_SEND, ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags), fd, message,
      flags)

/* What kind of descriptor is behind a read or write; FAULT_N_CLASSES: one that cannot fail. */
static FaultClass
class_of (int fd, FaultClass of_socket, FaultClass of_file)
{
  static int (*real) (int fd, struct stat *status);
  int saved = errno;
  struct stat status;

  if (!g_atomic_int_get (&is_on))
    return FAULT_N_CLASSES;
  if (real == NULL)
    real = (int (*) (int, struct stat *)) dlsym (RTLD_NEXT, "fstat");
  if (real (fd, &status) != 0)
    status.st_mode = 0;
  errno = saved;
  if (S_ISSOCK (status.st_mode))
    return of_socket;
  return S_ISREG (status.st_mode) ? of_file : FAULT_N_CLASSES;
}

static gboolean
io_fails (int fd, FaultClass of_socket, FaultClass of_file)
{
  FaultClass which = class_of (fd, of_socket, of_file);

  return which != FAULT_N_CLASSES && fails (which);
}

ssize_t
read (int fd, void *data, size_t len)
{
  REAL (read);
  return io_fails (fd, FAULT_RECEIVE, FAULT_FILE_READ) ? -1 : real (fd, data, len);
}

ssize_t
readv (int fd, const struct iovec *vectors, int n)
{
  REAL (readv);
  return io_fails (fd, FAULT_RECEIVE, FAULT_FILE_READ) ? -1 : real (fd, vectors, n);
}

/* Of the database. */
ssize_t
pread64 (int fd, void *data, size_t len, off64_t offset)
{
  REAL (pread64);
  return io_fails (fd, FAULT_RECEIVE, FAULT_FILE_READ) ? -1 : real (fd, data, len, offset);
}

ssize_t
pwrite64 (int fd, const void *data, size_t len, off64_t offset)
{
  REAL (pwrite64);
  return io_fails (fd, FAULT_SEND, FAULT_FILE_WRITE) ? -1 : real (fd, data, len, offset);
}

ssize_t
write (int fd, const void *data, size_t len)
{
  REAL (write);
  return io_fails (fd, FAULT_SEND, FAULT_FILE_WRITE) ? -1 : real (fd, data, len);
}

ssize_t
writev (int fd, const struct iovec *vectors, int n)
{
  REAL (writev);
  return io_fails (fd, FAULT_SEND, FAULT_FILE_WRITE) ? -1 : real (fd, vectors, n);
}

static mode_t
get_mode (int flags, va_list args)
{
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg (args, mode_t) : 0;
}

#define WRAP_OPEN(function)                                                                        \
  int function (const char *path, int flags, ...)                                                  \
  {                                                                                                \
    va_list args;                                                                                  \
    mode_t mode;                                                                                   \
    REAL (function);                                                                               \
    va_start (args, flags);                                                                        \
    mode = get_mode (flags, args);                                                                 \
    va_end (args);                                                                                 \
    return fails (FAULT_OPEN) ? -1 : real (path, flags, mode);                                     \
  }

WRAP_OPEN (open)
WRAP_OPEN (open64)

int
pthread_create (pthread_t *thread, const pthread_attr_t *attributes, void *(*func) (void *),
                void *data)
{
  REAL (pthread_create);
  return fails (FAULT_THREAD) ? errno : real (thread, attributes, func, data);
}

void *
dlopen (const char *path, int flags)
{
  REAL (dlopen);
  /* GLib asks for the program itself, which is always there. */
  return path != NULL && fails (FAULT_DLOPEN) ? NULL : real (path, flags);
}
