/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-command-describe.h"

#include "kad-command-registry.h"
#include "kad-module.h"

/* Everything is read from the class: a command of a module is described as well as ours. */

static void
add (GVariantBuilder *builder, const char *name, GVariant *value)
{
  g_variant_builder_add (builder, "{sv}", name, value);
}

/**
 * kad_command_argument_dup_values:
 * @pspec: an argument, of kad_command_registry_list_options()
 *
 * Returns: (transfer full) (nullable) (array zero-terminated=1): the words that it takes, if it
 *   takes nothing else; %NULL if it takes other values
 */
char **
kad_command_argument_dup_values (GParamSpec *pspec)
{
  g_autoptr (GStrvBuilder) builder = NULL;
  GEnumClass *klass;

  g_return_val_if_fail (G_IS_PARAM_SPEC (pspec), NULL);

  if (!G_IS_PARAM_SPEC_ENUM (pspec))
    return NULL;
  builder = g_strv_builder_new ();
  klass = G_PARAM_SPEC_ENUM (pspec)->enum_class;
  for (guint i = 0; i < klass->n_values; i++)
    g_strv_builder_add (builder, klass->values[i].value_nick);
  return g_strv_builder_end (builder);
}

/* (nullable) */
static GVariant *
new_default (GParamSpec *pspec)
{
  const GValue *value = g_param_spec_get_default_value (pspec);

  if ((pspec->flags & KAD_PARAM_REQUIRED) != 0)
    return NULL;
  if (G_VALUE_HOLDS_BOOLEAN (value))
    return g_variant_new_boolean (g_value_get_boolean (value));
  if (G_VALUE_HOLDS_UINT (value))
    return g_variant_new_uint32 (g_value_get_uint (value));
  if (G_VALUE_HOLDS_INT (value))
    return g_variant_new_int32 (g_value_get_int (value));
  if (G_VALUE_HOLDS_UINT64 (value))
    return g_variant_new_uint64 (g_value_get_uint64 (value));
  if (G_VALUE_HOLDS_INT64 (value))
    return g_variant_new_int64 (g_value_get_int64 (value));
  if (G_VALUE_HOLDS_DOUBLE (value))
    return g_variant_new_double (g_value_get_double (value));
  if (G_VALUE_HOLDS_ENUM (value))
    return g_variant_new_string (
        g_enum_get_value (G_PARAM_SPEC_ENUM (pspec)->enum_class, g_value_get_enum (value))
            ->value_nick);
  if (G_VALUE_HOLDS_STRING (value) && g_value_get_string (value) != NULL)
    return g_variant_new_string (g_value_get_string (value));
  return NULL;
}

/**
 * kad_command_argument_dup_default:
 * @pspec: an argument, of kad_command_registry_list_options()
 *
 * Returns: (transfer full) (nullable): what it is if nobody says it, as a person writes it; %NULL
 *   if there is none
 */
