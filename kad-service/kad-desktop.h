/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-service.h"

G_BEGIN_DECLS

/* Has the node follow the desktop: the network, the power, the memory and the night's sleep, as the
 * settings say. Watches only while the node is up, or paused by itself. Main thread only. */
typedef struct _KadDesktop KadDesktop;

KadDesktop *kad_desktop_new (KadService *service);
/* Ahead of the service; what it wanted of it ends. */
void kad_desktop_free (KadDesktop *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadDesktop, kad_desktop_free)

G_END_DECLS
