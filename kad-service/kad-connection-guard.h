/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-caller-identity.h"

G_BEGIN_DECLS

/* Looks at all messages of a connection, in GDBus's thread, before anybody has work with them. What
 * belongs to another caller is refused; so is what comes faster than it is answered, and what is
 * asked by who does not read the answers. Nothing but this bounds what GDBus queues. */
typedef struct _KadConnectionGuard KadConnectionGuard;

/* Calls of one caller that nobody looked at yet; one with a large answer counts as more. */
#define KAD_MAX_WAITING_CALLS 1024
#define KAD_LARGE_CALL_WEIGHT 32
/* Messages to a program on our own socket that it has not read, when calls are refused, */
#define KAD_MAX_UNREAD_MESSAGES 1024
/* when calls with large answers are, by the number of those, */
#define KAD_MAX_UNREAD_LARGE 64
/* and when it is cut off. A message bus has bounds of its own for its clients. */
#define KAD_MAX_UNREAD_AT_ALL 4096
/* Bytes of signals to one program on our own socket that it has not read: more cuts it off. */
#define KAD_MAX_UNREAD_SIGNAL_BYTES (16 * 1024 * 1024)

/* Who is at the other end of our own socket. Before kad_connection_guard_attach(): without it that
 * is somebody in a sandbox. On a message bus it is found out for each caller. */
void kad_connection_guard_set_identity (GDBusConnection *connection, KadCallerIdentity *identity);
/* From now until the connection closes. */
void kad_connection_guard_attach (GDBusConnection *connection);
/* A signal to a caller is about to be sent. FALSE: it has too much that it does not read, and is
 * cut off. Main thread. */
gboolean kad_connection_guard_note_signal (GDBusConnection *connection, gsize bytes);
/* Whether an object that is for more than one caller is to be on this connection at all. */
gboolean kad_connection_guard_may_see (GDBusConnection *connection, const char *path);
/* Sends a signal of the root object that is about the object @about to those who may know of it. */
void kad_connection_guard_tell (GDBusConnection *connection, const char *about,
                                const char *interface, const char *name, GVariant *parameters);
/* Cuts it off if it does not read. Main thread. */
void kad_connection_guard_check (GDBusConnection *connection);

G_END_DECLS
