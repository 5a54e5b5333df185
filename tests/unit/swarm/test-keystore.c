/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-keystore.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kad-error.h"

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("kad-keystore-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "identity", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0); /* nothing else was left there */
  g_free (fixture->folder);
  g_free (fixture->path);
}

static const KadPeerId *
id_of (KadPrivateKey *key)
{
  return kad_public_key_get_peer_id (kad_private_key_get_public_key (key));
}

static void
test_makes_it_once (Fixture *fixture, gconstpointer data)
{
  KadKeyType type = GPOINTER_TO_INT (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (KadPrivateKey) made = NULL;
  g_autoptr (KadPrivateKey) read = NULL;
  struct stat status;

  g_test_summary ("The first use makes the identity, mode 0600; the next ones read the same");

  made = kad_keystore_load_or_create (fixture->path, type, &error);
  g_assert_no_error (error);
  g_assert_cmpint (kad_public_key_get_key_type (kad_private_key_get_public_key (made)), ==, type);
  g_assert_cmpint (stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);

  read = kad_keystore_load_or_create (fixture->path, KAD_KEY_TYPE_ED25519, &error);
  g_assert_no_error (error);
  g_assert_true (kad_peer_id_equal (id_of (made), id_of (read)));
}

static void
test_two_generated_keys_differ (void)
{
  g_autoptr (KadPrivateKey) a = kad_keystore_generate (KAD_KEY_TYPE_ED25519, NULL);
  g_autoptr (KadPrivateKey) b = kad_keystore_generate (KAD_KEY_TYPE_ED25519, NULL);

  g_test_summary ("Identities are random");

  g_assert_false (kad_peer_id_equal (id_of (a), id_of (b)));
}

static void
test_refuses_what_others_can_read (Fixture *fixture, gconstpointer data)
{
  static const guint modes[] = { 0640, 0604, 0620, 0602, 0666 };
  g_autoptr (KadPrivateKey) made = NULL;

  g_test_summary (
      "A key that others can read or write is refused, and the message says what to do");

  made = kad_keystore_load_or_create (fixture->path, KAD_KEY_TYPE_ED25519, NULL);
  g_assert_nonnull (made);
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (g_chmod (fixture->path, modes[i]), ==, 0);
      g_assert_null (kad_keystore_load_or_create (fixture->path, KAD_KEY_TYPE_ED25519, &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_AUTHORIZED);
      g_assert_nonnull (strstr (error->message, "chmod 600"));
    }
}

static void
test_refuses_a_link (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("A symbolic link is not followed, wherever it leads");

  g_assert_cmpint (symlink ("/nonexistent", fixture->path), ==, 0);
  g_assert_null (kad_keystore_load_or_create (fixture->path, KAD_KEY_TYPE_ED25519, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_AUTHORIZED);
}

static void
test_refuses_damage_and_keeps_it (Fixture *fixture, gconstpointer data)
{
  g_autofree char *contents = NULL;
  gsize len;
  g_autoptr (KadPrivateKey) made = NULL;
  g_autofree char *kept = NULL;

  g_test_summary ("A cut, empty or flipped file is an error, never a new identity in its place");

  made = kad_keystore_load_or_create (fixture->path, KAD_KEY_TYPE_ED25519, NULL);
  g_assert_true (g_file_get_contents (fixture->path, &contents, &len, NULL));
  for (gsize cut = 0; cut < len; cut++)
    {
      g_autoptr (GError) error = NULL;
      gsize now;

      g_assert_true (g_file_set_contents_full (fixture->path, contents, cut,
                                               G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
      g_assert_null (kad_keystore_load_or_create (fixture->path, KAD_KEY_TYPE_ED25519, &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_CORRUPT);
      g_free (g_steal_pointer (&kept));
      g_assert_true (g_file_get_contents (fixture->path, &kept, &now, NULL));
      g_assert_cmpuint (now, ==, cut);
    }
}

static void
test_names_the_file_that_cannot_be_made (void)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("Where no file can be made, the error names it");

  g_assert_null (kad_keystore_load_or_create ("/proc/kad/identity", KAD_KEY_TYPE_ED25519, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "/proc/kad/identity"));
}

int
main (int argc, char **argv)
{
  static const char *const names[] = { "rsa", "ed25519", "secp256k1", "ecdsa" };

  g_test_init (&argc, &argv, NULL);
  for (guint type = 0; type < G_N_ELEMENTS (names); type++)
    {
      g_autofree char *path = g_strconcat ("/keystore/makes-it-once/", names[type], NULL);

      g_test_add (path, Fixture, GINT_TO_POINTER (type), set_up, test_makes_it_once, tear_down);
    }
  g_test_add_func ("/keystore/two-generated-keys-differ", test_two_generated_keys_differ);
  g_test_add ("/keystore/refuses-what-others-can-read", Fixture, NULL, set_up,
              test_refuses_what_others_can_read, tear_down);
  g_test_add ("/keystore/refuses-a-link", Fixture, NULL, set_up, test_refuses_a_link, tear_down);
  g_test_add ("/keystore/refuses-damage-and-keeps-it", Fixture, NULL, set_up,
              test_refuses_damage_and_keeps_it, tear_down);
  g_test_add_func ("/keystore/names-the-file-that-cannot-be-made",
                   test_names_the_file_that_cannot_be_made);
  return g_test_run ();
}
