/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-node-config.h"

#include <string.h>

#include "kad-database.h"
#include "kad-endpoint.h"
#include "kad-error.h"
#include "kad-module-loader.h"
#include "kad-node-config-private.h"
#include "kad-node-transports.h"

#define KAD_PUBLIC_PROTOCOL "/ipfs/kad/1.0.0"
#define KAD_LAN_PROTOCOL "/ipfs/lan/kad/1.0.0"
#define KAD_PUBLIC_RECORD_BYTES (10 * 1024)
#define KAD_PRIVATE_RECORD_BYTES (64 * 1024)
#define KAD_MAX_PROTOCOL_BYTES 128
#define KAD_MAX_CONFIGURED_ADDRESSES 64

G_DEFINE_FINAL_TYPE (KadNodeConfig, kad_node_config, G_TYPE_OBJECT)

static void
kad_node_config_finalize (GObject *object)
{
  KadNodeConfig *self = KAD_NODE_CONFIG (object);

  g_free (self->network);
  g_free (self->protocol);
  g_free (self->agent);
  g_free (self->identity_path);
  g_free (self->data);
  g_ptr_array_unref (self->listen);
  g_ptr_array_unref (self->bootstrap);
  g_ptr_array_unref (self->module_paths);
  g_ptr_array_unref (self->transport_options);
  g_clear_pointer (&self->private_key, kad_private_key_unref);
  G_OBJECT_CLASS (kad_node_config_parent_class)->finalize (object);
}

static void
kad_node_config_class_init (KadNodeConfigClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kad_node_config_finalize;
}

static void
kad_node_config_init (KadNodeConfig *self)
{
  self->listen = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_multiaddr_unref);
  self->bootstrap = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_endpoint_free);
  self->module_paths = g_ptr_array_new_with_free_func (g_free);
  self->transport_options
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kad_transport_option_free);
  self->key_type = KAD_KEY_TYPE_ED25519;
  self->mode = KAD_MODE_AUTO;
  self->agent = g_strdup ("kad/" KAD_VERSION);
  self->data = g_strdup (":memory:");
  kad_limits_init (&self->limits);
  kad_node_config_set_network (self, "private:local", NULL);
}

/**
 * kad_node_config_new:
 *
 * Returns: (transfer full): a configuration with the defaults
 */
KadNodeConfig *
kad_node_config_new (void)
{
  return g_object_new (KAD_TYPE_NODE_CONFIG, NULL);
}

KadNodeConfig *
kad_node_config_dup (KadNodeConfig *self)
{
  KadNodeConfig *copy = kad_node_config_new ();

  g_free (copy->network);
  g_free (copy->protocol);
  copy->network = g_strdup (self->network);
  copy->protocol = g_strdup (self->protocol);
  kad_node_config_set_agent (copy, self->agent);
  kad_node_config_set_identity_path (copy, self->identity_path);
  kad_node_config_set_data (copy, self->data);
  for (guint i = 0; i < self->listen->len; i++)
    g_ptr_array_add (copy->listen, kad_multiaddr_ref (self->listen->pdata[i]));
  for (guint i = 0; i < self->bootstrap->len; i++)
    g_ptr_array_add (copy->bootstrap, kad_endpoint_copy (self->bootstrap->pdata[i]));
  for (guint i = 0; i < self->module_paths->len; i++)
    g_ptr_array_add (copy->module_paths, g_strdup (self->module_paths->pdata[i]));
  for (guint i = 0; i < self->transport_options->len; i++)
    {
      const KadTransportOption *option = self->transport_options->pdata[i];

      g_ptr_array_add (copy->transport_options,
                       kad_transport_option_new (option->transport, option->option, option->value));
    }
  if (self->private_key != NULL)
    copy->private_key = kad_private_key_ref (self->private_key);
  copy->key_type = self->key_type;
  copy->mode = self->mode;
  copy->limits = self->limits;
  copy->max_record_bytes = self->max_record_bytes;
  copy->is_accept_any = self->is_accept_any;
  copy->has_address_filter = self->has_address_filter;
  copy->is_lenient = self->is_lenient;
  return copy;
}

static void
apply_network (KadNodeConfig *self, const char *network, const char *protocol, gboolean is_public)
{
  g_free (self->network);
  g_free (self->protocol);
  self->network = g_strdup (network);
  self->protocol = g_strdup (protocol);
  self->is_accept_any = !is_public;
  self->has_address_filter = is_public;
  self->max_record_bytes = is_public ? KAD_PUBLIC_RECORD_BYTES : KAD_PRIVATE_RECORD_BYTES;
}

