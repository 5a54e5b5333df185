/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-node-transports.h"

#include "kad-command-value.h"
#include "kad-error.h"
#include "kad-transport-loader.h"

/* Options of transports are the writable properties of their classes: a transport that comes from
 * elsewhere has its own, and nobody here needs to know of them. */

KadTransportOption *
kad_transport_option_new (const char *transport, const char *option, const char *value)
{
  KadTransportOption *self = g_new0 (KadTransportOption, 1);

  self->transport = g_strdup (transport);
  self->option = g_strdup (option);
  self->value = g_strdup (value);
  return self;
}

void
kad_transport_option_free (KadTransportOption *self)
{
  g_free (self->transport);
  g_free (self->option);
  g_free (self->value);
  g_free (self);
}

static KadTransport *
find_transport (GPtrArray *transports, const char *name)
{
  GIOExtensionPoint *point = g_io_extension_point_lookup (KAD_TRANSPORT_EXTENSION_POINT_NAME);
  GIOExtension *extension = g_io_extension_point_get_extension_by_name (point, name);

  for (guint i = 0; extension != NULL && i < transports->len; i++)
    if (G_OBJECT_TYPE (transports->pdata[i]) == g_io_extension_get_type (extension))
      return transports->pdata[i];
  return NULL;
}

static gboolean
is_settable (const GParamSpec *pspec)
{
  return pspec != NULL && (pspec->flags & G_PARAM_WRITABLE) != 0
         && (pspec->flags & G_PARAM_CONSTRUCT_ONLY) == 0;
}

static char *
join_options (KadTransport *transport)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) names = NULL;
  g_autofree GParamSpec **pspecs = NULL;
  guint n;

  pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (transport), &n);
  for (guint i = 0; i < n; i++)
    if (is_settable (pspecs[i]))
      g_strv_builder_add (builder, pspecs[i]->name);
  names = g_strv_builder_end (builder);
  return g_strjoinv (", ", names);
}

static gboolean
set_option (KadTransport *transport, const KadTransportOption *option, GError **error)
{
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (transport), option->option);
  g_autoptr (GVariant) text = g_variant_ref_sink (g_variant_new_string (option->value));
  const KadKeyReading reading = { 0 };
  g_auto (GValue) value = G_VALUE_INIT;

  if (!is_settable (pspec))
    {
      g_autofree char *known = join_options (transport);

      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                   "The transport \"%s\" has no option \"%s\"; it has %s", option->transport,
                   option->option, known[0] != '\0' ? known : "none");
      return FALSE;
    }
  if (!kad_command_value_convert (pspec, text, FALSE, &reading, &value, error))
    {
      g_prefix_error (error, "Transport \"%s\": ", option->transport);
      return FALSE;
    }
  g_object_set_property (G_OBJECT (transport), pspec->name, &value);
  return TRUE;
}

static gboolean
apply (GPtrArray *transports, const KadTransportOption *option, GError **error)
{
  KadTransport *transport = find_transport (transports, option->transport);
  g_auto (GStrv) names = NULL;
  g_autofree char *known = NULL;

  if (transport != NULL)
    return set_option (transport, option, error);
  names = kad_transport_loader_list ();
  known = g_strjoinv (", ", names);
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
               "There is no transport \"%s\" to set \"%s\" of; there is %s", option->transport,
               option->option, known);
  return FALSE;
}

GPtrArray *
kad_node_transports_create (GPtrArray *options, GError **error)
{
  g_autoptr (GPtrArray) transports = kad_transport_loader_create_all ();

  for (guint i = 0; i < options->len; i++)
    if (!apply (transports, options->pdata[i], error))
      return NULL;
  for (guint i = 0; i < transports->len; i++)
    if (G_IS_INITABLE (transports->pdata[i])
        && !g_initable_init (transports->pdata[i], NULL, error))
      return NULL;
  return g_steal_pointer (&transports);
}
