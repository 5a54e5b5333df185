/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_SETTINGS_ENABLE_BACKEND
#include "kad-settings.h"

#include <gio/gsettingsbackend.h>
#include <locale.h>
#include <string.h>

#include "kad-error.h"
#include "kad-setting-check.h"
#include "kad-settings-file.h"

#define NETWORK_SCHEMA KAD_SETTINGS_SCHEMA ".Network"
#define PUBLIC_SCHEMA NETWORK_SCHEMA ".public"
#define ROOT_PATH "/org/libkad/Kad/"
#define NETWORKS_PATH ROOT_PATH "networks/"
#define FILE_GROUP "kad" /* of the general settings, in a file */
#define DCONF_NAME "ca.desrt.dconf"
#define BUS_TIMEOUT_MS 5000

struct _KadSettings
{
  GObject parent_instance;

  GSettingsSchemaSource *source;
  GSettingsBackend *backend; /* (nullable): the usual one */
  GSettings *general;
  char **network_keys;  /* of each network */
  char *network;        /* (nullable) over the settings */
  GHashTable *networks; /* name -> GSettings */
  GHashTable *changed;  /* (element-type utf8) names that are told next */
  guint tell;           /* source id */
};

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KadSettings, kad_settings, G_TYPE_OBJECT)

/* A network's settings that go by their bare names while it is the present one; the addresses do
 * not, which are general, too. */
static const char *const present_keys[] = { "bootstrap", "protocol", "validators", NULL };

/* ---- names of networks ---- */

gboolean
kad_settings_check_network (const char *network, GError **error)
{
  const char *name = network + strlen ("private:");
  gboolean is_good = g_str_equal (network, "public") || g_str_equal (network, "lan");

  if (!is_good && g_str_has_prefix (network, "private:"))
    {
      is_good = *name != '\0' && strlen (name) <= KAD_MAX_NETWORK_NAME_BYTES;
      for (const char *c = name; *c != '\0' && is_good; c++)
        is_good = g_ascii_isalnum (*c) || strchr ("._-", *c) != NULL;
    }
  if (!is_good)
    g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                 "\"%.100s\" is no network: it is public, lan or private:NAME, with a name of "
                 "letters, digits, dots, hyphens and underscores, at most %d",
                 network, KAD_MAX_NETWORK_NAME_BYTES);
  return is_good;
}

char *
kad_settings_dup_network (KadSettings *self)
{
  return self->network != NULL ? g_strdup (self->network)
                               : g_settings_get_string (self->general, "network");
}

/* ---- what changes ---- */

static gboolean
tell_changed (gpointer user_data)
{
  KadSettings *self = user_data;
  g_autofree const char **names
      = (const char **) g_hash_table_get_keys_as_array (self->changed, NULL);
  g_auto (GStrv) copy = g_strdupv ((char **) names);

  self->tell = 0;
  g_hash_table_remove_all (self->changed);
  g_signal_emit (self, signals[CHANGED], 0, copy);
  return G_SOURCE_REMOVE;
}

void
kad_settings_tell (KadSettings *self)
{
  if (self->tell == 0)
    return;
  g_source_remove (self->tell);
  tell_changed (self);
}

static void
note_changed (KadSettings *self, char *name)
{
  g_hash_table_add (self->changed, name);
  if (self->tell == 0)
    self->tell = g_idle_add (tell_changed, self);
}

static void
on_general_changed (GSettings *settings, const char *key, gpointer user_data)
{
  KadSettings *self = user_data;

  note_changed (self, g_strdup (key));
  if (g_str_equal (key, "network") && self->network == NULL)
    for (guint i = 0; present_keys[i] != NULL; i++)
      note_changed (self, g_strdup (present_keys[i]));
}

static void
on_network_changed (GSettings *settings, const char *key, gpointer user_data)
{
  KadSettings *self = user_data;
  const char *network = g_object_get_data (G_OBJECT (settings), "kad-network");
  g_autofree char *present = kad_settings_dup_network (self);

  note_changed (self, g_strconcat (network, "/", key, NULL));
  if (g_str_equal (network, present) && g_strv_contains (present_keys, key))
    note_changed (self, g_strdup (key));
}

