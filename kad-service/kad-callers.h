/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-caller-identity.h"

G_BEGIN_DECLS

/* Who calls: a connection to the message bus with a unique name, or a connection to our own socket.
 * What belongs to a caller goes when it goes. Main thread only. */
typedef struct _KadCallers KadCallers;
typedef struct _KadCaller KadCaller;

/* What one caller may have at once. */
typedef enum
{
  KAD_QUOTA_QUERIES,
  KAD_QUOTA_WATCHES,
  KAD_QUOTA_PUBLICATIONS,
  KAD_QUOTA_LEASES,
  KAD_QUOTA_STREAMS,
  KAD_QUOTA_CALLS, /* one-shot forms and Run() that have not answered yet */
  KAD_N_QUOTAS,
} KadQuota;

#define KAD_MAX_QUERIES_PER_CALLER 64
#define KAD_MAX_WATCHES_PER_CALLER 8
#define KAD_MAX_PUBLICATIONS_PER_CALLER 4096
#define KAD_MAX_LEASES_PER_CALLER 64
#define KAD_MAX_STREAMS_PER_CALLER 8
#define KAD_MAX_CALLS_PER_CALLER 256
#define KAD_MAX_RESULT_BYTES_PER_CALLER (64 * 1024 * 1024)

typedef void (*KadCallerGoneFunc) (KadCaller *caller, gpointer user_data);

KadCallers *kad_callers_new (void);
void kad_callers_free (KadCallers *self);
/* Whoever made the call, never NULL. (transfer none): lives until it is gone */
KadCaller *kad_callers_get (KadCallers *self, GDBusMethodInvocation *invocation);
/* How many there are that have something. */
guint kad_callers_get_n_busy (KadCallers *self);

/* Its unique name on the bus, or "p1", "p2".. for those of our own socket. */
const char *kad_caller_get_name (KadCaller *self);
/* The same as an element of an object path: ":1.42" is "1_42". */
const char *kad_caller_get_token (KadCaller *self);
/* That of another name of somebody on the bus. (nullable): @name is NULL. Any thread. */
char *kad_caller_token_new (const char *name);
/* Its application, if it is in a sandbox and it is certain; "" otherwise. */
const char *kad_caller_get_app_id (KadCaller *self);
gboolean kad_caller_is_sandboxed (KadCaller *self);
const KadCallerIdentity *kad_caller_get_identity (KadCaller *self);
GDBusConnection *kad_caller_get_connection (KadCaller *self);
/* Where signals to it alone go: its unique name, NULL on our own socket. */
const char *kad_caller_get_destination (KadCaller *self);
/* TRUE while it is there. Whoever waits for something takes a reference and looks before it
 * answers. */
gboolean kad_caller_is_here (KadCaller *self);
KadCaller *kad_caller_ref (KadCaller *self);
void kad_caller_unref (KadCaller *self);
/* Counts one more; FALSE and LimitReached, which names quota and bound. */
gboolean kad_caller_take (KadCaller *self, KadQuota quota, GError **error);
void kad_caller_give_back (KadCaller *self, KadQuota quota);
/* The same for bytes of results that are kept for it. */
gboolean kad_caller_take_bytes (KadCaller *self, gsize bytes, GError **error);
void kad_caller_give_back_bytes (KadCaller *self, gsize bytes);
guint kad_caller_get_count (KadCaller *self, KadQuota quota);
/* @func once, when it goes; kad_caller_remove_gone() before that takes it back. Never 0. */
guint kad_caller_add_gone (KadCaller *self, KadCallerGoneFunc func, gpointer user_data);
void kad_caller_remove_gone (KadCaller *self, guint id);
/* Sends a signal to it alone. Takes @parameters if floating. */
void kad_caller_signal (KadCaller *self, const char *path, const char *interface, const char *name,
                        GVariant *parameters);
/* TRUE if @path is below /org/libkad/Kad1/KIND/TOKEN of somebody else than @sender: for the filter
 * of a message bus connection. What is below /org/libkad/Kad1/query/detached is everybody's. Any
 * thread. */
gboolean kad_caller_path_is_foreign (const char *path, const char *sender);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadCallers, kad_callers_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadCaller, kad_caller_unref)

G_END_DECLS
