/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-service.h"

G_BEGIN_DECLS

/* Tells the person, by the desktop's notifications, when something that is published could not be
 * announced for as long as the setting "notify-after" says: one notification for all, and no other
 * until everything was announced again. Only where there is a message bus. Main thread. */
typedef struct _KadNotifier KadNotifier;

/* @service: outlives it */
KadNotifier *kad_notifier_new (KadService *service);
void kad_notifier_free (KadNotifier *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadNotifier, kad_notifier_free)

G_END_DECLS
