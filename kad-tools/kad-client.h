/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <gio/gunixfdlist.h>

#include "kad-tool.h"

G_BEGIN_DECLS

#define KAD_CLIENT_NAME "org.libkad.Kad1"
#define KAD_CLIENT_ROOT "/org/libkad/Kad1"

/* The service kadd as the tool has it: a connection to it, by the session bus or by a socket of its
 * own. Calls wait in the default main context, so that signals of the service and Ctrl-C get
 * through meanwhile. Errors of the service are those of KAD_ERROR, in its words; a service that is
 * not there is NotRunning. One thread. */
typedef struct _KadClient KadClient;

typedef void (*KadClientSignalFunc) (const char *path, const char *signal, GVariant *arguments,
                                     gpointer user_data);

typedef void (*KadClientValueFunc) (GVariant *value, gpointer user_data);

/* Connects by --address, $KAD_ADDRESS or the session bus, and has the bus start the service unless
 * --no-start is given. Calls have --timeout, or 90 seconds. */
KadClient *kad_client_new (KadTool *tool, GError **error);
void kad_client_free (KadClient *self);

/* A method of an object; @interface without its prefix: "Node". @arguments: floating is taken. Its
 * answer, a tuple. */
GVariant *kad_client_call (KadClient *self, const char *path, const char *interface,
                           const char *method, GVariant *arguments, GError **error);
/* The same, of an object at the root. */
GVariant *kad_client_call_root (KadClient *self, const char *interface, const char *method,
                                GVariant *arguments, GError **error);
/* The same for one that answers a descriptor, which the caller closes. -1 with an error. */
int kad_client_call_fd (KadClient *self, const char *interface, const char *method,
                        GVariant *arguments, GError **error);
/* All properties of an interface as `a{sv}`. */
GVariant *kad_client_get_all (KadClient *self, const char *path, const char *interface,
                              GError **error);
gboolean kad_client_set (KadClient *self, const char *path, const char *interface,
                         const char *property, GVariant *value, GError **error);
/* Asks for one property and goes on; @func gets NULL if there was no answer. */
void kad_client_begin_get (KadClient *self, const char *path, const char *interface,
                           const char *property, KadClientValueFunc func, gpointer user_data);
/* Signals of one interface of one object, @path NULL for any, @signal NULL for all, until
 * kad_client_end_subscriptions(). */
void kad_client_subscribe (KadClient *self, const char *path, const char *interface,
                           const char *signal, KadClientSignalFunc func, gpointer user_data);
void kad_client_end_subscriptions (KadClient *self);
/* Waits until *@is_done, Ctrl-C, or the end of the service. @timeout_us: 0 for ever. */
gboolean kad_client_wait (KadClient *self, const gboolean *is_done, gint64 timeout_us,
                          GError **error);
/* As long as Ctrl-C was not pressed. */
GCancellable *kad_client_get_cancellable (KadClient *self);
/* Calls made from now on are not stopped by a Ctrl-C that was pressed. */
void kad_client_forget_interrupt (KadClient *self);
/* Options of a call that may need the node: "no-start" with --no-start. Sink it or clear it. */
void kad_client_init_options (KadClient *self, GVariantDict *options);
/* The same without more options, floating. */
GVariant *kad_client_new_options (KadClient *self);

/* Starts the node if need be, keeps it up as long as the client lives, and waits until it has
 * joined, or could not. */
gboolean kad_client_hold_node (KadClient *self, const char *why, GError **error);
/* Whether the service has a registered command of this name. */
gboolean kad_client_has_command (KadClient *self, const char *name);

/* What runs a word that has one conversation with the service. FALSE with the error. */
typedef gboolean (*KadClientFunc) (KadTool *tool, KadClient *client, GError **error);
/* Connects, runs @func, and tells the error. */
KadExit kad_client_run (KadTool *tool, KadClientFunc func);
/* The same for one that goes on until it is interrupted, which is then no error to tell. */
KadExit kad_client_run_endless (KadTool *tool, KadClientFunc func);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadClient, kad_client_free)

G_END_DECLS