/**
 * kad_node_config_set_network:
 * @self: a configuration
 * @network: `public`, `lan` or `private:NAME`
 * @error: return location
 *
 * `public` is the Amino DHT: /pk records only, of 10 KiB at most, and no addresses that are not
 * global. `lan`, with a protocol of its own, and `private:NAME` accept any record of at most 64 KiB
 * (/pk only if it proves itself) and keep every address. Protocol and address filter may be set after.
 *
 * Returns: FALSE and %KAD_ERROR_INVALID_ARGUMENT for another word
 */
gboolean
kad_node_config_set_network (KadNodeConfig *self, const char *network, GError **error)
{
  if (g_str_equal (network, "public"))
    apply_network (self, network, KAD_PUBLIC_PROTOCOL, TRUE);
  else if (g_str_equal (network, "lan"))
    apply_network (self, network, KAD_LAN_PROTOCOL, FALSE);
  else if (g_str_has_prefix (network, "private:") && network[strlen ("private:")] != '\0')
    apply_network (self, network, KAD_PUBLIC_PROTOCOL, FALSE);
  else
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                   "\"%s\" is no network: use public, lan or private:NAME", network);
      return FALSE;
    }
  return TRUE;
}

/**
 * kad_node_config_add_listen:
 * @self: a configuration
 * @multiaddr: where to listen, like `/ip4/127.0.0.1/tcp/0`; port 0 picks one
 * @error: return location
 *
 * Returns: FALSE and %KAD_ERROR_INVALID_ADDRESS, or %KAD_ERROR_LIMIT_REACHED past 64
 */
gboolean
kad_node_config_add_listen (KadNodeConfig *self, const char *multiaddr, GError **error)
{
  KadMultiaddr *address;

  if (self->listen->len >= KAD_MAX_CONFIGURED_ADDRESSES)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                   "A node listens on %d addresses at most", KAD_MAX_CONFIGURED_ADDRESSES);
      return FALSE;
    }
  address = kad_multiaddr_new_from_string (multiaddr, error);
  if (address == NULL)
    return FALSE;
  g_ptr_array_add (self->listen, address);
  return TRUE;
}

/**
 * kad_node_config_add_bootstrap:
 * @self: a configuration
 * @address: a multiaddr, with or without /p2p/ID at its end
 * @error: return location
 *
 * Returns: FALSE and %KAD_ERROR_INVALID_ADDRESS, or %KAD_ERROR_LIMIT_REACHED past 64
 */
gboolean
kad_node_config_add_bootstrap (KadNodeConfig *self, const char *address, GError **error)
{
  g_autoptr (KadEndpoint) endpoint = NULL;

  if (self->bootstrap->len >= KAD_MAX_CONFIGURED_ADDRESSES)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                   "A node takes %d bootstrap peers at most", KAD_MAX_CONFIGURED_ADDRESSES);
      return FALSE;
    }
  endpoint = kad_endpoint_parse (address, error);
  if (endpoint == NULL)
    return FALSE;
  if (endpoint->address == NULL)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS,
                   "\"%s\" names a peer, but not where it is: give its multiaddr", address);
      return FALSE;
    }
  g_ptr_array_add (self->bootstrap, g_steal_pointer (&endpoint));
  return TRUE;
}

/**
 * kad_node_config_add_module_path:
 * @self: a configuration
 * @path: (type filename): a folder of modules, as kad_modules_load_folder() takes it
 * @error: return location
 *
 * Names a folder of modules with commands or transports. kad_node_new() loads what is in it, after
 * Kad's own modules and those of the environment's folders. Modules are the process's: all its
 * nodes have the commands, those that run already too, and nodes that start from then on
 * have the transports. A module that cannot be loaded is no error of the node:
 * kad_modules_list() tells of it.
 *
 * Returns: FALSE and %KAD_ERROR_INVALID_ARGUMENT for an empty path, or %KAD_ERROR_LIMIT_REACHED
 *   past 64
 */
gboolean
kad_node_config_add_module_path (KadNodeConfig *self, const char *path, GError **error)
{
  g_return_val_if_fail (path != NULL, FALSE);

  if (*path == '\0')
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                           "The folder of modules has no name");
      return FALSE;
    }
  if (self->module_paths->len >= KAD_MAX_MODULE_FOLDERS)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                   "A node takes %d folders of modules at most", KAD_MAX_MODULE_FOLDERS);
      return FALSE;
    }
  g_ptr_array_add (self->module_paths, g_strdup (path));
  return TRUE;
}

