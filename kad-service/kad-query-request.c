/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-query-request.h"

#include "kad-call-options.h"
#include "kad-command-registry.h"
#include "kad-error.h"
#include "kad-escape.h"
#include "kad-node.h"

#define REQUIRE "require:"
#define MAX_SHOWN 64

/* The kinds that are no names of commands. */
typedef struct
{
  const char *kind;
  const char *command;
  const char *once; /* (nullable) an option that is set */
} Kind;

static const Kind kinds[] = {
  { "find-providers", "get-providers", NULL },
  { "find-peer", "find-peer", NULL },
  { "get-record", "get-record", NULL },
  { "closest-peers", "closest-peers", NULL },
  { "provide", "start-provide", "once" },
  { "put-record", "put-record", NULL },
  { "refresh", "bootstrap", NULL },
  { "provide-many", "provide-many", NULL },
};

/* What is for us and not for the command, if a query is prepared. */
static const char *const own[]
    = { "handle-token", "trace", "detached", "no-start", "timeout", "network", NULL };
static const char *const own_of_run[] = { "no-start", "network", NULL };

void
kad_query_request_free (KadQueryRequest *self)
{
  g_free (self->kind);
  g_free (self->key);
  g_free (self->command);
  g_clear_pointer (&self->options, g_variant_unref);
  g_clear_pointer (&self->key_bytes, g_bytes_unref);
  g_free (self->token);
  g_free (self);
}

static const Kind *
find_kind (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].kind, name))
      return &kinds[i];
  return NULL;
}

static gboolean
takes_text (GParamSpec *pspec)
{
  return pspec->value_type == G_TYPE_BYTES || pspec->value_type == G_TYPE_STRING;
}

/* The argument that the key is: the first that a command needs. */
static GParamSpec *
find_key_argument (const char *command)
{
  guint n;
  g_autofree GParamSpec **arguments = kad_command_registry_list_options (command, &n);

  if (n > 0 && (arguments[0]->flags & KAD_PARAM_REQUIRED) != 0 && takes_text (arguments[0]))
    return arguments[0];
  return NULL;
}

/* As the registry reads names. */
static gboolean
has_argument (const char *command, const char *name)
{
  guint n;
  g_autofree GParamSpec **arguments = kad_command_registry_list_options (command, &n);
  g_autofree char *canonical = g_strdelimit (g_strdup (name), "_", '-');
  gboolean found = FALSE;

  for (guint i = 0; i < n && !found; i++)
    {
      gsize len = strlen (arguments[i]->name);

      found = g_str_equal (canonical, arguments[i]->name)
              || (arguments[i]->value_type == G_TYPE_BYTES
                  && g_str_has_prefix (canonical, arguments[i]->name)
                  && g_str_equal (canonical + len, "-base64"));
    }
  return found;
}

/* ---- options ---- */

