/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-node-config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "kad-endpoint.h"
#include "kad-node-config-private.h"
#include "kad-node-testing.h"

#define SOME_ID "12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS"

static void
test_defaults (void)
{
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();

  g_test_summary ("By default a node talks to nobody, in a private network, with a new identity");

  g_assert_cmpstr (config->network, ==, "private:local");
  g_assert_cmpuint (config->listen->len + config->bootstrap->len, ==, 0);
  g_assert_cmpstr (config->data, ==, ":memory:");
  g_assert_null (config->identity_path);
  g_assert_cmpint (config->mode, ==, KAD_MODE_AUTO);
  g_assert_cmpint (config->key_type, ==, KAD_KEY_TYPE_ED25519);
  g_assert_true (g_str_has_prefix (config->agent, "kad/"));
}

static void
test_networks (void)
{
  static const struct
  {
    const char *name;
    const char *protocol;
    gboolean accepts_any;
    gboolean filters;
    gsize record_bytes;
  } networks[] = {
    { "public", "/ipfs/kad/1.0.0", FALSE, TRUE, 10 * 1024 },
    { "lan", "/ipfs/lan/kad/1.0.0", TRUE, FALSE, 64 * 1024 },
    { "private:home", "/ipfs/kad/1.0.0", TRUE, FALSE, 64 * 1024 },
  };
  static const char *const bad[] = { "", "private", "private:", "Public", "internet", "lan " };
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();
  g_autoptr (GError) error = NULL;

  g_test_summary (
      "A network's word sets protocol, records and filter; another word changes nothing");

  for (guint i = 0; i < G_N_ELEMENTS (networks); i++)
    {
      g_assert_true (kad_node_config_set_network (config, networks[i].name, &error));
      g_assert_cmpstr (config->network, ==, networks[i].name);
      g_assert_cmpstr (config->protocol, ==, networks[i].protocol);
      g_assert_true (config->is_accept_any == networks[i].accepts_any);
      g_assert_true (config->has_address_filter == networks[i].filters);
      g_assert_cmpuint (config->max_record_bytes, ==, networks[i].record_bytes);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_false (kad_node_config_set_network (config, bad[i], &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
      g_assert_cmpstr (config->network, ==, "private:home");
    }
  kad_node_config_set_address_filter (config, TRUE);
  g_assert_true (config->has_address_filter);
}

static void
test_addresses (void)
{
  static const char *const bad[] = { "", "nonsense", "/ip4/1.2.3", "/ip4/1.2.3.4/tcp/65536" };
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();
  g_autoptr (GError) error = NULL;

  g_test_summary ("Addresses that are none are refused, and so are more than 64");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_false (kad_node_config_add_listen (config, bad[i], &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS);
      g_clear_error (&error);
      g_assert_false (kad_node_config_add_bootstrap (config, bad[i], &error));
      g_assert_nonnull (error);
      g_clear_error (&error);
    }
  for (guint i = 0; i < 64; i++)
    {
      g_assert_true (kad_node_config_add_listen (config, "/ip4/127.0.0.1/tcp/0", &error));
      g_assert_true (kad_node_config_add_bootstrap (config, "/ip4/127.0.0.1/tcp/1", &error));
    }
  g_assert_false (kad_node_config_add_listen (config, "/ip4/127.0.0.1/tcp/0", &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
  g_clear_error (&error);
  g_assert_false (kad_node_config_add_bootstrap (config, "/ip4/127.0.0.1/tcp/1", &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
}

static void
test_bootstrap (void)
{
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();
  g_autoptr (GError) error = NULL;
  KadEndpoint *endpoint;

  g_test_summary ("A bootstrap peer has an address, with an id behind it or without");

  g_assert_true (
      kad_node_config_add_bootstrap (config, "/ip4/127.0.0.1/tcp/1/p2p/" SOME_ID, &error));
  g_assert_true (kad_node_config_add_bootstrap (config, "/ip4/127.0.0.1/tcp/1", &error));
  endpoint = config->bootstrap->pdata[0];
  g_assert_true (kad_peer_id_is_set (&endpoint->peer));
  g_assert_nonnull (endpoint->address);
  endpoint = config->bootstrap->pdata[1];
  g_assert_false (kad_peer_id_is_set (&endpoint->peer));
  g_assert_false (kad_node_config_add_bootstrap (config, SOME_ID, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS);
  g_assert_nonnull (strstr (error->message, SOME_ID));
}

static void
test_protocol (void)
{
  static const char *const bad[]
      = { "", "/", "kad", "ipfs/kad/1.0.0", "/a b", "/a\n", "/\xc3\xa4" };
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *longest = g_strnfill (128, '/');
  g_autofree char *too_long = g_strnfill (129, '/');

  g_test_summary ("A protocol id begins with a slash and is printable, 2 to 128 bytes");

  g_assert_true (kad_node_config_set_protocol (config, "/my/kad/1", &error));
  g_assert_true (kad_node_config_set_protocol (config, longest, &error));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_false (kad_node_config_set_protocol (config, bad[i], &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
    }
  g_assert_false (kad_node_config_set_protocol (config, too_long, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (config->protocol, ==, longest);
}

static void
test_limits (void)
{
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();
  g_autoptr (GError) error = NULL;

  g_test_summary ("Limits are set by name and held to their range");

  g_assert_cmpuint (kad_node_config_get_limit (config, "connections"), ==, 8192);
  g_assert_true (kad_node_config_set_limit (config, "connections", 5, &error));
  g_assert_cmpuint (kad_node_config_get_limit (config, "connections"), ==, 5);
  g_assert_false (kad_node_config_set_limit (config, "connections", 0, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (kad_node_config_set_limit (config, "treasures", 1, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_assert_cmpuint (kad_node_config_get_limit (config, "treasures"), ==, 0);
  kad_node_config_set_max_connections (config, 0);
  g_assert_cmpuint (kad_node_config_get_limit (config, "connections"), ==, 8192);
}

static void
test_node_keeps_a_copy (void)
{
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();
  g_autoptr (KadNode) node = NULL;
  g_auto (GStrv) addresses = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("What is changed after a node was made concerns the next one");

  g_assert_true (kad_node_config_add_listen (config, "/ip4/127.0.0.1/tcp/0", &error));
  kad_node_config_set_max_connections (config, 7);
  node = kad_node_new (config, &error);
  g_assert_no_error (error);
  g_assert_true (kad_node_config_add_listen (config, "/ip4/127.0.0.1/tcp/0", &error));
  g_assert_finalize_object (g_steal_pointer (&config));
  start_node (node);
  addresses = kad_node_dup_addresses (node);
  g_assert_cmpuint (g_strv_length (addresses), ==, 1);
  stop_node (node);
}

static void
check_same_peer (KadNodeConfig *config, KadNode *than)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KadNode) node = kad_node_new (config, &error);

  g_assert_no_error (error);
  g_assert_true (kad_peer_id_equal (kad_node_get_peer_id (node), kad_node_get_peer_id (than)));
}

static void
test_identity (void)
{
  g_autofree char *folder = g_dir_make_tmp ("kad-config-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "identity", NULL);
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();
  g_autoptr (KadNodeConfig) direct = kad_node_config_new ();
  g_autoptr (KadNode) node = NULL;
  g_autoptr (KadNode) other = NULL;
  g_autoptr (GError) error = NULL;
  struct stat status;

  g_test_summary ("A data folder holds the identity, whose file only its owner may read");

  kad_node_config_set_data (config, folder);
  node = kad_node_new (config, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  check_same_peer (config, node);
  kad_node_config_set_identity_path (direct, path);
  check_same_peer (direct, node);
  kad_node_config_set_identity_path (direct, NULL);
  other = kad_node_new (direct, &error);
  g_assert_false (kad_peer_id_equal (kad_node_get_peer_id (other), kad_node_get_peer_id (node)));

  g_assert_cmpint (g_chmod (path, 0644), ==, 0);
  g_assert_null (kad_node_new (config, &error));
  g_assert_nonnull (strstr (error->message, path));
  g_remove (path);
  g_rmdir (folder);
}

static void
test_key_type (void)
{
  static const KadKeyType types[]
      = { KAD_KEY_TYPE_ED25519, KAD_KEY_TYPE_SECP256K1, KAD_KEY_TYPE_ECDSA };

  g_test_summary ("An identity that has to be made is of the wanted type, and a given key is used");

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (KadNodeConfig) config = kad_node_config_new ();
      g_autoptr (KadNodeConfig) again G_GNUC_UNUSED = kad_node_config_new ();
      g_autofree char *folder = g_dir_make_tmp ("kad-config-XXXXXX", NULL);
      g_autofree char *path = g_build_filename (folder, "identity", NULL);
      g_autofree char *text = NULL;
      g_autoptr (KadNode) node = NULL;
      g_autoptr (GError) error = NULL;

      kad_node_config_set_key_type (config, types[i]);
      kad_node_config_set_identity_path (config, path);
      node = kad_node_new (config, &error);
      g_assert_no_error (error);
      text = kad_peer_id_to_string (kad_node_get_peer_id (node));
      g_assert_true (g_str_has_prefix (text, i == 0 ? "12D3" : i == 1 ? "16Uiu" : "Qm"));
      /* An existing file keeps its own. */
      kad_node_config_set_key_type (config, KAD_KEY_TYPE_ED25519);
      check_same_peer (config, node);
      g_remove (path);
      g_rmdir (folder);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/node-config/limits", test_limits);
  g_test_add_func ("/node-config/defaults", test_defaults);
  g_test_add_func ("/node-config/networks", test_networks);
  g_test_add_func ("/node-config/addresses", test_addresses);
  g_test_add_func ("/node-config/bootstrap", test_bootstrap);
  g_test_add_func ("/node-config/protocol", test_protocol);
  g_test_add_func ("/node-config/node-keeps-a-copy", test_node_keeps_a_copy);
  g_test_add_func ("/node-config/identity", test_identity);
  g_test_add_func ("/node-config/key-type", test_key_type);
  return g_test_run ();
}
