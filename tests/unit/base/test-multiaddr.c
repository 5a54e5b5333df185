/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-multiaddr.h"

#include "test-vectors.h"

static KadMultiaddr *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  KadMultiaddr *address = kad_multiaddr_new_from_string (text, &error);

  g_assert_no_error (error);
  return address;
}

static void
assert_text (const KadMultiaddr *address, const char *expected)
{
  g_autofree char *text = kad_multiaddr_to_string (address);

  g_assert_cmpstr (text, ==, expected);
}

/* Text with a peer of each form that a test needs. */
#define PEER "12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS"
#define PEER_HEX "0024080112209e3b433cbd31c2b8a6ebbdca998bd0f4c2141c9c9af5422e976051b1e63af14d"

static void
test_bytes_cut_anywhere (void)
{
  g_autoptr (GPtrArray) rows = read_rows ("multiaddr.tsv");

  g_test_summary ("Bytes cut inside a component are refused, and between two they are a prefix");

  for (guint i = 0; i < rows->len; i++)
    {
      char **row = rows->pdata[i];
      g_autoptr (GBytes) whole = from_hex (row[1]);
      gsize len;
      const guint8 *data = g_bytes_get_data (whole, &len);
      g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_bytes (data, len, NULL);
      KadMultiaddrIter iter;

      kad_multiaddr_iter_init (&iter, address);
      for (gsize cut = 0; cut < len; cut++)
        {
          const guint8 *start = kad_multiaddr_get_data (address, &len);
          g_autofree guint8 *part = g_memdup2 (data, MAX (cut, 1));
          g_autoptr (KadMultiaddr) prefix = kad_multiaddr_new_from_bytes (part, cut, NULL);
          gboolean between = cut > 0 && (gsize) (iter.cursor - start) == cut;

          g_assert_cmpint (prefix != NULL, ==, between);
          if (cut == 0 || between)
            g_assert_true (kad_multiaddr_iter_next (&iter, NULL, NULL, NULL));
        }
    }
}

static void
test_iterator_gives_components (void)
{
  g_autoptr (KadMultiaddr) address = parse ("/ip4/127.0.0.1/tcp/4321/ws/dns/ab");
  KadMultiaddrIter iter;
  const guint8 *value;
  gsize len;
  guint32 code;

  g_test_summary ("Codes and values come in order, without lengths, and then nothing");

  kad_multiaddr_iter_init (&iter, address);
  g_assert_true (kad_multiaddr_iter_next (&iter, &code, &value, &len));
  g_assert_cmpuint (code, ==, KAD_MULTIADDR_IP4);
  g_assert_cmpmem (value, len, "\x7f\0\0\1", 4);
  g_assert_true (kad_multiaddr_iter_next (&iter, &code, &value, &len));
  g_assert_cmpuint (code, ==, KAD_MULTIADDR_TCP);
  g_assert_cmpmem (value, len, "\x10\xe1", 2);
  g_assert_true (kad_multiaddr_iter_next (&iter, &code, &value, &len));
  g_assert_cmpuint (code, ==, KAD_MULTIADDR_WS);
  g_assert_cmpuint (len, ==, 0);
  g_assert_true (kad_multiaddr_iter_next (&iter, &code, &value, &len));
  g_assert_cmpuint (code, ==, KAD_MULTIADDR_DNS);
  g_assert_cmpmem (value, len, "ab", 2);
  g_assert_false (kad_multiaddr_iter_next (&iter, &code, &value, &len));
  g_assert_false (kad_multiaddr_iter_next (&iter, NULL, NULL, NULL));
}

static void
test_equality_hash_and_order (void)
{
  g_autoptr (KadMultiaddr) a = parse ("/ip4/127.0.0.1/tcp/1");
  g_autoptr (KadMultiaddr) same = parse ("/ip4/127.0.0.1/tcp/1/");
  g_autoptr (KadMultiaddr) b = parse ("/ip4/127.0.0.1/tcp/2");
  g_autoptr (KadMultiaddr) longer = parse ("/ip4/127.0.0.1/tcp/1/ws");

  g_test_summary ("Equal bytes are equal; order is by bytes, and a prefix comes first");

  g_assert_true (kad_multiaddr_equal (a, same));
  g_assert_cmpuint (kad_multiaddr_hash (a), ==, kad_multiaddr_hash (same));
  g_assert_cmpint (kad_multiaddr_compare (a, same), ==, 0);
  g_assert_false (kad_multiaddr_equal (a, b));
  g_assert_false (kad_multiaddr_equal (a, longer));
  g_assert_cmpuint (kad_multiaddr_hash (a), !=, kad_multiaddr_hash (b));
  g_assert_cmpint (kad_multiaddr_compare (a, b), <, 0);
  g_assert_cmpint (kad_multiaddr_compare (b, a), >, 0);
  g_assert_cmpint (kad_multiaddr_compare (a, longer), <, 0);
  g_assert_cmpint (kad_multiaddr_compare (longer, a), >, 0);
}

