/* SPDX-License-Identifier: GPL-3.0-or-later */
/* org.libkad.Kad1.Settings: see data/org.libkad.Kad1.Settings.xml. */
#include <string.h>

#include "kad-dbus.h"
#include "kad-error.h"
#include "kad-interfaces.h"

#define MAX_NAME_BYTES 256

typedef struct
{
  KadService *service;
  KadDbusSettings *skeleton;
} SettingsInterface;

static gboolean
handle_get (KadDbusSettings *skeleton, GDBusMethodInvocation *invocation, gpointer user_data)
{
  SettingsInterface *self = user_data;
  KadSettings *settings = kad_service_get_settings (self->service);
  g_auto (GStrv) names = kad_settings_dup_names (settings);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (GVariant) value = kad_settings_get_value (settings, names[i], NULL);

      if (value != NULL)
        g_variant_builder_add (&builder, "{sv}", names[i], value);
    }
  kad_dbus_settings_complete_get (skeleton, invocation, g_variant_builder_end (&builder));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_set (KadDbusSettings *skeleton, GDBusMethodInvocation *invocation, const char *name,
            GVariant *boxed, gpointer user_data)
{
  SettingsInterface *self = user_data;
  g_autoptr (GVariant) value = g_variant_get_variant (boxed);
  GError *error = NULL;

  if (strlen (name) > MAX_NAME_BYTES)
    g_set_error (&error, KAD_ERROR, KAD_ERROR_NOT_FOUND,
                 "No setting has a name of %" G_GSIZE_FORMAT " bytes", strlen (name));
  else
    kad_settings_set_value (kad_service_get_settings (self->service), name, value, &error);
  if (error != NULL)
    g_dbus_method_invocation_take_error (invocation, error);
  else
    {
      /* What is answered is kept. */
      kad_settings_flush (kad_service_get_settings (self->service));
      kad_dbus_settings_complete_set (skeleton, invocation);
    }
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_describe (KadDbusSettings *skeleton, GDBusMethodInvocation *invocation, gpointer user_data)
{
  SettingsInterface *self = user_data;
  KadSettings *settings = kad_service_get_settings (self->service);
  g_auto (GStrv) names = kad_settings_dup_names (settings);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (GVariant) row = kad_settings_describe (settings, names[i], NULL);

      if (row != NULL)
        g_variant_builder_add_value (&builder, row);
    }
  kad_dbus_settings_complete_describe (skeleton, invocation, g_variant_builder_end (&builder));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
on_changed (KadSettings *settings, const char *const *names, gpointer user_data)
{
  kad_dbus_settings_emit_changed (KAD_DBUS_SETTINGS (user_data), names);
}

GDBusInterfaceSkeleton *
kad_settings_interface_new (KadService *service)
{
  KadDbusSettings *skeleton = kad_dbus_settings_skeleton_new ();
  SettingsInterface *self = g_new0 (SettingsInterface, 1);

  self->service = service;
  self->skeleton = skeleton;
  g_object_set_data_full (G_OBJECT (skeleton), "kad-interface", self, g_free);
  g_signal_connect (skeleton, "handle-get", G_CALLBACK (handle_get), self);
  g_signal_connect (skeleton, "handle-set", G_CALLBACK (handle_set), self);
  g_signal_connect (skeleton, "handle-describe", G_CALLBACK (handle_describe), self);
  g_signal_connect_object (kad_service_get_settings (service), "changed", G_CALLBACK (on_changed),
                           skeleton, 0);
  return G_DBUS_INTERFACE_SKELETON (skeleton);
}