/* ---- places ---- */

GSettings *
kad_settings_get_general (KadSettings *self)
{
  return self->general;
}

static gboolean
is_of_no_interest (gpointer network, gpointer settings, gpointer user_data)
{
  g_autofree char *present = kad_settings_dup_network (user_data);

  return !g_str_equal (network, present);
}

GSettings *
kad_settings_get_of_network (KadSettings *self, const char *network)
{
  gboolean is_public = g_str_equal (network, "public");
  g_autoptr (GSettingsSchema) schema = NULL;
  g_autofree char *element = NULL;
  g_autofree char *path = NULL;
  GSettings *settings = g_hash_table_lookup (self->networks, network);

  if (settings != NULL)
    return settings;
  /* Whoever tries out names fills no memory. */
  if (g_hash_table_size (self->networks) >= 2 * KAD_MAX_NETWORKS)
    g_hash_table_foreach_remove (self->networks, is_of_no_interest, self);
  /* A name from the command line may have any character. */
  element = g_uri_escape_string (network, ":", FALSE);
  path = g_strconcat (NETWORKS_PATH, element, "/", NULL);
  schema = g_settings_schema_source_lookup (self->source,
                                            is_public ? PUBLIC_SCHEMA : NETWORK_SCHEMA, TRUE);
  settings = g_settings_new_full (schema, self->backend, path);
  g_object_set_data_full (G_OBJECT (settings), "kad-network", g_strdup (network), g_free);
  g_signal_connect (settings, "changed", G_CALLBACK (on_network_changed), self);
  g_hash_table_insert (self->networks, g_strdup (network), settings);
  /* Only keys that were read tell of changes. */
  for (guint i = 0; self->network_keys[i] != NULL; i++)
    g_variant_unref (g_settings_get_value (settings, self->network_keys[i]));
  return settings;
}

/* The settings in which @name is, and its key there. */
static GSettings *
find (KadSettings *self, const char *name, const char **key, char **network, GError **error)
{
  const char *slash = strrchr (name, '/');
  g_autoptr (GSettingsSchema) schema = NULL;
  g_autofree char *of = NULL;
  GSettings *settings = self->general;

  *key = slash != NULL ? slash + 1 : name;
  if (slash != NULL)
    {
      of = g_strndup (name, slash - name);
      if (!kad_settings_check_network (of, NULL) && g_strcmp0 (of, self->network) != 0)
        settings = NULL;
    }
  else if (g_strv_contains (present_keys, name))
    of = kad_settings_dup_network (self);
  if (settings != NULL && of != NULL)
    settings = kad_settings_get_of_network (self, of);
  g_object_get (self->general, "settings-schema", &schema, NULL);
  if (settings == NULL
      || (of != NULL ? !g_strv_contains ((const char *const *) self->network_keys, *key)
                     : !g_settings_schema_has_key (schema, *key)))
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND, "There is no setting \"%.100s\"", name);
      return NULL;
    }
  if (network != NULL)
    *network = g_steal_pointer (&of);
  return settings;
}

static GSettingsSchemaKey *
get_schema_key (GSettings *settings, const char *key)
{
  g_autoptr (GSettingsSchema) schema = NULL;

  g_object_get (settings, "settings-schema", &schema, NULL);
  return g_settings_schema_get_key (schema, key);
}

/* ---- reading and writing ---- */

static void
add_names (GHashTable *names, char **keys, const char *network)
{
  for (guint i = 0; keys[i] != NULL; i++)
    g_hash_table_add (names, network != NULL ? g_strconcat (network, "/", keys[i], NULL)
                                             : g_strdup (keys[i]));
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

char **
kad_settings_dup_names (KadSettings *self)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto (GStrv) networks = g_settings_get_strv (self->general, "networks");
  g_autofree char *present = kad_settings_dup_network (self);
  g_autofree const char **sorted = NULL;
  g_autoptr (GSettingsSchema) schema = NULL;
  g_auto (GStrv) keys = NULL;
  guint n;

  g_object_get (self->general, "settings-schema", &schema, NULL);
  keys = g_settings_schema_list_keys (schema);
  add_names (names, keys, NULL);
  for (guint i = 0; present_keys[i] != NULL; i++)
    g_hash_table_add (names, g_strdup (present_keys[i]));
  add_names (names, self->network_keys, present);
  for (guint i = 0; networks[i] != NULL && i < KAD_MAX_NETWORKS; i++)
    if (kad_settings_check_network (networks[i], NULL))
      add_names (names, self->network_keys, networks[i]);
  sorted = (const char **) g_hash_table_get_keys_as_array (names, &n);
  qsort (sorted, n, sizeof *sorted, compare_names);
  return g_strdupv ((char **) sorted);
}