static void
test_encapsulate (void)
{
  g_autoptr (KadMultiaddr) ip = parse ("/ip4/127.0.0.1");
  g_autoptr (KadMultiaddr) tcp = parse ("/tcp/1/ws");
  g_autoptr (KadMultiaddr) path = parse ("/unix/a");
  g_autoptr (KadMultiaddr) both = kad_multiaddr_encapsulate (ip, tcp, NULL);
  g_autoptr (KadMultiaddr) with_path = kad_multiaddr_encapsulate (both, path, NULL);
  g_autoptr (GError) error = NULL;

  g_test_summary ("Two are joined in their order, and nothing comes after a path");

  assert_text (both, "/ip4/127.0.0.1/tcp/1/ws");
  assert_text (with_path, "/ip4/127.0.0.1/tcp/1/ws/unix/a");
  g_assert_null (kad_multiaddr_encapsulate (path, tcp, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS);
}

static void
test_encapsulate_is_bounded (void)
{
  g_autofree char *name = g_strnfill (200, 'n');
  g_autofree char *text = g_strdup_printf ("/dns/%s/dns/%s/dns/%s", name, name, name);
  g_autoptr (KadMultiaddr) large = parse (text);
  g_autoptr (KadMultiaddr) many = parse ("/tls/tls/tls/tls/tls/tls/tls/tls/tls/tls/tls/tls/tls"
                                         "/tls/tls/tls/tls");
  g_autoptr (GError) bytes_error = NULL;
  g_autoptr (GError) components_error = NULL;

  g_test_summary ("What would have too many bytes or components is refused");

  g_assert_null (kad_multiaddr_encapsulate (large, large, &bytes_error));
  g_assert_error (bytes_error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS);
  g_assert_null (kad_multiaddr_encapsulate (many, many, &components_error));
  g_assert_error (components_error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS);
}

static void
assert_decapsulates (const char *text, const char *inner_text, const char *expected)
{
  g_autoptr (KadMultiaddr) address = parse (text);
  g_autoptr (KadMultiaddr) inner = parse (inner_text);
  g_autoptr (KadMultiaddr) left = kad_multiaddr_decapsulate (address, inner);

  if (expected == NULL)
    g_assert_null (left);
  else
    assert_text (left, expected);
}

static void
test_decapsulate (void)
{
  g_test_summary ("The last occurrence and all after it go; only whole components count");

  assert_decapsulates ("/ip4/1.2.3.4/tcp/1/ws", "/tcp/1", "/ip4/1.2.3.4");
  assert_decapsulates ("/ip4/1.2.3.4/tcp/1/ws", "/ws", "/ip4/1.2.3.4/tcp/1");
  assert_decapsulates ("/ip4/1.2.3.4/tcp/1/ws", "/tcp/1/ws", "/ip4/1.2.3.4");
  assert_decapsulates ("/ip4/1.2.3.4/tcp/1/ip4/1.2.3.4/tcp/1", "/ip4/1.2.3.4",
                       "/ip4/1.2.3.4/tcp/1");
  assert_decapsulates ("/ip4/1.2.3.4/tcp/1", "/tcp/2", "/ip4/1.2.3.4/tcp/1");
  assert_decapsulates ("/ip4/1.2.3.4/tcp/1", "/tcp/1/ws", "/ip4/1.2.3.4/tcp/1");
  assert_decapsulates ("/ip4/1.2.3.4/tcp/1", "/ip4/1.2.3.4", NULL);
  assert_decapsulates ("/ip4/1.2.3.4/tcp/1", "/ip4/1.2.3.4/tcp/1", NULL);
  /* 6.0.80 inside an address are the bytes of /tcp/80 */
  assert_decapsulates ("/ip4/9.6.0.80/udp/1", "/tcp/80", "/ip4/9.6.0.80/udp/1");
  assert_decapsulates ("/tls/tls/tls", "/tls", "/tls/tls");
}

static void
test_split_peer (void)
{
  g_autoptr (KadMultiaddr) full = parse ("/ip4/1.2.3.4/tcp/1/p2p/" PEER);
  g_autoptr (KadMultiaddr) none = parse ("/ip4/1.2.3.4/tcp/1");
  g_autoptr (KadMultiaddr) middle = parse ("/ip4/1.2.3.4/tcp/1/p2p/" PEER "/p2p-circuit");
  g_autoptr (KadMultiaddr) relayed = parse ("/p2p/" PEER "/p2p-circuit/p2p/" PEER);
  g_autoptr (KadMultiaddr) only = parse ("/p2p/" PEER);
  g_autoptr (GBytes) expected = from_hex (PEER_HEX);
  g_autoptr (KadMultiaddr) left = NULL;
  g_autoptr (KadMultiaddr) left_none = NULL;
  g_autoptr (KadMultiaddr) left_middle = NULL;
  g_autoptr (KadMultiaddr) left_relayed = NULL;
  const guint8 *id = NULL;
  gsize len = 7;

  g_test_summary ("A /p2p at the end is taken off and given; none, or one elsewhere, is left");

  left = kad_multiaddr_split_peer (full, &id, &len);
  assert_text (left, "/ip4/1.2.3.4/tcp/1");
  g_assert_cmpmem (id, len, g_bytes_get_data (expected, NULL), g_bytes_get_size (expected));

  left_none = kad_multiaddr_split_peer (none, &id, &len);
  g_assert_true (left_none == none);
  g_assert_null (id);
  g_assert_cmpuint (len, ==, 0);

  left_middle = kad_multiaddr_split_peer (middle, &id, &len);
  g_assert_true (left_middle == middle);
  g_assert_null (id);

  left_relayed = kad_multiaddr_split_peer (relayed, NULL, NULL);
  assert_text (left_relayed, "/p2p/" PEER "/p2p-circuit");

  g_assert_null (kad_multiaddr_split_peer (only, &id, &len));
  g_assert_cmpuint (len, ==, g_bytes_get_size (expected));
}

static void
test_protocols_and_ports (void)
{
  g_autoptr (KadMultiaddr) tcp = parse ("/ip4/1.2.3.4/tcp/65535/ws/udp/9");
  g_autoptr (KadMultiaddr) udp = parse ("/ip4/1.2.3.4/udp/1/quic-v1");
  g_autoptr (KadMultiaddr) memory = parse ("/memory/5");
  guint16 port = 7;

  g_test_summary ("Protocols are found anywhere, and the first port is given");

  g_assert_true (kad_multiaddr_has_protocol (tcp, KAD_MULTIADDR_WS));
  g_assert_false (kad_multiaddr_has_protocol (tcp, KAD_MULTIADDR_TLS));
  g_assert_true (kad_multiaddr_get_port (tcp, &port));
  g_assert_cmpuint (port, ==, 65535);
  g_assert_true (kad_multiaddr_get_port (udp, &port));
  g_assert_cmpuint (port, ==, 1);
  g_assert_false (kad_multiaddr_get_port (memory, &port));
  g_assert_cmpuint (port, ==, 1);
}

static void
test_scope (void)
{
  static const struct
  {
    const char *text;
    KadScope scope;
  } rows[] = {
    { "/ip4/127.0.0.1/tcp/1", KAD_SCOPE_LOOPBACK },
    { "/ip4/8.8.8.8/tcp/1", KAD_SCOPE_GLOBAL },
    { "/ip6/fe80::1/tcp/1", KAD_SCOPE_LINK_LOCAL },
    { "/ip6zone/eth0/ip6/fe80::1/tcp/1", KAD_SCOPE_LINK_LOCAL },
    { "/ip6zone/eth0", KAD_SCOPE_UNKNOWN },
    { "/dns4/localhost/tcp/1", KAD_SCOPE_LOOPBACK },
    { "/dnsaddr/bootstrap.libp2p.io", KAD_SCOPE_NAME },
    { "/dns/10.0.0.1/tcp/1", KAD_SCOPE_PRIVATE },
    { "/ip4/10.0.0.1/tcp/1/ws", KAD_SCOPE_PRIVATE },
    { "/ip4/10.0.0.1/tcp/1/tls/sni/example.com/ws", KAD_SCOPE_PRIVATE },
    { "/ip4/8.8.8.8/tcp/1/tls/sni/localhost/ws", KAD_SCOPE_GLOBAL },
    { "/ip6/::1/tcp/1/wss", KAD_SCOPE_LOOPBACK },
    { "/dns4/x/wss", KAD_SCOPE_NAME },
    { "/dns4/example.com/tcp/443/wss", KAD_SCOPE_NAME },
    { "/dns4/localhost/tcp/443/tls/ws", KAD_SCOPE_LOOPBACK },
    { "/dns/10.0.0.1/tcp/443/wss", KAD_SCOPE_PRIVATE },
    /* The name of a certificate is no place. */
    { "/tls/sni/x/ws", KAD_SCOPE_UNKNOWN },
    { "/tls/sni/example.com/ws", KAD_SCOPE_UNKNOWN },
    { "/ws", KAD_SCOPE_UNKNOWN },
    { "/ip4/8.8.8.8/tcp/1/p2p/" PEER "/p2p-circuit", KAD_SCOPE_RELAY },
    { "/p2p/" PEER "/p2p-circuit/ip4/127.0.0.1", KAD_SCOPE_RELAY },
    { "/memory/1", KAD_SCOPE_MEMORY },
    { "/unix/run/kad", KAD_SCOPE_LOOPBACK },
    { "/p2p/" PEER, KAD_SCOPE_UNKNOWN },
    { "/tcp/80", KAD_SCOPE_UNKNOWN },
  };

  g_test_summary ("The first component decides, and a relay before all");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (KadMultiaddr) address = parse (rows[i].text);

      g_test_message ("%s", rows[i].text);
      g_assert_cmpint (kad_multiaddr_get_scope (address), ==, rows[i].scope);
    }
}

