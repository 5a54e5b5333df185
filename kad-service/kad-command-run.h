/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-dual-run.h"
#include "kad-service.h"

G_BEGIN_DECLS

#define KAD_MAX_RUN_RESULTS 100000
#define KAD_MAX_RUN_BYTES (16 * 1024 * 1024)

/* One run of a registered command on the service's node, for a caller, with the results that it
 * gave. A run that gives more than the bounds ends with LimitReached, and keeps what it has. The
 * results count against the caller's bytes. Main thread only. */
typedef struct _KadCommandRun KadCommandRun;

/* @user_data: as given to kad_command_run_new() */
typedef void (*KadCommandRunFunc) (KadCommandRun *run, gpointer user_data);

/* What is run, if it is something else than the command on the service's node. */
typedef struct
{
  /* The service's node is there: @run is under way until kad_command_run_end(). */
  void (*begin) (KadCommandRun *run, KadNode *node, gpointer user_data);
  /* (nullable): once, if it is under way: its end is wanted. The cancellable of the run is
   * cancelled already. */
  void (*cancel) (KadCommandRun *run, gpointer user_data);
  void (*free) (gpointer user_data); /* (nullable) */
} KadCommandRunSource;

/* @options: `a{sv}` of the command. @on_result: (nullable): one more is there. @on_done: once, when
 * it is over, never from within kad_command_run_start(); it may release the run. */
KadCommandRun *kad_command_run_new (KadService *service, KadCaller *caller, const char *command,
                                    GVariant *options, KadCommandRunFunc on_result,
                                    KadCommandRunFunc on_done, gpointer user_data);
/* Gives the reference away: what runs is cancelled, and nobody is told anything any more. */
void kad_command_run_release (KadCommandRun *self);
/* @on_ready: the service's node is there, and is about to run it; @on_begun: it runs, as
 * kad_command_run_get_number() says. Both before any result; they may come again, with another
 * number, if the node had not joined yet. */
void kad_command_run_set_begin_funcs (KadCommandRun *self, KadCommandRunFunc on_ready,
                                      KadCommandRunFunc on_begun);
/* Says how far it is, where what it does is no command of a node: those tell it by their events.
 * @done: at most @total */
void kad_command_run_set_progress (KadCommandRun *self, guint done, guint total);
void kad_command_run_get_progress (KadCommandRun *self, guint *done, guint *total);
/* @on_progress: how far it is changed. */
void kad_command_run_set_progress_func (KadCommandRun *self, KadCommandRunFunc on_progress);
/* Where it runs; without it, on the service's node alone. NotSupported comes at the end, if there
 * is no local network and it was said that it shall run there alone; in both is in one, then. */
void kad_command_run_set_nets (KadCommandRun *self, KadNets nets);
/* Before it is started. @source: static */
void kad_command_run_set_source (KadCommandRun *self, const KadCommandRunSource *source,
                                 gpointer user_data);
/* By the source: one more result, `a{sv}`; taken. Nothing if it was released. */
void kad_command_run_take_result (KadCommandRun *self, GVariant *result);
/* By the source, once, after begin() has returned: it is over. @summary: (nullable): `a{sv}`; or
 * @error, which is taken. */
void kad_command_run_end (KadCommandRun *self, GVariant *summary, GError *error);
/* Starts the node if need be. @no_start: NotRunning if it does not run. @asks_network: a node that
 * is joining is waited for; the others wait if they cannot do without. */
void kad_command_run_start (KadCommandRun *self, gboolean no_start, gboolean asks_network);
/* It ends with Cancelled, if it is not over. */
void kad_command_run_cancel (KadCommandRun *self);
/* As the node's events call it; 0: it did not begin. */
guint64 kad_command_run_get_number (KadCommandRun *self);
/* The same of the local network's node. */
guint64 kad_command_run_get_lan_number (KadCommandRun *self);
gboolean kad_command_run_is_done (KadCommandRun *self);
guint kad_command_run_get_n_results (KadCommandRun *self);
/* `aa{sv}` from the number @from on: as many as one message shall carry, at most @max. @n: (out)
 * (optional): how many. (transfer floating) */
GVariant *kad_command_run_dup_results (KadCommandRun *self, guint from, guint max, guint *n);
/* Once it is over: `a{sv}`, NULL with an error. (transfer none) (nullable) */
GVariant *kad_command_run_get_summary (KadCommandRun *self);
const GError *kad_command_run_get_error (KadCommandRun *self);
/* "completed", "stopped".. or "timed-out", "cancelled", "failed". */
const char *kad_command_run_get_reason (KadCommandRun *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadCommandRun, kad_command_run_release)

G_END_DECLS
