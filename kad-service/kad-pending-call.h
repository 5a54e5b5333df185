/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-service.h"

G_BEGIN_DECLS

/* A call that is answered later. Counts among the calls of its caller until then; a caller that has
 * left gets no answer. Answering frees it. */
typedef struct _KadPendingCall KadPendingCall;

/* NULL and LimitReached: the caller has too many, and was told so. Takes the reference to
 * @invocation that a handler has. */
KadPendingCall *kad_pending_call_new (KadService *service, GDBusMethodInvocation *invocation);
KadCaller *kad_pending_call_get_caller (KadPendingCall *self);
/* Takes @answer if floating; NULL: the call has no answer but that it is done. */
void kad_pending_call_return (KadPendingCall *self, GVariant *answer);
void kad_pending_call_fail (KadPendingCall *self, const GError *error);

G_END_DECLS