static void
test_bytes_are_bounded (void)
{
  g_autofree guint8 *data = g_malloc0 (KAD_MAX_MULTIADDR_BYTES + 1);
  g_autoptr (KadMultiaddr) longest = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) empty_error = NULL;
  gsize len;

  g_test_summary ("The longest bytes are read; one more, and none at all, are refused");

  /* http-path takes any bytes: two of code, two of length */
  memcpy (data, "\xe1\x03\xfc\x07", 4);
  longest = kad_multiaddr_new_from_bytes (data, KAD_MAX_MULTIADDR_BYTES, &error);
  g_assert_no_error (error);
  (void) kad_multiaddr_get_data (longest, &len);
  g_assert_cmpuint (len, ==, KAD_MAX_MULTIADDR_BYTES);

  data[2] = 0xfd;
  g_assert_null (kad_multiaddr_new_from_bytes (data, KAD_MAX_MULTIADDR_BYTES + 1, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS);
  g_assert_null (kad_multiaddr_new_from_bytes (NULL, 0, &empty_error));
  g_assert_error (empty_error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS);
}

static void
test_boxed_type_shares (void)
{
  KadMultiaddr *address = parse ("/ip4/127.0.0.1");
  KadMultiaddr *copy = g_boxed_copy (KAD_TYPE_MULTIADDR, address);

  g_test_summary ("A boxed copy is a reference");

  g_assert_true (copy == address);
  kad_multiaddr_unref (address);
  assert_text (copy, "/ip4/127.0.0.1");
  g_boxed_free (KAD_TYPE_MULTIADDR, copy);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/multiaddr/bytes-cut-anywhere", test_bytes_cut_anywhere);
  g_test_add_func ("/multiaddr/iterator-gives-components", test_iterator_gives_components);
  g_test_add_func ("/multiaddr/equality-hash-and-order", test_equality_hash_and_order);
  g_test_add_func ("/multiaddr/encapsulate", test_encapsulate);
  g_test_add_func ("/multiaddr/encapsulate-is-bounded", test_encapsulate_is_bounded);
  g_test_add_func ("/multiaddr/decapsulate", test_decapsulate);
  g_test_add_func ("/multiaddr/split-peer", test_split_peer);
  g_test_add_func ("/multiaddr/protocols-and-ports", test_protocols_and_ports);
  g_test_add_func ("/multiaddr/scope", test_scope);
  g_test_add_func ("/multiaddr/bytes-are-bounded", test_bytes_are_bounded);
  g_test_add_func ("/multiaddr/boxed-type-shares", test_boxed_type_shares);
  return g_test_run ();
}
