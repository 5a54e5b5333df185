/* SPDX-License-Identifier: GPL-3.0-or-later */
/* make-certificates DIR: an authority, and what it has signed, new in each build:
 *
 *   ca.pem          the authority
 *   cert.pem        for localhost, 127.0.0.1 and ::1; key.pem is its key
 *   other-cert.pem  for other.example only; other-key.pem is its key
 *   old-cert.pem    as cert.pem, but over; key.pem is its key, too
 *   stranger.pem    an authority that has signed nothing of these
 */
#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define DAY_S (24 * 60 * 60)
#define YEARS_S (3650LL * DAY_S)

static void
check (int code, const char *what)
{
  if (code >= 0)
    return;
  fprintf (stderr, "make-certificates: %s: %s\n", what, gnutls_strerror (code));
  exit (EXIT_FAILURE);
}

static gnutls_x509_privkey_t
make_key (void)
{
  gnutls_x509_privkey_t key;

  check (gnutls_x509_privkey_init (&key), "key");
  check (gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA,
                                       GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0),
         "key");
  return key;
}

static gnutls_x509_crt_t
make_certificate (gnutls_x509_privkey_t key, const char *name, gint64 begin_s, gint64 end_s)
{
  static guint8 serial = 1;
  gnutls_x509_crt_t certificate;

  check (gnutls_x509_crt_init (&certificate), "certificate");
  check (gnutls_x509_crt_set_version (certificate, 3), "version");
  check (gnutls_x509_crt_set_serial (certificate, &serial, 1), "serial");
  serial++;
  check (gnutls_x509_crt_set_activation_time (certificate, begin_s), "begin");
  check (gnutls_x509_crt_set_expiration_time (certificate, end_s), "end");
  check (gnutls_x509_crt_set_dn_by_oid (certificate, GNUTLS_OID_X520_COMMON_NAME, 0, name,
                                        (guint) strlen (name)),
         "name");
  check (gnutls_x509_crt_set_key (certificate, key), "key of the certificate");
  return certificate;
}

static void
write_file (const char *folder, const char *name, const gnutls_datum_t *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  if (g_file_set_contents (path, (const char *) text->data, text->size, &error))
    return;
  fprintf (stderr, "make-certificates: %s\n", error->message);
  exit (EXIT_FAILURE);
}

static void
write_certificate (const char *folder, const char *name, gnutls_x509_crt_t certificate)
{
  gnutls_datum_t text;

  check (gnutls_x509_crt_export2 (certificate, GNUTLS_X509_FMT_PEM, &text), name);
  write_file (folder, name, &text);
  gnutls_free (text.data);
}

static void
write_key (const char *folder, const char *name, gnutls_x509_privkey_t key)
{
  gnutls_datum_t text;

  check (gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, NULL, 0, &text), name);
  write_file (folder, name, &text);
  gnutls_free (text.data);
}

static gnutls_x509_crt_t
make_authority (const char *folder, const char *file, const char *name, gnutls_x509_privkey_t key)
{
  gnutls_x509_crt_t authority
      = make_certificate (key, name, time (NULL) - DAY_S, time (NULL) + YEARS_S);

  check (gnutls_x509_crt_set_basic_constraints (authority, 1, -1), "constraints");
  check (gnutls_x509_crt_set_key_usage (authority, GNUTLS_KEY_KEY_CERT_SIGN), "usage");
  check (gnutls_x509_crt_sign2 (authority, authority, key, GNUTLS_DIG_SHA256, 0), "signing");
  write_certificate (folder, file, authority);
  return authority;
}

static void
add_names (gnutls_x509_crt_t certificate, gboolean is_here)
{
  const guint8 ip4[4] = { 127, 0, 0, 1 };
  const guint8 ip6[16] = { [15] = 1 };
  const char *name = is_here ? "localhost" : "other.example";

  check (gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_DNSNAME, name,
                                               (guint) strlen (name), GNUTLS_FSAN_SET),
         "names");
  if (!is_here)
    return;
  check (gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_IPADDRESS, ip4, sizeof ip4,
                                               GNUTLS_FSAN_APPEND),
         "names");
  check (gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_IPADDRESS, ip6, sizeof ip6,
                                               GNUTLS_FSAN_APPEND),
         "names");
}

int
main (int argc, char **argv)
{
  gnutls_x509_privkey_t authority_key = make_key (), key = make_key (), other_key = make_key ();
  gnutls_x509_crt_t authority, certificates[3];
  const char *files[] = { "cert.pem", "other-cert.pem", "old-cert.pem" };
  gint64 now_s = time (NULL);

  if (argc != 2 || g_mkdir_with_parents (argv[1], 0700) != 0)
    {
      fprintf (stderr, "usage: make-certificates DIR\n");
      return EXIT_FAILURE;
    }
  authority = make_authority (argv[1], "ca.pem", "Kad test authority", authority_key);
  gnutls_x509_crt_deinit (make_authority (argv[1], "stranger.pem", "A stranger", other_key));
  certificates[0] = make_certificate (key, "localhost", now_s - DAY_S, now_s + YEARS_S);
  certificates[1] = make_certificate (other_key, "other.example", now_s - DAY_S, now_s + YEARS_S);
  certificates[2] = make_certificate (key, "localhost", now_s - 2 * DAY_S, now_s - DAY_S);
  for (guint i = 0; i < G_N_ELEMENTS (certificates); i++)
    {
      add_names (certificates[i], i != 1);
      check (
          gnutls_x509_crt_sign2 (certificates[i], authority, authority_key, GNUTLS_DIG_SHA256, 0),
          "signing");
      write_certificate (argv[1], files[i], certificates[i]);
      gnutls_x509_crt_deinit (certificates[i]);
    }
  write_key (argv[1], "key.pem", key);
  write_key (argv[1], "other-key.pem", other_key);
  gnutls_x509_crt_deinit (authority);
  gnutls_x509_privkey_deinit (authority_key);
  gnutls_x509_privkey_deinit (key);
  gnutls_x509_privkey_deinit (other_key);
  return EXIT_SUCCESS;
}