GVariant *
kad_settings_get_value (KadSettings *self, const char *name, GError **error)
{
  const char *key;
  GSettings *settings = find (self, name, &key, NULL, error);

  return settings != NULL ? g_settings_get_value (settings, key) : NULL;
}

/* From now on it is listed among those that were set up. */
static gboolean
list_network (KadSettings *self, const char *network, GError **error)
{
  g_auto (GStrv) networks = g_settings_get_strv (self->general, "networks");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) more = NULL;

  if (g_strv_contains ((const char *const *) networks, network))
    return TRUE;
  if (g_strv_length (networks) >= KAD_MAX_NETWORKS)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                   "At most %d networks are set up; take one off the setting \"networks\" first",
                   KAD_MAX_NETWORKS);
      return FALSE;
    }
  g_strv_builder_addv (builder, (const char **) networks);
  g_strv_builder_add (builder, network);
  more = g_strv_builder_end (builder);
  g_settings_set_strv (self->general, "networks", (const char *const *) more);
  return TRUE;
}

gboolean
kad_settings_set_value (KadSettings *self, const char *name, GVariant *value, GError **error)
{
  g_autoptr (GVariant) sunk = g_variant_ref_sink (value);
  g_autoptr (GSettingsSchemaKey) schema_key = NULL;
  g_autofree char *network = NULL;
  const char *key;
  GSettings *settings = find (self, name, &key, &network, error);

  if (settings == NULL)
    return FALSE;
  schema_key = get_schema_key (settings, key);
  if (!kad_setting_check (name, schema_key, sunk, error))
    return FALSE;
  if (network != NULL && !list_network (self, network, error))
    return FALSE;
  if (g_settings_set_value (settings, key, sunk))
    return TRUE;
  g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_AUTHORIZED,
               "The setting \"%s\" cannot be changed: it is locked, or its place cannot be written",
               name);
  return FALSE;
}

static void
add_range (GVariantDict *dict, GSettingsSchemaKey *key)
{
  g_autoptr (GVariant) range = g_settings_schema_key_get_range (key);
  g_autoptr (GVariant) detail = NULL;
  const char *kind;

  g_variant_get (range, "(&sv)", &kind, &detail);
  if (g_str_equal (kind, "range"))
    {
      g_autoptr (GVariant) minimum = g_variant_get_child_value (detail, 0);
      g_autoptr (GVariant) maximum = g_variant_get_child_value (detail, 1);

      g_variant_dict_insert (dict, "minimum", "v", minimum);
      g_variant_dict_insert (dict, "maximum", "v", maximum);
    }
  else if (g_str_equal (kind, "enum"))
    g_variant_dict_insert_value (dict, "values", detail);
}

/* Where only the compiled schema is installed there are no texts. */
static void
insert_text (GVariantDict *dict, const char *name, const char *text)
{
  if (text != NULL)
    g_variant_dict_insert (dict, name, "s", text);
}

/* GLib finds no texts where a schema extends another one: then those of the other one hold. */
static GSettingsSchemaKey *
dup_key_with_texts (KadSettings *self, GSettingsSchemaKey *key)
{
  const char *name = g_settings_schema_key_get_name (key);
  g_autoptr (GSettingsSchema) network = NULL;

  if (g_settings_schema_key_get_summary (key) == NULL)
    network = g_settings_schema_source_lookup (self->source, NETWORK_SCHEMA, TRUE);
  if (network != NULL && g_settings_schema_has_key (network, name))
    return g_settings_schema_get_key (network, name);
  return g_settings_schema_key_ref (key);
}

