/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-multiaddr-protocols.h"

#include <string.h>

#include "kad-multiaddr.h"

static void
test_rows_are_found (void)
{
  const KadMultiaddrProtocol *row, *before = NULL;
  gsize n = 0;

  g_test_summary ("Each row is found by its code and by its name, in the order of the codes");

  for (; (row = kad_multiaddr_protocol_by_index (n)) != NULL; n++)
    {
      g_assert_true (kad_multiaddr_protocol_by_code (row->code) == row);
      g_assert_true (kad_multiaddr_protocol_by_name (row->name, strlen (row->name)) == row);
      g_assert_cmpint (row->size_bytes == 0, ==, row->value == KAD_MULTIADDR_VALUE_NONE);
      if (before != NULL)
        g_assert_cmpuint (before->code, <, row->code);
      before = row;
    }

  g_assert_cmpuint (n, ==, 40);
}

static void
test_old_name_of_p2p (void)
{
  g_test_summary ("ipfs is p2p, whose own name is p2p");

  g_assert_cmpuint (kad_multiaddr_protocol_by_name ("ipfs", 4)->code, ==, KAD_MULTIADDR_P2P);
  g_assert_cmpstr (kad_multiaddr_protocol_by_code (421)->name, ==, "p2p");
}

static void
test_others_are_not_found (void)
{
  g_test_summary ("Other codes and names, and parts of names, are nobody's");

  g_assert_null (kad_multiaddr_protocol_by_code (0));
  g_assert_null (kad_multiaddr_protocol_by_code (5));
  g_assert_null (kad_multiaddr_protocol_by_code (778));
  g_assert_null (kad_multiaddr_protocol_by_code (((guint64) 1 << 32) + 4));
  g_assert_null (kad_multiaddr_protocol_by_code (G_MAXUINT64));
  g_assert_null (kad_multiaddr_protocol_by_name ("ip", 2));
  g_assert_null (kad_multiaddr_protocol_by_name ("ip45", 4));
  g_assert_null (kad_multiaddr_protocol_by_name ("", 0));
  g_assert_nonnull (kad_multiaddr_protocol_by_name ("ip45", 3));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/multiaddr-protocols/rows-are-found", test_rows_are_found);
  g_test_add_func ("/multiaddr-protocols/old-name-of-p2p", test_old_name_of_p2p);
  g_test_add_func ("/multiaddr-protocols/others-are-not-found", test_others_are_not_found);
  return g_test_run ();
}