/**
 * kad_node_config_set_identity_path:
 * @self: a configuration
 * @path: (nullable): the identity's file, made with mode 0600 if there is none; NULL: in memory
 *
 * The file of the identity. The default is none: a new identity in memory.
 */
void
kad_node_config_set_identity_path (KadNodeConfig *self, const char *path)
{
  g_free (self->identity_path);
  self->identity_path = g_strdup (path);
}

/**
 * kad_node_config_set_key_type:
 * @self: a configuration
 * @type: of an identity that has to be made; an existing file keeps its own
 *
 * The type of an identity that has to be made. The default is %KAD_KEY_TYPE_ED25519.
 */
void
kad_node_config_set_key_type (KadNodeConfig *self, KadKeyType type)
{
  self->key_type = type;
}

/**
 * kad_node_config_set_private_key:
 * @self: a configuration
 * @key: (nullable): the identity itself, over file and type
 *
 * The identity itself, for who keeps it elsewhere.
 */
void
kad_node_config_set_private_key (KadNodeConfig *self, KadPrivateKey *key)
{
  g_clear_pointer (&self->private_key, kad_private_key_unref);
  if (key != NULL)
    self->private_key = kad_private_key_ref (key);
}

/**
 * kad_node_config_set_mode:
 * @self: a configuration
 * @mode: client, server or auto
 *
 * Whether the node serves the DHT. The default is %KAD_MODE_AUTO.
 */
void
kad_node_config_set_mode (KadNodeConfig *self, KadMode mode)
{
  self->mode = mode;
}

/**
 * kad_node_config_set_protocol:
 * @self: a configuration
 * @protocol: the DHT's protocol id, like `/ipfs/kad/1.0.0`; 2 to 128 bytes of printable ASCII
 * @error: return location
 *
 * Returns: FALSE and %KAD_ERROR_INVALID_ARGUMENT if it is no protocol id
 */
gboolean
kad_node_config_set_protocol (KadNodeConfig *self, const char *protocol, GError **error)
{
  gsize len = strlen (protocol);
  gboolean is_good = protocol[0] == '/' && len >= 2 && len <= KAD_MAX_PROTOCOL_BYTES;

  for (gsize i = 0; i < len && is_good; i++)
    is_good = g_ascii_isgraph (protocol[i]);
  if (!is_good)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                   "\"%s\" is no protocol id: it begins with \"/\" and has 2 to %d printable "
                   "characters",
                   protocol, KAD_MAX_PROTOCOL_BYTES);
      return FALSE;
    }
  g_free (self->protocol);
  self->protocol = g_strdup (protocol);
  return TRUE;
}

/**
 * kad_node_config_set_data:
 * @self: a configuration
 * @data: `:memory:`, or a folder which holds what survives a restart
 *
 * Where the node keeps what survives a restart. The default is `:memory:`, which keeps nothing.
 */
void
kad_node_config_set_data (KadNodeConfig *self, const char *data)
{
  g_free (self->data);
  self->data = g_strdup (data);
}

/**
 * kad_node_config_has_publications:
 * @self: a configuration
 *
 * Looks into the folder of kad_node_config_set_data() whether a node that starts with it would have
 * something to announce: what was published as persistent. Starts nothing and makes no files, and
 * waits for the disk. While a node has the folder, ask that.
 *
 * Returns: FALSE if there is nothing, if the folder cannot be read, and while a node has it
 */
gboolean
kad_node_config_has_publications (KadNodeConfig *self)
{
  return !g_str_equal (self->data, ":memory:") && kad_database_has_publications (self->data);
}

/**
 * kad_node_config_set_address_filter:
 * @self: a configuration
 * @filter: TRUE: never store, answer or dial what others say is at an address that is not global
 *
 * Whether addresses that are not global are left alone, over what the network says.
 */
void
kad_node_config_set_address_filter (KadNodeConfig *self, gboolean filter)
{
  self->has_address_filter = filter;
}

/**
 * kad_node_config_set_accept_any:
 * @self: a configuration
 * @accept_any: TRUE: any record is valid; FALSE: those that prove themselves, as on the public
 *   network
 *
 * Which records the node takes and believes, over what the network says:
 * kad_node_config_set_network() sets TRUE for `private:NAME` and FALSE elsewhere.
 */