static gboolean
check_token (const char *token, GError **error)
{
  gsize len = strlen (token);

  if (len > 0 && len <= KAD_MAX_HANDLE_TOKEN_BYTES
      && strspn (token, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_") == len)
    return TRUE;
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
               "The option \"handle-token\" has 1 to %d letters, digits or \"_\"",
               KAD_MAX_HANDLE_TOKEN_BYTES);
  return FALSE;
}

static gboolean
read_own (KadQueryRequest *self, GVariant *options, GError **error)
{
  g_autoptr (GError) problem = NULL;

  self->is_traced = kad_call_options_boolean (options, "trace", FALSE, &problem);
  self->is_detached = kad_call_options_boolean (options, "detached", FALSE, &problem);
  self->no_start = kad_call_options_boolean (options, "no-start", FALSE, &problem);
  self->token = g_strdup (kad_call_options_string (options, "handle-token", NULL,
                                                   KAD_MAX_HANDLE_TOKEN_BYTES, &problem));
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  return self->token == NULL || check_token (self->token, error);
}

/* Where it shall run. A command may have an option of that name itself. */
static gboolean
read_network (KadQueryRequest *self, GVariant *options, GError **error)
{
  static const char *const words[] = { "", "wan", "lan", "both", NULL };
  static const KadNets nets[] = { 0, KAD_NETS_WAN, KAD_NETS_LAN, KAD_NETS_BOTH };
  GError *problem = NULL;
  guint word = 0;

  if (!has_argument (self->command, "network"))
    word = kad_call_options_word (options, "network", 0, words, &problem);
  if (problem != NULL)
    {
      g_propagate_error (error, problem);
      return FALSE;
    }
  self->nets = word > 0 ? nets[word] : kad_dual_run_find_nets (self->command, self->options);
  return TRUE;
}

/* The options that are the command's go to @dict. Those that nobody knows are left out if the
 * caller named one of our kinds, as with all our calls; the registry refuses them otherwise. */
static gboolean
add_options (KadQueryRequest *self, GVariant *options, const char *const *not_theirs,
             gboolean is_lenient, GVariantBuilder *dict, GError **error)
{
  GVariantIter iter;
  const char *name;
  GVariant *boxed;

  g_variant_iter_init (&iter, options);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &boxed))
    {
      g_autoptr (GVariant) value = boxed;
      gboolean is_required = g_str_has_prefix (name, REQUIRE);
      const char *bare = is_required ? name + strlen (REQUIRE) : name;

      if (g_strv_contains (not_theirs, bare)
          && !(g_str_equal (bare, "network") && has_argument (self->command, bare)))
        {
          if (g_str_equal (bare, "timeout"))
            g_variant_builder_add (dict, "{sv}", "timeout-ms", value);
          continue;
        }
      if (has_argument (self->command, bare) || (!is_required && !is_lenient))
        g_variant_builder_add (dict, "{sv}", bare, value);
      else if (is_required)
        {
          g_autofree char *shown = kad_escape_peer_text (bare, -1, MAX_SHOWN);

          g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED,
                       "The call requires the option \"%s\", which “%s” does not know", shown,
                       self->command);
          return FALSE;
        }
    }
  return TRUE;
}

/* ---- the key ---- */

static KadKeyUse
find_use (const char *command, GVariant *options)
{
  KadCommandHandlerClass *klass = g_type_class_ref (kad_command_registry_lookup (command));
  KadKeyUse use = klass->find_key_use != NULL ? klass->find_key_use (options) : klass->key_use;

  g_type_class_unref (klass);
  return use;
}

/* What the key is on the wire, for the query's place in the key space; a command that takes no key
 * has none. */
static void
read_key (KadQueryRequest *self, GParamSpec *argument)
{
  g_autoptr (GVariant) given = NULL;
  KadPeerId peer;
  gboolean raw = FALSE;

  if (argument == NULL)
    return;
  given = g_variant_lookup_value (self->options, argument->name, G_VARIANT_TYPE_BYTESTRING);
  if (given != NULL)
    self->key_bytes = g_variant_get_data_as_bytes (given);
  if (*self->key == '\0')
    return;
  if ((argument->flags & KAD_PARAM_KEY) != 0)
    {
      if (!g_variant_lookup (self->options, "raw-key", "b", &raw))
        g_variant_lookup (self->options, "raw_key", "b", &raw);
      self->key_bytes
          = kad_key_text_parse (self->key, find_use (self->command, self->options), raw, NULL);
    }
  else if ((argument->flags & KAD_PARAM_ENDPOINT) != 0
           && kad_peer_id_parse (&peer, self->key, NULL))
    self->key_bytes = kad_peer_id_to_bytes (&peer);
}

static gboolean
add_key (KadQueryRequest *self, GParamSpec *argument, GVariantBuilder *dict, GError **error)
{
  gsize len = strlen (self->key);

  if (len > KAD_MAX_CALL_KEY_BYTES)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY,
                   "The key has %" G_GSIZE_FORMAT " bytes of text; at most %d are taken", len,
                   KAD_MAX_CALL_KEY_BYTES);
      return FALSE;
    }
  if (len > 0 && argument == NULL)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, "“%s” takes no key; give \"\"",
                   self->kind);
      return FALSE;
    }
  if (len > 0)
    g_variant_builder_add (dict, "{sv}", argument->name, g_variant_new_string (self->key));
  return TRUE;
}

