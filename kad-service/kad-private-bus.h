/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-service.h"

G_BEGIN_DECLS

#define KAD_MAX_PRIVATE_CONNECTIONS 256
/* Programs that have connected and not yet shown who they are; and how long they may take. */
#define KAD_MAX_PRIVATE_GREETINGS 64
#define KAD_PRIVATE_GREETING_S 10

/* A socket of our own with the same objects, for where there is no bus. Only the same user gets in.
 */
typedef struct _KadPrivateBus KadPrivateBus;

/* @address: a D-Bus address to listen on, as "unix:path=/run/user/1000/kad"; a Unix
 * socket with a path */
KadPrivateBus *kad_private_bus_new (const char *address, KadService *service, GError **error);
void kad_private_bus_free (KadPrivateBus *self);
const char *kad_private_bus_get_client_address (KadPrivateBus *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadPrivateBus, kad_private_bus_free)

G_END_DECLS
