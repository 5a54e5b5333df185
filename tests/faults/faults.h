/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Calls into the system that can fail, taken over from the C library for the whole process (libkad,
 * GLib and modules included), so that the n-th of a class fails. */

typedef enum
{
  FAULT_ACCEPT,
  FAULT_BIND,
  FAULT_CONNECT,
  FAULT_DLOPEN,
  FAULT_EPOLL_CREATE,
  FAULT_EPOLL_CTL,
  FAULT_EVENTFD,
  FAULT_FILE_READ,
  FAULT_FILE_WRITE,
  FAULT_FSTAT,
  FAULT_FSYNC,
  FAULT_GETIFADDRS,
  FAULT_LINK,
  FAULT_LISTEN,
  FAULT_MKDIR,
  FAULT_OPEN,
  FAULT_OPTION, /* of a socket, set or read; its names */
  FAULT_RECEIVE,
  FAULT_SEND,
  FAULT_SOCKET,
  FAULT_THREAD,
  FAULT_N_CLASSES,
} FaultClass;

typedef struct
{
  const char *name;
  int errors[4]; /* what it fails with, 0 at the end */
} FaultKind;

extern const FaultKind fault_kinds[FAULT_N_CLASSES];

/* From here on calls are counted, and the @nth (from 1) of @which fails with @error; 0: none.
 * @stays: so does every one after it. */
void faults_begin (FaultClass which, guint nth, int error, gboolean stays);
/* Nothing fails or is counted any more. */
void faults_end (void);
guint faults_get_count (FaultClass which);

G_END_DECLS