static gboolean
has_option (GVariant *options, const char *name)
{
  g_autoptr (GVariant) value = kad_call_options_lookup (options, name);

  return value != NULL;
}

/* ---- the whole ---- */

static KadQueryRequest *
request_new (const char *kind, const char *key, const char *command, GVariant *options,
             GError **error)
{
  g_autoptr (KadQueryRequest) self = g_new0 (KadQueryRequest, 1);

  kad_modules_load ();
  if (g_variant_get_size (options) > KAD_MAX_CALL_OPTIONS_BYTES)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                   "The options have %" G_GSIZE_FORMAT " bytes; at most %d are taken",
                   g_variant_get_size (options), KAD_MAX_CALL_OPTIONS_BYTES);
      return NULL;
    }
  if (kad_command_registry_lookup (command) == 0)
    {
      g_autofree char *shown = kad_escape_peer_text (command, -1, MAX_SHOWN);

      g_set_error (error, KAD_ERROR, KAD_ERROR_UNKNOWN_COMMAND,
                   "No command is called “%s”; GetCommands() lists them", shown);
      return NULL;
    }
  self->kind = g_strdup (kind);
  self->key = g_strdup (key);
  self->command = g_strdup (command);
  return g_steal_pointer (&self);
}

/* It is made once, and thrown away: what cannot run is refused now. */
static gboolean
finish_options (KadQueryRequest *self, GVariantBuilder *dict, GError **error)
{
  g_autoptr (KadCommandHandler) handler = NULL;

  self->options = g_variant_ref_sink (g_variant_builder_end (dict));
  /* Serializes it: nothing of the caller's message is kept. */
  g_variant_get_data (self->options);
  handler = kad_command_registry_create (self->command, self->options, error);
  return handler != NULL;
}

KadQueryRequest *
kad_query_request_new (const char *kind, const char *key, GVariant *options, GError **error)
{
  const Kind *known = find_kind (kind);
  const char *command = known != NULL ? known->command : kind;
  g_autoptr (KadQueryRequest) self = request_new (kind, key, command, options, error);
  g_auto (GVariantBuilder) dict = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GParamSpec *argument;

  if (self == NULL || !read_own (self, options, error))
    return NULL;
  self->asks_network = known != NULL && !g_str_equal (kind, "refresh");
  argument = find_key_argument (command);
  if (known != NULL && argument != NULL && *key == '\0' && !has_option (options, argument->name))
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_KEY, "“%s” needs a key", kind);
      return NULL;
    }
  if (!add_key (self, argument, &dict, error)
      || !add_options (self, options, own, known != NULL, &dict, error))
    return NULL;
  if (known != NULL && known->once != NULL)
    g_variant_builder_add (&dict, "{sv}", known->once, g_variant_new_boolean (TRUE));
  if (!finish_options (self, &dict, error) || !read_network (self, options, error))
    return NULL;
  read_key (self, argument);
  return g_steal_pointer (&self);
}

KadQueryRequest *
kad_query_request_new_run (const char *command, GVariant *given, GError **error)
{
  g_autoptr (GVariant) options
      = g_variant_ref_sink (given != NULL ? given : g_variant_new ("a{sv}", NULL));
  g_autoptr (KadQueryRequest) self = request_new (command, "", command, options, error);
  g_auto (GVariantBuilder) dict = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GError) problem = NULL;

  if (self == NULL)
    return NULL;
  self->no_start = kad_call_options_boolean (options, "no-start", FALSE, &problem);
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  if (!add_options (self, options, own_of_run, FALSE, &dict, error)
      || !finish_options (self, &dict, error) || !read_network (self, options, error))
    return NULL;
  return g_steal_pointer (&self);
}

KadQueryRequest *
kad_query_request_new_job (const char *kind, gboolean no_start)
{
  KadQueryRequest *self = g_new0 (KadQueryRequest, 1);

  self->kind = g_strdup (kind);
  self->key = g_strdup ("");
  self->command = g_strdup (kind);
  self->options = g_variant_ref_sink (g_variant_new ("a{sv}", NULL));
  self->no_start = no_start;
  self->nets = KAD_NETS_WAN;
  return self;
}
