/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-node-options.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kad-error.h"
#include "kad-public-key.h"

const KadOption kad_node_options[] = {
  { "join", KAD_OPTION_TEXTS, N_ ("ADDR"),
    N_ ("Join the network through this peer; may be repeated") },
  { "listen", KAD_OPTION_TEXTS, N_ ("ADDR"), N_ ("Listen on this address; may be repeated") },
  { "identity", KAD_OPTION_TEXT, N_ ("FILE"),
    N_ ("Keep the identity in this file; it is made if it is missing") },
  { "key-type", KAD_OPTION_TEXT, N_ ("TYPE"),
    N_ ("Of a new identity: ed25519, rsa, secp256k1 or ecdsa") },
  { "network", KAD_OPTION_TEXT, N_ ("NETWORK"),
    N_ ("public, lan or private:NAME; private:local if not given") },
  { "protocol", KAD_OPTION_TEXT, N_ ("ID"),
    N_ ("The protocol id of the DHT, instead of the network's own") },
  { "module-path", KAD_OPTION_TEXTS, N_ ("DIR"),
    N_ ("Load the modules of this folder, too; may be repeated") },
  { "set-limit", KAD_OPTION_TEXTS, N_ ("NAME=VALUE"),
    N_ ("Set a limit of the node; may be repeated") },
  { "transport-option", KAD_OPTION_TEXTS, N_ ("TRANSPORT.OPTION=VALUE"),
    N_ ("Set an option of a transport; may be repeated") },
  { "no-address-filter", KAD_OPTION_FLAG, NULL,
    N_ ("Take, give and dial addresses that are not global, too") },
  { NULL },
};

const KadOption kad_node_more_options[] = {
  { "mode", KAD_OPTION_TEXT, N_ ("MODE"), N_ ("client, server or auto") },
  { "data", KAD_OPTION_TEXT, N_ ("DIR"),
    N_ ("Keep what survives a restart in this folder; :memory: keeps nothing") },
  { NULL },
};

static gboolean
apply_network (KadNodeConfig *config, const KadArguments *arguments, GError **error)
{
  const char *network = kad_arguments_get_text (arguments, "network");
  const char *protocol = kad_arguments_get_text (arguments, "protocol");

  if (network != NULL && !kad_node_config_set_network (config, network, error))
    return FALSE;
  if (protocol != NULL && !kad_node_config_set_protocol (config, protocol, error))
    return FALSE;
  if (kad_arguments_has (arguments, "no-address-filter"))
    kad_node_config_set_address_filter (config, FALSE);
  return TRUE;
}

static gboolean
apply_addresses (KadNodeConfig *config, const KadArguments *arguments, const char *default_listen,
                 GError **error)
{
  const char *const *listen = kad_arguments_get_texts (arguments, "listen");
  const char *const *join = kad_arguments_get_texts (arguments, "join");

  if (listen[0] == NULL && default_listen != NULL
      && !kad_node_config_add_listen (config, default_listen, error))
    return FALSE;
  for (; *listen != NULL; listen++)
    if (!kad_node_config_add_listen (config, *listen, error))
      return FALSE;
  for (; *join != NULL; join++)
    if (!kad_node_config_add_bootstrap (config, *join, error))
      return FALSE;
  return TRUE;
}

static gboolean
apply_identity (KadNodeConfig *config, const KadArguments *arguments, GError **error)
{
  const char *type_name = kad_arguments_get_text (arguments, "key-type");
  const char *path = kad_arguments_get_text (arguments, "identity");
  const char *data = kad_arguments_get_text (arguments, "data");
  KadKeyType type;

  if (type_name != NULL)
    {
      if (!kad_key_type_parse (type_name, &type, error))
        return FALSE;
      kad_node_config_set_key_type (config, type);
    }
  if (path != NULL)
    kad_node_config_set_identity_path (config, path);
  if (data != NULL)
    kad_node_config_set_data (config, data);
  return TRUE;
}

/* They are loaded already: a command of theirs may be on the command line. */
static gboolean
apply_modules (KadNodeConfig *config, const KadArguments *arguments, GError **error)
{
  for (const char *const *p = kad_arguments_get_texts (arguments, "module-path"); *p != NULL; p++)
    if (!kad_node_config_add_module_path (config, *p, error))
      return FALSE;
  return TRUE;
}

static gboolean
apply_limits (KadNodeConfig *config, const KadArguments *arguments, GError **error)
{
  for (const char *const *l = kad_arguments_get_texts (arguments, "set-limit"); *l != NULL; l++)
    {
      const char *sign = strchr (*l, '=');
      g_autofree char *name = sign != NULL ? g_strndup (*l, sign - *l) : NULL;
      guint64 value;

      if (sign == NULL)
        {
          g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                       _ ("“%s” sets no limit: write NAME=VALUE"), *l);
          return FALSE;
        }
      if (!g_ascii_string_to_unsigned (sign + 1, 10, 0, G_MAXUINT64, &value, NULL))
        {
          g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                       _ ("The limit %s wants a whole number, not “%s”"), name, sign + 1);
          return FALSE;
        }
      if (!kad_node_config_set_limit (config, name, value, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
apply_transport_options (KadNodeConfig *config, const KadArguments *arguments, GError **error)
{
  const char *const *options = kad_arguments_get_texts (arguments, "transport-option");

  for (; *options != NULL; options++)
    {
      const char *dot = strchr (*options, '.');
      const char *sign = dot != NULL ? strchr (dot, '=') : NULL;
      g_autofree char *transport = NULL;
      g_autofree char *option = NULL;

      if (sign == NULL)
        {
          g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                       _ ("“%s” sets no option of a transport: write TRANSPORT.OPTION=VALUE"),
                       *options);
          return FALSE;
        }
      transport = g_strndup (*options, (gsize) (dot - *options));
      option = g_strndup (dot + 1, (gsize) (sign - dot - 1));
      if (!kad_node_config_set_transport_option (config, transport, option, sign + 1, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * kad_node_options_new_config:
 * @arguments: a command line with the options of kad_node_options
 * @default_mode: without --mode
 * @default_listen: (nullable): without --listen
 * @error: what is wrong with an option
 *
 * Returns: (transfer full): the configuration
 */
KadNodeConfig *
kad_node_options_new_config (const KadArguments *arguments, KadMode default_mode,
                             const char *default_listen, GError **error)
{
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();
  const char *mode_name = kad_arguments_get_text (arguments, "mode");
  KadMode mode = default_mode;

  if (mode_name != NULL && !kad_mode_parse (mode_name, &mode, error))
    return NULL;
  kad_node_config_set_mode (config, mode);
  if (!apply_network (config, arguments, error)
      || !apply_addresses (config, arguments, default_listen, error)
      || !apply_identity (config, arguments, error) || !apply_modules (config, arguments, error)
      || !apply_limits (config, arguments, error)
      || !apply_transport_options (config, arguments, error))
    return NULL;
  return g_steal_pointer (&config);
}