void
kad_node_config_set_accept_any (KadNodeConfig *self, gboolean accept_any)
{
  g_return_if_fail (KAD_IS_NODE_CONFIG (self));

  self->is_accept_any = accept_any;
}

/**
 * kad_node_config_set_lenient:
 * @self: a configuration
 * @lenient: TRUE: an address that cannot be listened on is left out
 *
 * Whether the node runs without those of its listen addresses that cannot be listened on, even if
 * none is left; kad_node_dup_listen_failures() tells which. The default is FALSE: each is an error
 * of kad_node_start_async().
 */
void
kad_node_config_set_lenient (KadNodeConfig *self, gboolean lenient)
{
  g_return_if_fail (KAD_IS_NODE_CONFIG (self));

  self->is_lenient = lenient;
}

/**
 * kad_node_config_set_agent:
 * @self: a configuration
 * @agent: how it calls itself in identify, like `kad/0.1.0`
 *
 * How the node calls itself in identify. The default is `kad/VERSION`.
 */
void
kad_node_config_set_agent (KadNodeConfig *self, const char *agent)
{
  g_free (self->agent);
  self->agent = g_strdup (agent);
}

/**
 * kad_node_config_set_max_connections:
 * @self: a configuration
 * @max_connections: more are refused; 0: the default, 8192
 *
 * The limit `connections` of kad_node_config_set_limit(), held to its range.
 */
void
kad_node_config_set_max_connections (KadNodeConfig *self, guint max_connections)
{
  const KadLimitInfo *info = kad_limit_find ("connections");

  kad_limits_set (&self->limits, info->name,
                  max_connections == 0 ? info->fallback
                                       : CLAMP (max_connections, info->minimum, info->maximum),
                  NULL);
}

/**
 * kad_node_config_set_limit:
 * @self: a configuration
 * @name: which one; kad_limit_get_info() lists them with what they bound
 * @value: in the limit's unit
 * @error: return location
 *
 * Returns: FALSE and %KAD_ERROR_INVALID_ARGUMENT if there is no such limit or the value is out
 *   of its range; nothing is changed then
 */
gboolean
kad_node_config_set_limit (KadNodeConfig *self, const char *name, guint64 value, GError **error)
{
  return kad_limits_set (&self->limits, name, value, error);
}

/**
 * kad_node_config_get_limit:
 * @self: a configuration
 * @name: which one
 *
 * Returns: its value; 0 if there is no such limit
 */
guint64
kad_node_config_get_limit (KadNodeConfig *self, const char *name)
{
  for (guint i = 0; i < KAD_N_LIMITS; i++)
    if (g_str_equal (kad_limit_get_info (i)->name, name))
      return kad_limits_get (&self->limits, i);
  return 0;
}

/**
 * kad_node_config_set_transport_option:
 * @self: a configuration
 * @transport: the name of a transport, like `websocket`
 * @option: one of its settings: a writable property of its class, like `certificate`
 * @value: as text, in the form that options of commands have
 * @error: return location
 *
 * Settings are applied in the order in which they were made when the node starts; that there is no
 * such transport, option or value is the error %KAD_ERROR_INVALID_ARGUMENT of
 * kad_node_start_async(), since modules may still be loaded until then. A setting that is made
 * again takes the place of the first.
 *
 * Returns: FALSE and %KAD_ERROR_INVALID_ARGUMENT if a name is empty, or
 *   %KAD_ERROR_LIMIT_REACHED past 64 settings
 */
gboolean
kad_node_config_set_transport_option (KadNodeConfig *self, const char *transport,
                                      const char *option, const char *value, GError **error)
{
  if (transport[0] == '\0' || option[0] == '\0')
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                           "A setting of a transport needs the transport's name and its own");
      return FALSE;
    }
  for (guint i = 0; i < self->transport_options->len; i++)
    {
      KadTransportOption *set = self->transport_options->pdata[i];

      if (!g_str_equal (set->transport, transport) || !g_str_equal (set->option, option))
        continue;
      g_free (set->value);
      set->value = g_strdup (value);
      return TRUE;
    }
  if (self->transport_options->len >= KAD_MAX_TRANSPORT_OPTIONS)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                   "A node takes %d settings of transports at most", KAD_MAX_TRANSPORT_OPTIONS);
      return FALSE;
    }
  g_ptr_array_add (self->transport_options, kad_transport_option_new (transport, option, value));
  return TRUE;
}
