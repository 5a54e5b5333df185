/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-node.h"
#include "kad-output.h"

G_BEGIN_DECLS

/* Commands that run at a time; more are refused with LimitReached. */
#define KAD_MAX_CONTROL_RUNS 4096
/* The longest id, in bytes as written. */
#define KAD_MAX_CONTROL_ID_BYTES 256

/* The protocol of --commands: JSON lines on stdin, answers on stdout. */
typedef struct _KadControl KadControl;

/**
 * KadControlHost:
 * @find_node: the node that a request is for (transfer none), or NULL with the error
 * @handle: (nullable): a request without `command` and `cancel`: TRUE if it will be answered; FALSE
 *   with the error
 * @on_end: stdin has ended, and what was running then has had a moment to end as well
 * @members: what a request may have besides id, command, options and cancel, NULL-terminated
 *
 * What a program with nodes adds to the protocol.
 */
typedef struct
{
  KadNode *(*find_node) (GVariant *request, gpointer user_data, GError **error);
  gboolean (*handle) (KadControl *control, const char *id, GVariant *request, gpointer user_data,
                      GError **error);
  void (*on_end) (gpointer user_data);
  const char *const *members;
} KadControlHost;

/* Reads from @fd until it is freed. */
KadControl *kad_control_new (int fd, KadOutput *output, const KadControlHost *host,
                             gpointer user_data);
/* When nothing runs any more: see kad_control_get_n_running(). */
void kad_control_free (KadControl *self);
/* No more lines are read. */
void kad_control_close (KadControl *self);
guint kad_control_get_n_running (const KadControl *self);
/* The last line of what handle() took: {"id":..,"done":true,..}. @summary: (nullable), floating */
void kad_control_done (KadControl *self, const char *id, GVariant *summary);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadControl, kad_control_free)

G_END_DECLS