/* As they are in the schema: callers have languages of their own. GLib translates them for all
 * when it reads the first. */
static void
insert_texts (KadSettings *self, GVariantDict *dict, GSettingsSchemaKey *key)
{
  locale_t plain = newlocale (LC_ALL_MASK, "C", (locale_t) 0);
  locale_t usual = plain != (locale_t) 0 ? uselocale (plain) : (locale_t) 0;
  g_autoptr (GSettingsSchemaKey) with_texts = dup_key_with_texts (self, key);

  insert_text (dict, "summary", g_settings_schema_key_get_summary (with_texts));
  insert_text (dict, "description", g_settings_schema_key_get_description (with_texts));
  if (usual != (locale_t) 0)
    uselocale (usual);
  if (plain != (locale_t) 0)
    freelocale (plain);
}

GVariant *
kad_settings_describe (KadSettings *self, const char *name, GError **error)
{
  const char *key;
  GSettings *settings = find (self, name, &key, NULL, error);
  g_autoptr (GSettingsSchemaKey) schema_key = NULL;
  g_autoptr (GVariant) fallback = NULL;
  g_autofree char *type = NULL;
  GVariantDict dict;

  if (settings == NULL)
    return NULL;
  schema_key = get_schema_key (settings, key);
  fallback = g_settings_schema_key_get_default_value (schema_key);
  type = g_variant_type_dup_string (g_settings_schema_key_get_value_type (schema_key));
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "name", "s", name);
  g_variant_dict_insert (&dict, "type", "s", type);
  insert_texts (self, &dict, schema_key);
  g_variant_dict_insert (&dict, "default", "v", fallback);
  g_variant_dict_insert (&dict, "writable", "b", g_settings_is_writable (settings, key));
  add_range (&dict, schema_key);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

void
kad_settings_flush (KadSettings *self)
{
  g_settings_sync ();
}

/* ---- the object ---- */

static gboolean
has_session_bus (void)
{
  g_autofree char *socket = g_build_filename (g_get_user_runtime_dir (), "bus", NULL);

  return g_getenv ("DBUS_SESSION_BUS_ADDRESS") != NULL || g_file_test (socket, G_FILE_TEST_EXISTS);
}

/* dconf writes by a service of its own: where it is not, it takes what is set, and loses it. */
static gboolean
has_dconf_service (void)
{
  g_autoptr (GDBusConnection) bus = NULL;
  static const char *const lists[] = { "ListNames", "ListActivatableNames" };

  if (has_session_bus ())
    bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  for (guint i = 0; bus != NULL && i < G_N_ELEMENTS (lists); i++)
    {
      g_autofree const char **names = NULL;
      g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
          bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", lists[i],
          NULL, G_VARIANT_TYPE ("(as)"), G_DBUS_CALL_FLAGS_NONE, BUS_TIMEOUT_MS, NULL, NULL);

      if (answer == NULL)
        continue;
      g_variant_get (answer, "(^a&s)", &names);
      if (g_strv_contains (names, DCONF_NAME))
        return TRUE;
    }
  return FALSE;
}

/* The usual place is good if it keeps what is set: not the memory, and not dconf without the
 * service by which it writes. Whoever names a backend in the environment gets it. */
static gboolean
is_usual_good (void)
{
  g_autoptr (GSettingsBackend) usual = NULL;
  const char *type;

  if (g_getenv ("GSETTINGS_BACKEND") != NULL)
    return TRUE;
  usual = g_settings_backend_get_default ();
  type = G_OBJECT_TYPE_NAME (usual);
  if (g_str_equal (type, "GMemorySettingsBackend"))
    return FALSE;
  return !g_str_equal (type, "DConfSettingsBackend") || has_dconf_service ();
}

static GSettingsBackend *
new_backend (KadSettings *self, const char *file, GSettingsSchema *schema)
{
  g_autofree char *path = NULL;
  g_autoptr (GSettingsSchema) network
      = g_settings_schema_source_lookup (self->source, NETWORK_SCHEMA, TRUE);

  if (g_strcmp0 (file, ":memory:") == 0)
    return g_memory_settings_backend_new ();
  if (file == NULL && is_usual_good ())
    {
      kad_settings_file_warn_unread ();
      return NULL;
    }
  path = file != NULL ? g_canonicalize_filename (file, NULL) : kad_settings_file_dup_usual_path ();
  g_debug ("The settings are in %s", path);
  kad_settings_file_warn_unknown (path, FILE_GROUP, schema, network);
  return g_keyfile_settings_backend_new (path, ROOT_PATH, FILE_GROUP);
}

