/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-service.h"

G_BEGIN_DECLS

/* org.freedesktop.DBus.ObjectManager at the root path: publications and live queries. Each caller
 * sees its own, and what belongs to nobody in particular. */

/* Has its say in GetManagedObjects(): calls kad_object_manager_add() for what @caller may see. */
typedef void (*KadManagedFunc) (KadCaller *caller, GVariantBuilder *objects, gpointer user_data);

GDBusInterfaceSkeleton *kad_object_manager_new (KadService *service);
void kad_object_manager_add_source (KadService *service, KadManagedFunc func, gpointer user_data);
void kad_object_manager_remove_source (KadService *service, gpointer user_data);
/* An object of @objects (`a{oa{sa{sv}}}`), with its properties. */
void kad_object_manager_add (GVariantBuilder *objects, const char *path,
                             GDBusInterfaceSkeleton *interface);
/* Signals to @owner, or to everybody if it is NULL. */
void kad_object_manager_added (KadService *service, const char *path,
                               GDBusInterfaceSkeleton *interface, KadCaller *owner);
void kad_object_manager_removed (KadService *service, const char *path,
                                 GDBusInterfaceSkeleton *interface, KadCaller *owner);

G_END_DECLS