char *
kad_command_argument_dup_default (GParamSpec *pspec)
{
  g_autoptr (GVariant) value = NULL;

  g_return_val_if_fail (G_IS_PARAM_SPEC (pspec), NULL);

  value = new_default (pspec);
  if (value == NULL)
    return NULL;
  g_variant_ref_sink (value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return g_variant_dup_string (value, NULL);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    return g_strdup_printf ("%g", g_variant_get_double (value));
  return g_variant_print (value, FALSE);
}

/* As on D-Bus. A key is text there, and may be bytes. */
static const char *
find_signature (GParamSpec *pspec)
{
  if (pspec->value_type == G_TYPE_BYTES)
    return (pspec->flags & KAD_PARAM_KEY) != 0 ? "s" : "ay";
  if (pspec->value_type == G_TYPE_STRV)
    return "as";
  if (G_IS_PARAM_SPEC_BOOLEAN (pspec))
    return "b";
  if (G_IS_PARAM_SPEC_UINT (pspec))
    return "u";
  if (G_IS_PARAM_SPEC_INT (pspec))
    return "i";
  if (G_IS_PARAM_SPEC_UINT64 (pspec))
    return "t";
  if (G_IS_PARAM_SPEC_INT64 (pspec))
    return "x";
  return G_IS_PARAM_SPEC_DOUBLE (pspec) ? "d" : "s";
}

static void
add_range (GVariantBuilder *builder, GParamSpec *pspec)
{
  GVariant *minimum = NULL;
  GVariant *maximum = NULL;

  if (G_IS_PARAM_SPEC_UINT (pspec))
    {
      minimum = g_variant_new_uint32 (G_PARAM_SPEC_UINT (pspec)->minimum);
      maximum = g_variant_new_uint32 (G_PARAM_SPEC_UINT (pspec)->maximum);
    }
  else if (G_IS_PARAM_SPEC_INT (pspec))
    {
      minimum = g_variant_new_int32 (G_PARAM_SPEC_INT (pspec)->minimum);
      maximum = g_variant_new_int32 (G_PARAM_SPEC_INT (pspec)->maximum);
    }
  else if (G_IS_PARAM_SPEC_UINT64 (pspec))
    {
      minimum = g_variant_new_uint64 (G_PARAM_SPEC_UINT64 (pspec)->minimum);
      maximum = g_variant_new_uint64 (G_PARAM_SPEC_UINT64 (pspec)->maximum);
    }
  else if (G_IS_PARAM_SPEC_INT64 (pspec))
    {
      minimum = g_variant_new_int64 (G_PARAM_SPEC_INT64 (pspec)->minimum);
      maximum = g_variant_new_int64 (G_PARAM_SPEC_INT64 (pspec)->maximum);
    }
  else if (G_IS_PARAM_SPEC_DOUBLE (pspec))
    {
      minimum = g_variant_new_double (G_PARAM_SPEC_DOUBLE (pspec)->minimum);
      maximum = g_variant_new_double (G_PARAM_SPEC_DOUBLE (pspec)->maximum);
    }
  if (minimum == NULL)
    return;
  add (builder, "minimum", minimum);
  add (builder, "maximum", maximum);
}

/**
 * kad_command_describe_argument:
 * @pspec: an argument, of kad_command_registry_list_options()
 *
 * Describes one argument: `name`; `type` as a D-Bus signature; `form` if its text has one (`key`,
 * `endpoint`: a peer id or an address); `blurb`; `required`; and, where they mean something,
 * `default`, `minimum`, `maximum` and `values` (`as`: the words that it takes).
 *
 * Returns: (transfer floating): `a{sv}`
 */
GVariant *
kad_command_describe_argument (GParamSpec *pspec)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_auto (GStrv) values = NULL;
  const char *blurb;
  GVariant *fallback;

  g_return_val_if_fail (G_IS_PARAM_SPEC (pspec), NULL);

  blurb = g_param_spec_get_blurb (pspec);
  fallback = new_default (pspec);
  values = kad_command_argument_dup_values (pspec);
  add (&builder, "name", g_variant_new_string (pspec->name));
  add (&builder, "type", g_variant_new_string (find_signature (pspec)));
  if ((pspec->flags & (KAD_PARAM_KEY | KAD_PARAM_ENDPOINT)) != 0)
    add (&builder, "form",
         g_variant_new_string ((pspec->flags & KAD_PARAM_KEY) != 0 ? "key" : "endpoint"));
  add (&builder, "blurb", g_variant_new_string (blurb != NULL ? blurb : ""));
  add (&builder, "required", g_variant_new_boolean ((pspec->flags & KAD_PARAM_REQUIRED) != 0));
  if (fallback != NULL)
    add (&builder, "default", fallback);
  add_range (&builder, pspec);
  if (values != NULL)
    add (&builder, "values", g_variant_new_strv ((const char *const *) values, -1));
  return g_variant_builder_end (&builder);
}

/**
 * kad_command_describe:
 * @name: a command's name
 *
 * Describes a command: `name`, `summary`, `own` (whether it came with Kad), `module` (its name, if
 * it comes from one), and `arguments` (`aa{sv}`) in the order of
 * kad_command_registry_list_options(), each as kad_command_describe_argument() has it.
 *
 * Returns: (transfer floating) (nullable): `a{sv}`; %NULL if no command has this name
 */
GVariant *
kad_command_describe (const char *name)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_auto (GVariantBuilder) list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  g_autofree GParamSpec **arguments = NULL;
  g_autoptr (KadModule) module = NULL;
  const char *summary;
  guint n;

  g_return_val_if_fail (name != NULL, NULL);

  if (kad_command_registry_lookup (name) == 0)
    return NULL;
  arguments = kad_command_registry_list_options (name, &n);
  summary = kad_command_registry_get_summary (name);
  module = kad_modules_find_command (name);
  for (guint i = 0; i < n; i++)
    g_variant_builder_add_value (&list, kad_command_describe_argument (arguments[i]));
  add (&builder, "name", g_variant_new_string (name));
  add (&builder, "summary", g_variant_new_string (summary != NULL ? summary : ""));
  add (&builder, "own", g_variant_new_boolean (module == NULL || kad_module_is_own (module)));
  if (module != NULL && kad_module_get_name (module) != NULL)
    add (&builder, "module", g_variant_new_string (kad_module_get_name (module)));
  add (&builder, "arguments", g_variant_builder_end (&list));
  return g_variant_builder_end (&builder);
}