static void
kad_settings_dispose (GObject *object)
{
  KadSettings *self = KAD_SETTINGS (object);

  g_clear_handle_id (&self->tell, g_source_remove);
  if (self->general != NULL)
    g_signal_handlers_disconnect_by_data (self->general, self);
  g_hash_table_remove_all (self->networks);
  g_clear_object (&self->general);
  G_OBJECT_CLASS (kad_settings_parent_class)->dispose (object);
}

static void
kad_settings_finalize (GObject *object)
{
  KadSettings *self = KAD_SETTINGS (object);

  g_hash_table_unref (self->networks);
  g_hash_table_unref (self->changed);
  g_clear_object (&self->backend);
  g_clear_pointer (&self->source, g_settings_schema_source_unref);
  g_free (self->network);
  g_strfreev (self->network_keys);
  G_OBJECT_CLASS (kad_settings_parent_class)->finalize (object);
}

static void
kad_settings_class_init (KadSettingsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kad_settings_dispose;
  G_OBJECT_CLASS (klass)->finalize = kad_settings_finalize;
  signals[CHANGED] = g_signal_new ("changed", KAD_TYPE_SETTINGS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, G_TYPE_STRV);
}

static void
free_of_network (gpointer settings)
{
  g_signal_handlers_disconnect_matched (settings, G_SIGNAL_MATCH_FUNC, 0, 0, NULL,
                                        on_network_changed, NULL);
  g_object_unref (settings);
}

static void
kad_settings_init (KadSettings *self)
{
  self->networks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_of_network);
  self->changed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static GSettingsSchema *
look_up_schema (KadSettings *self, GError **error)
{
  g_autoptr (GSettingsSchema) of_network = NULL;
  g_autoptr (GSettingsSchema) of_public = NULL;
  g_autoptr (GSettingsSchema) schema = NULL;
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();

  if (source != NULL)
    {
      self->source = g_settings_schema_source_ref (source);
      schema = g_settings_schema_source_lookup (source, KAD_SETTINGS_SCHEMA, TRUE);
      of_network = g_settings_schema_source_lookup (source, NETWORK_SCHEMA, TRUE);
      of_public = g_settings_schema_source_lookup (source, PUBLIC_SCHEMA, TRUE);
    }
  /* A schema that extends another lists only its own keys. */
  if (of_network != NULL)
    self->network_keys = g_settings_schema_list_keys (of_network);
  if (schema != NULL && of_network != NULL && of_public != NULL)
    return g_steal_pointer (&schema);
  g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND,
               "The schema %s of the settings is not installed: install Kad again, or say in "
               "GSETTINGS_SCHEMA_DIR where gschemas.compiled is",
               KAD_SETTINGS_SCHEMA);
  return NULL;
}

KadSettings *
kad_settings_new (const char *file, const char *network, GError **error)
{
  g_autoptr (KadSettings) self = g_object_new (KAD_TYPE_SETTINGS, NULL);
  g_autoptr (GSettingsSchema) schema = look_up_schema (self, error);
  g_auto (GStrv) keys = NULL;
  g_autofree char *present = NULL;

  if (schema == NULL)
    return NULL;
  self->network = g_strdup (network);
  self->backend = new_backend (self, file, schema);
  self->general = g_settings_new_full (schema, self->backend, NULL);
  g_signal_connect (self->general, "changed", G_CALLBACK (on_general_changed), self);
  keys = g_settings_schema_list_keys (schema);
  /* Only keys that were read tell of changes. */
  for (guint i = 0; keys[i] != NULL; i++)
    g_variant_unref (g_settings_get_value (self->general, keys[i]));
  present = kad_settings_dup_network (self);
  kad_settings_get_of_network (self, present);
  return g_steal_pointer (&self);
}
