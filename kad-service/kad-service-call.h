/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-service.h"

G_BEGIN_DECLS

/* A call of a method that is answered later: it counts among its caller's, and is cancelled when
 * the caller goes, so that nobody is answered who is not there. Main thread only. */
typedef struct _KadServiceCall KadServiceCall;

#define KAD_MAX_CALL_RESULTS 1000 /* more are left out */

/* (nullable): the invocation is answered with LimitReached. */
KadServiceCall *kad_service_call_begin (KadService *service, GDBusMethodInvocation *invocation);
GCancellable *kad_service_call_get_cancellable (KadServiceCall *self);
GDBusMethodInvocation *kad_service_call_get_invocation (KadServiceCall *self);
KadService *kad_service_call_get_service (KadServiceCall *self);
/* Ends it with an error, which it takes. */
void kad_service_call_fail (KadServiceCall *self, GError *error);
/* Ends it with an answer. */
void kad_service_call_return (KadServiceCall *self, GVariant *answer);

/* @results: (nullable) (element-type GVariant) `a{sv}` each, with @summary; or @error, which it
 * takes. It ends the call, or runs
 * another command for it. */
typedef void (*KadServiceCallFunc) (KadServiceCall *call, GPtrArray *results, GVariant *summary,
                                    GError *error, gpointer user_data);
/* Runs a command on the node, which is started if need be; @call_options: of the call, for
 * "no-start". Takes a floating @command_options. @func comes once, never before this returns. */
void kad_service_call_run (KadServiceCall *self, GVariant *call_options, const char *command,
                           GVariant *command_options, KadServiceCallFunc func, gpointer user_data);

/* Before kad_service_call_run(): tells the caller how far the command is, by a signal of the root
 * object with two "u", done and total. @signal: its name, of the interface Node; static. */
void kad_service_call_tell_progress (KadServiceCall *self, const char *signal);

G_END_DECLS
