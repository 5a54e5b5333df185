/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-command-options.h"

#include "kad-command-value.h"
#include "kad-error.h"
#include "kad-escape.h"

#define BASE64_SUFFIX "-base64"
#define RAW_KEY "raw-key"
#define MAX_SHOWN_NAME 64

gboolean
kad_command_options_is_argument (GParamSpec *pspec)
{
  return (pspec->flags & (G_PARAM_CONSTRUCT | G_PARAM_CONSTRUCT_ONLY)) != 0;
}

void
kad_command_options_free (KadCommandOptions *self)
{
  g_ptr_array_unref (self->names);
  g_array_unref (self->values);
  g_free (self);
}

static KadCommandOptions *
options_new (void)
{
  KadCommandOptions *self = g_new0 (KadCommandOptions, 1);

  self->names = g_ptr_array_new ();
  self->values = g_array_new (FALSE, FALSE, sizeof (GValue));
  g_array_set_clear_func (self->values, (GDestroyNotify) g_value_unset);
  return self;
}

static gboolean
has (const KadCommandOptions *self, GParamSpec *pspec)
{
  return g_ptr_array_find (self->names, pspec->name, NULL);
}

static GParamSpec *
find_argument (KadCommandHandlerClass *klass, const char *name)
{
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_CLASS (klass), name);

  return pspec != NULL && kad_command_options_is_argument (pspec) ? pspec : NULL;
}

/* The argument that @name means, with `_` for `-`, or with `-base64` at its end where it takes
 * bytes. */
static GParamSpec *
find_option (KadCommandHandlerClass *klass, const char *name, gboolean *is_base64)
{
  g_autofree char *canonical = g_strdelimit (g_strdup (name), "_", '-');
  GParamSpec *pspec = find_argument (klass, canonical);

  *is_base64 = FALSE;
  if (pspec != NULL || !g_str_has_suffix (canonical, BASE64_SUFFIX))
    return pspec;
  canonical[strlen (canonical) - strlen (BASE64_SUFFIX)] = '\0';
  pspec = find_argument (klass, canonical);
  if (pspec == NULL || pspec->value_type != G_TYPE_BYTES)
    return NULL;
  *is_base64 = TRUE;
  return pspec;
}

/* `raw-key` says how another option is read, so it is looked up ahead of all. A bad value
 * is told when its own turn comes. */
static gboolean
wants_raw_key (KadCommandHandlerClass *klass, GVariant *options)
{
  static const char *const spellings[] = { "raw-key", "raw_key" };
  GParamSpec *pspec = find_argument (klass, RAW_KEY);
  KadKeyReading reading = { 0 };
  gboolean raw = FALSE;

  for (guint i = 0; pspec != NULL && i < G_N_ELEMENTS (spellings); i++)
    {
      g_autoptr (GVariant) option = g_variant_lookup_value (options, spellings[i], NULL);
      g_auto (GValue) value = G_VALUE_INIT;

      if (option != NULL
          && kad_command_value_convert (pspec, option, FALSE, &reading, &value, NULL))
        raw = raw || g_value_get_boolean (&value);
    }
  return raw;
}

static gboolean
convert_one (KadCommandOptions *self, const char *command, KadCommandHandlerClass *klass,
             const char *name, GVariant *option, const KadKeyReading *reading, GError **error)
{
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean is_base64;
  GParamSpec *pspec = find_option (klass, name, &is_base64);

  if (pspec == NULL)
    {
      g_autofree char *shown = kad_escape_peer_text (name, -1, MAX_SHOWN_NAME);

      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                   "Command “%s” has no option “%s”; its help lists them", command, shown);
      return FALSE;
    }
  if (has (self, pspec))
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, "Option “%s” is given twice",
                   pspec->name);
      return FALSE;
    }
  if (!kad_command_value_convert (pspec, option, is_base64, reading, &value, error))
    return FALSE;
  g_ptr_array_add (self->names, (gpointer) pspec->name);
  g_array_append_val (self->values, value);
  value = (GValue) G_VALUE_INIT;
  return TRUE;
}

static gboolean
check_required (const KadCommandOptions *self, const char *command, KadCommandHandlerClass *klass,
                GError **error)
{
  g_autofree GParamSpec **pspecs = NULL;
  guint n_pspecs;

  pspecs = g_object_class_list_properties (G_OBJECT_CLASS (klass), &n_pspecs);
  for (guint i = 0; i < n_pspecs; i++)
    {
      if ((pspecs[i]->flags & KAD_PARAM_REQUIRED) == 0 || has (self, pspecs[i]))
        continue;
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                   "Command “%s” needs the option “%s”", command, pspecs[i]->name);
      return FALSE;
    }
  return TRUE;
}

static gboolean
convert_all (KadCommandOptions *self, const char *command, KadCommandHandlerClass *klass,
             GVariant *options, GError **error)
{
  KadKeyReading reading = { .use = klass->key_use, .raw_text = wants_raw_key (klass, options) };
  GVariantIter iter;
  const char *name;
  GVariant *boxed;

  if (klass->find_key_use != NULL)
    reading.use = klass->find_key_use (options);
  g_variant_iter_init (&iter, options);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &boxed))
    {
      g_autoptr (GVariant) option = boxed;

      if (!convert_one (self, command, klass, name, option, &reading, error))
        return FALSE;
    }
  return check_required (self, command, klass, error);
}

KadCommandOptions *
kad_command_options_convert (const char *command, KadCommandHandlerClass *klass, GVariant *options,
                             GError **error)
{
  g_autoptr (KadCommandOptions) self = options_new ();
  g_autoptr (GVariant) given = NULL;

  given = options != NULL ? g_variant_ref_sink (options)
                          : g_variant_ref_sink (g_variant_new ("a{sv}", NULL));
  if (!g_variant_is_of_type (given, G_VARIANT_TYPE_VARDICT))
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                   "Options of “%s” must be names with values", command);
      return NULL;
    }
  if (g_variant_n_children (given) > KAD_MAX_COMMAND_OPTIONS)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED, "At most %d options can be given",
                   KAD_MAX_COMMAND_OPTIONS);
      return NULL;
    }
  if (!convert_all (self, command, klass, given, error))
    return NULL;
  return g_steal_pointer (&self);
}
