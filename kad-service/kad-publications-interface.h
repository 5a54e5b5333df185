/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-service.h"

G_BEGIN_DECLS

/* Publications.Provide() for the bytes of a key: answers @invocation with the path of a
 * publication, or an error. Takes @key. For Routing.Advertise(). */
void kad_publications_provide (KadService *service, GDBusMethodInvocation *invocation, GBytes *key,
                               GVariant *options);

G_END_DECLS
