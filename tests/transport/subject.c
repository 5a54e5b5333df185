/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding the transport under test, and giving it its settings. */
#include "subject.h"

#include <gmodule.h>

#include "kad-command-registry.h"
#include "kad-error.h"
#include "kad-node.h"
#include "kad-transport-loader.h"

Subject subject;

static GList *
get_extensions (void)
{
  GIOExtensionPoint *point = g_io_extension_point_lookup (KAD_TRANSPORT_EXTENSION_POINT_NAME);

  return point != NULL ? g_io_extension_point_get_extensions (point) : NULL;
}

/* Only what the module has brought is the transport under test. */
static gboolean
take_new_extension (GList *before, GError **error)
{
  guint n_new = 0;

  for (GList *l = get_extensions (); l != NULL; l = l->next)
    {
      const char *name = g_io_extension_get_name (l->data);

      if (g_list_find (before, l->data) != NULL
          || (subject.transport != NULL && !g_str_equal (name, subject.transport)))
        continue;
      n_new++;
      subject.type = g_io_extension_get_type (l->data);
    }
  if (n_new == 1)
    return TRUE;
  if (subject.transport != NULL)
    g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND, "%s registers no transport \"%s\"",
                 subject.module, subject.transport);
  else if (n_new == 0)
    g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND, "%s registers no transport",
                 subject.module);
  else
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                 "%s registers %u transports; choose one with --transport", subject.module, n_new);
  return FALSE;
}

/* GIO prints why it cannot load a module and tells nobody, so it is opened here first. */
static gboolean
load_module (GError **error)
{
  GModule *module = g_module_open (subject.module, G_MODULE_BIND_LOCAL);
  g_autoptr (GList) before = NULL;
  GIOModule *io_module;

  if (module == NULL)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_FAILED, "Could not load the module: %s",
                   g_module_error ());
      return FALSE;
    }
  g_module_make_resident (module);
  g_module_close (module);
  kad_transport_loader_init (NULL, NULL);
  /* A module may bring commands as well. */
  kad_command_registry_init ();
  before = g_list_copy (get_extensions ());
  /* In use for ever: types cannot be unloaded. */
  io_module = g_io_module_new (subject.module);
  if (!g_type_module_use (G_TYPE_MODULE (io_module)))
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_FAILED, "%s is no GIO module, or refuses to load",
                   subject.module);
      return FALSE;
    }
  return take_new_extension (before, error);
}

static gboolean
find_registered (GError **error)
{
  g_auto (GStrv) failures = NULL;
  g_autofree char *told = NULL;

  kad_modules_load ();
  for (GList *l = get_extensions (); l != NULL && subject.type == G_TYPE_INVALID; l = l->next)
    if (g_str_equal (g_io_extension_get_name (l->data), subject.transport))
      subject.type = g_io_extension_get_type (l->data);
  if (subject.type != G_TYPE_INVALID)
    return TRUE;
  failures = kad_modules_dup_failures ();
  told = g_strjoinv ("; ", failures);
  g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND, "No transport is called \"%s\"%s%s",
               subject.transport, *told != '\0' ? "; not loaded: " : "", told);
  return FALSE;
}

gboolean
subject_load (GError **error)
{
  if (subject.module != NULL)
    return load_module (error);
  return find_registered (error);
}

/* ---- its settings ---- */

static gboolean
parse_number (GValue *value, const char *text)
{
  gint64 number;

  if (!g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &number, NULL))
    return FALSE;
  switch (G_VALUE_TYPE (value))
    {
    case G_TYPE_INT:
      g_value_set_int (value, (int) number);
      return number >= G_MININT && number <= G_MAXINT;
    case G_TYPE_UINT:
      g_value_set_uint (value, (guint) number);
      return number >= 0 && number <= G_MAXUINT;
    case G_TYPE_INT64:
      g_value_set_int64 (value, number);
      return TRUE;
    case G_TYPE_UINT64:
      g_value_set_uint64 (value, (guint64) number);
      return number >= 0;
    default:
      return FALSE;
    }
}

static gboolean
parse_value (GValue *value, const char *text)
{
  if (G_VALUE_TYPE (value) == G_TYPE_STRING)
    {
      g_value_set_string (value, text);
      return TRUE;
    }
  if (G_VALUE_TYPE (value) == G_TYPE_BOOLEAN)
    {
      g_value_set_boolean (value, g_str_equal (text, "true"));
      return g_str_equal (text, "true") || g_str_equal (text, "false");
    }
  if (G_VALUE_HOLDS_ENUM (value))
    {
      g_autoptr (GEnumClass) klass = g_type_class_ref (G_VALUE_TYPE (value));
      GEnumValue *found = g_enum_get_value_by_nick (klass, text);

      g_value_set_enum (value, found != NULL ? found->value : 0);
      return found != NULL;
    }
  return parse_number (value, text);
}

static gboolean
set_option (KadTransport *transport, const char *option, GError **error)
{
  const char *equals = strchr (option, '=');
  g_autofree char *name = equals != NULL ? g_strndup (option, (gsize) (equals - option)) : NULL;
  g_auto (GValue) value = G_VALUE_INIT;
  GParamSpec *spec;

  if (name == NULL)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, "\"%s\" is not NAME=VALUE",
                   option);
      return FALSE;
    }
  spec = g_object_class_find_property (G_OBJECT_GET_CLASS (transport), name);
  if (spec == NULL || (spec->flags & G_PARAM_WRITABLE) == 0)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, "%s has no setting \"%s\"",
                   G_OBJECT_TYPE_NAME (transport), name);
      return FALSE;
    }
  g_value_init (&value, spec->value_type);
  if (!parse_value (&value, equals + 1) || g_param_value_validate (spec, &value))
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, "\"%s\" is no value of \"%s\"",
                   equals + 1, name);
      return FALSE;
    }
  g_object_set_property (G_OBJECT (transport), name, &value);
  return TRUE;
}

KadTransport *
subject_new_transport (GError **error)
{
  g_autoptr (KadTransport) transport = g_object_new (subject.type, NULL);

  for (guint i = 0; subject.options != NULL && subject.options[i] != NULL; i++)
    if (!set_option (transport, subject.options[i], error))
      return NULL;
  return g_steal_pointer (&transport);
}
