/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-ws-address.h"

static KadMultiaddr *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  KadMultiaddr *address = kad_multiaddr_new_from_string (text, &error);

  g_assert_no_error (error);
  return address;
}

static void
test_addresses (void)
{
  static const struct
  {
    const char *text;
    gboolean is_tls;
    const char *authority, *path, *suffix, *bare;
  } good[] = {
    { "/ip4/1.2.3.4/tcp/80/ws", FALSE, "1.2.3.4", NULL, "/ws", "/ws" },
    { "/ip4/1.2.3.4/tcp/443/ws", FALSE, "1.2.3.4:443", NULL, "/ws", "/ws" },
    { "/ip6/::1/tcp/443/tls/ws", TRUE, "[::1]", NULL, "/tls/ws", "/tls/ws" },
    { "/ip6/::1/tcp/4001/wss", TRUE, "[::1]:4001", NULL, "/wss", "/wss" },
    { "/ip4/1.2.3.4/tcp/4001/tls/sni/a.example/ws", TRUE, "a.example:4001", NULL,
      "/tls/sni/a.example/ws", "/tls/ws" },
    { "/ip4/1.2.3.4/tcp/80/ws/http-path/a%2Fb%20c", FALSE, "1.2.3.4", "a/b%20c",
      "/ws/http-path/a%2Fb%20c", "/ws" },
  };

  g_test_summary ("The forms of an address that are WebSocket's, and what they mean");

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (KadMultiaddr) address = parse (good[i].text);
      g_auto (KadWsAddress) parsed = { 0 };
      g_autofree char *authority = NULL;
      g_autofree char *suffix = NULL;
      g_autofree char *bare = NULL;

      g_test_message ("%s", good[i].text);
      g_assert_true (kad_ws_address_parse (&parsed, address));
      authority = kad_ws_address_dup_authority (&parsed);
      suffix = kad_multiaddr_to_string (parsed.suffix);
      bare = kad_multiaddr_to_string (parsed.bare);
      g_assert_true (parsed.is_tls == good[i].is_tls);
      g_assert_cmpstr (authority, ==, good[i].authority);
      g_assert_cmpstr (parsed.path, ==, good[i].path);
      g_assert_cmpstr (suffix, ==, good[i].suffix);
      g_assert_cmpstr (bare, ==, good[i].bare);
    }
}

static void
test_foreign_addresses (void)
{
  static const char *const foreign[] = {
    "/ip4/1.2.3.4/tcp/80",
    "/ip4/1.2.3.4/tcp/80/tls",
    "/ip4/1.2.3.4/tcp/80/tls/wss",
    "/ip4/1.2.3.4/tcp/80/sni/a.example/ws",
    "/ip4/1.2.3.4/tcp/80/wss/ws",
    "/ip4/1.2.3.4/tcp/80/ws/http-path/a/ws",
    "/ip4/1.2.3.4/udp/80/ws",
    "/dns4/a.example/tcp/80/ws",
    "/ws",
    "/tcp/80/ws",
    "/ip4/1.2.3.4/tcp/80/ws/ws/ws/ws/ws/ws/ws/ws/ws",
  };

  g_test_summary ("Other addresses are refused, and those whose name nobody has resolved");

  for (guint i = 0; i < G_N_ELEMENTS (foreign); i++)
    {
      g_autoptr (KadMultiaddr) address = parse (foreign[i]);
      KadWsAddress parsed;

      g_test_message ("%s", foreign[i]);
      g_assert_false (kad_ws_address_parse (&parsed, address));
    }
}

static void
test_names_are_kept (void)
{
  static const char *const kept[][2] = {
    { "/dns/a.example/tcp/443/wss", "/dns/a.example/tcp/443/tls/sni/a.example/ws" },
    { "/dns4/a.example/tcp/443/tls/ws", "/dns4/a.example/tcp/443/tls/sni/a.example/ws" },
    { "/dns6/a.example/tcp/1/wss/http-path/x",
      "/dns6/a.example/tcp/1/tls/sni/a.example/ws/http-path/x" },
    { "/dns6/a.example/tcp/443/tls/sni/b.example/ws", NULL },
    { "/dns4/a.example/tcp/80/ws", NULL },
    { "/dns4/a.example/tcp/80", NULL },
    { "/dnsaddr/a.example", NULL },
    { "/ip4/1.2.3.4/tcp/443/wss", NULL },
  };

  g_test_summary ("A name that a certificate has to have is kept where resolving does not take it");

  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    {
      g_autoptr (KadMultiaddr) address = parse (kept[i][0]);
      g_autoptr (KadMultiaddr) result = kad_ws_address_keep_name (address);
      g_autofree char *text = result != NULL ? kad_multiaddr_to_string (result) : NULL;

      g_assert_cmpstr (text, ==, kept[i][1]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ws-address/addresses", test_addresses);
  g_test_add_func ("/ws-address/foreign-addresses", test_foreign_addresses);
  g_test_add_func ("/ws-address/names-are-kept", test_names_are_kept);
  return g_test_run ();
}
