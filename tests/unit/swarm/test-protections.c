/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-protections.h"

#include <string.h>

#include "kad-error.h"

static void
make_peer (KadPeerId *peer, guint number)
{
  guint8 bytes[38] = { 0x00, 0x24, 0x08, 0x01, 0x12, 0x20 };
  g_autoptr (GError) error = NULL;

  memcpy (bytes + 6, &number, sizeof number);
  g_assert_true (kad_peer_id_init_from_bytes (peer, bytes, sizeof bytes, &error));
  g_assert_no_error (error);
}

static void
test_until_the_last_tag (void)
{
  KadProtections *protections = kad_protections_new ();
  g_autoptr (GError) error = NULL;
  gboolean is_still = FALSE;
  KadPeerId peer;

  g_test_summary ("A peer is protected until its last tag is gone; the same tag twice is one");

  make_peer (&peer, 1);
  g_assert_false (kad_protections_has (protections, &peer));
  g_assert_true (kad_protections_add (protections, &peer, "a", NULL));
  g_assert_true (kad_protections_add (protections, &peer, "a", NULL));
  g_assert_true (kad_protections_add (protections, &peer, "b", NULL));
  g_assert_true (kad_protections_remove (protections, &peer, "a", &is_still, NULL));
  g_assert_true (is_still);
  g_assert_false (kad_protections_remove (protections, &peer, "a", &is_still, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND);
  g_assert_true (kad_protections_has (protections, &peer));
  g_assert_true (kad_protections_remove (protections, &peer, "b", &is_still, NULL));
  g_assert_false (is_still);
  g_assert_false (kad_protections_has (protections, &peer));
  kad_protections_free (protections);
}

static void
test_bounds (void)
{
  KadProtections *protections = kad_protections_new ();
  g_autofree char *tag = g_strnfill (KAD_MAX_PROTECTION_TAG_BYTES + 1, 't');
  g_autoptr (GError) error = NULL;
  KadPeerId peer;

  g_test_summary ("Tags, their length and protected peers are bounded, with errors that say so");

  make_peer (&peer, 0);
  g_assert_false (kad_protections_add (protections, &peer, tag, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (kad_protections_add (protections, &peer, "", &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  for (guint i = 0; i < KAD_MAX_PROTECTION_TAGS; i++)
    {
      g_autofree char *number = g_strdup_printf ("%u", i);

      g_assert_true (kad_protections_add (protections, &peer, number, NULL));
    }
  g_assert_false (kad_protections_add (protections, &peer, "one more", &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
  g_clear_error (&error);
  for (guint i = 1; i < KAD_MAX_PROTECTED_PEERS; i++)
    {
      make_peer (&peer, i);
      g_assert_true (kad_protections_add (protections, &peer, "a", NULL));
    }
  make_peer (&peer, KAD_MAX_PROTECTED_PEERS);
  g_assert_false (kad_protections_add (protections, &peer, "a", &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED);
  g_assert_false (kad_protections_has (protections, &peer));
  kad_protections_free (protections);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protections/until-the-last-tag", test_until_the_last_tag);
  g_test_add_func ("/protections/bounds", test_bounds);
  return g_test_run ();
}
