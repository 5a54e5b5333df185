/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-object-manager.h"

#include "kad-connection-guard.h"
#include "kad-dbus.h"
#include "kad-service-names.h"

/* Not GDBusObjectManagerServer: that one tells everybody of everything. */

#define INTERFACE "org.freedesktop.DBus.ObjectManager"
#define DATA "kad-object-manager"

typedef struct
{
  KadManagedFunc func;
  gpointer user_data;
} Source;

typedef struct
{
  KadService *service;
  GArray *sources; /* (element-type Source) */
} ObjectManager;

static ObjectManager *
get (KadService *service)
{
  return g_object_get_data (G_OBJECT (service), DATA);
}

void
kad_object_manager_add_source (KadService *service, KadManagedFunc func, gpointer user_data)
{
  const Source source = { func, user_data };

  g_array_append_val (get (service)->sources, source);
}

void
kad_object_manager_remove_source (KadService *service, gpointer user_data)
{
  ObjectManager *self = get (service);

  for (guint i = 0; self != NULL && i < self->sources->len; i++)
    if (g_array_index (self->sources, Source, i).user_data == user_data)
      g_array_remove_index (self->sources, i--);
}

void
kad_object_manager_add (GVariantBuilder *objects, const char *path,
                        GDBusInterfaceSkeleton *interface)
{
  g_autoptr (GVariant) properties = g_dbus_interface_skeleton_get_properties (interface);

  g_variant_builder_open (objects, G_VARIANT_TYPE ("{oa{sa{sv}}}"));
  g_variant_builder_add (objects, "o", path);
  g_variant_builder_open (objects, G_VARIANT_TYPE ("a{sa{sv}}"));
  g_variant_builder_add (objects, "{s@a{sv}}", g_dbus_interface_skeleton_get_info (interface)->name,
                         properties);
  g_variant_builder_close (objects);
  g_variant_builder_close (objects);
}

static void
tell (KadService *service, const char *about, const char *name, GVariant *parameters,
      KadCaller *owner)
{
  g_autoptr (GVariant) sunk = g_variant_ref_sink (parameters);
  GPtrArray *connections = kad_service_get_connections (service);

  if (owner != NULL)
    {
      kad_caller_signal (owner, KAD_ROOT_PATH, INTERFACE, name, sunk);
      return;
    }
  for (guint i = 0; i < connections->len; i++)
    kad_connection_guard_tell (connections->pdata[i], about, INTERFACE, name, sunk);
}

void
kad_object_manager_added (KadService *service, const char *path, GDBusInterfaceSkeleton *interface,
                          KadCaller *owner)
{
  g_autoptr (GVariant) properties = g_dbus_interface_skeleton_get_properties (interface);
  g_auto (GVariantBuilder) interfaces = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{sa{sv}}"));

  g_variant_builder_add (&interfaces, "{s@a{sv}}",
                         g_dbus_interface_skeleton_get_info (interface)->name, properties);
  tell (service, path, "InterfacesAdded", g_variant_new ("(oa{sa{sv}})", path, &interfaces), owner);
}

void
kad_object_manager_removed (KadService *service, const char *path,
                            GDBusInterfaceSkeleton *interface, KadCaller *owner)
{
  const char *const names[] = { g_dbus_interface_skeleton_get_info (interface)->name, NULL };

  tell (service, path, "InterfacesRemoved", g_variant_new ("(o^as)", path, names), owner);
}

static gboolean
handle_get_managed_objects (KadDbusObjectManager *skeleton, GDBusMethodInvocation *invocation,
                            gpointer user_data)
{
  ObjectManager *self = user_data;
  KadCaller *caller = kad_callers_get (kad_service_get_callers (self->service), invocation);
  g_auto (GVariantBuilder) objects = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{oa{sa{sv}}}"));

  for (guint i = 0; i < self->sources->len; i++)
    {
      const Source *source = &g_array_index (self->sources, Source, i);

      source->func (caller, &objects, source->user_data);
    }
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(a{oa{sa{sv}}})", &objects));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
object_manager_free (gpointer data)
{
  ObjectManager *self = data;

  g_object_set_data (G_OBJECT (self->service), DATA, NULL);
  g_array_unref (self->sources);
  g_free (self);
}

GDBusInterfaceSkeleton *
kad_object_manager_new (KadService *service)
{
  KadDbusObjectManager *skeleton = kad_dbus_object_manager_skeleton_new ();
  ObjectManager *self = g_new0 (ObjectManager, 1);

  self->service = service;
  self->sources = g_array_new (FALSE, FALSE, sizeof (Source));
  g_object_set_data (G_OBJECT (service), DATA, self);
  g_object_set_data_full (G_OBJECT (skeleton), DATA, self, object_manager_free);
  g_signal_connect (skeleton, "handle-get-managed-objects", G_CALLBACK (handle_get_managed_objects),
                    self);
  return G_DBUS_INTERFACE_SKELETON (skeleton);
}
