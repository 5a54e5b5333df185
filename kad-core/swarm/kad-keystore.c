/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-keystore.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <secp256k1.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kad-error.h"

#define KAD_MAX_IDENTITY_FILE_BYTES (16 * 1024)
#define KAD_NEW_RSA_BITS 2048

/* ---- making ---- */

/* PrivateKey { Type = 1, Data = 2 } */
static KadPrivateKey *
key_from_data (KadKeyType type, const guint8 *data, gsize len, GError **error)
{
  g_autoptr (GByteArray) message = g_byte_array_new ();
  guint8 head[] = { 0x08, type, 0x12 };
  KadPrivateKey *key;

  g_byte_array_append (message, head, sizeof head);
  for (gsize rest = len;; rest >>= 7)
    {
      guint8 byte = (rest & 0x7f) | (rest > 0x7f ? 0x80 : 0);

      g_byte_array_append (message, &byte, 1);
      if (rest <= 0x7f)
        break;
    }
  g_byte_array_append (message, data, len);
  key = kad_private_key_new_from_protobuf (message->data, message->len, error);
  sodium_memzero (message->data, message->len);
  return key;
}

static KadPrivateKey *
generate_ed25519 (void)
{
  guint8 seed[32];
  KadPrivateKey *key;

  randombytes_buf (seed, sizeof seed);
  key = kad_private_key_new_ed25519_from_seed (seed);
  sodium_memzero (seed, sizeof seed);
  return key;
}

static KadPrivateKey *
generate_secp256k1 (GError **error)
{
  secp256k1_context *context = secp256k1_context_create (SECP256K1_CONTEXT_SIGN);
  guint8 secret[32];
  KadPrivateKey *key;

  do
    randombytes_buf (secret, sizeof secret);
  while (!secp256k1_ec_seckey_verify (context, secret));
  secp256k1_context_destroy (context);
  key = key_from_data (KAD_KEY_TYPE_SECP256K1, secret, sizeof secret, error);
  sodium_memzero (secret, sizeof secret);
  return key;
}

static KadPrivateKey *
generate_x509 (KadKeyType type, gnutls_pk_algorithm_t algorithm, guint bits, GError **error)
{
  gnutls_x509_privkey_t x509;
  gnutls_datum_t der = { NULL, 0 };
  KadPrivateKey *key = NULL;
  int status;

  gnutls_x509_privkey_init (&x509);
  status = gnutls_x509_privkey_generate (x509, algorithm, bits, 0);
  if (status >= 0)
    status = gnutls_x509_privkey_export2 (x509, GNUTLS_X509_FMT_DER, &der);
  if (status >= 0)
    key = key_from_data (type, der.data, der.size, error);
  else
    g_set_error (error, KAD_ERROR, KAD_ERROR_FAILED, "Cannot make a key: %s",
                 gnutls_strerror (status));
  gnutls_x509_privkey_deinit (x509);
  if (der.data != NULL)
    sodium_memzero (der.data, der.size);
  gnutls_free (der.data);
  return key;
}

KadPrivateKey *
kad_keystore_generate (KadKeyType type, GError **error)
{
  if (sodium_init () < 0)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_FAILED, "libsodium cannot start");
      return NULL;
    }
  switch (type)
    {
    case KAD_KEY_TYPE_ED25519:
      return generate_ed25519 ();
    case KAD_KEY_TYPE_SECP256K1:
      return generate_secp256k1 (error);
    case KAD_KEY_TYPE_RSA:
      return generate_x509 (type, GNUTLS_PK_RSA, KAD_NEW_RSA_BITS, error);
    case KAD_KEY_TYPE_ECDSA:
      return generate_x509 (type, GNUTLS_PK_ECDSA,
                            GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), error);
    }
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, "There is no key type %d", type);
  return NULL;
}

/* ---- the file ---- */

static gboolean
fail_errno (const char *path, const char *what, GError **error)
{
  int code = errno;

  g_set_error (error, KAD_ERROR, KAD_ERROR_FAILED, "Cannot %s the identity file \"%s\": %s", what,
               path, g_strerror (code));
  return FALSE;
}

static gboolean
check_file (const char *path, int fd, gsize *size, GError **error)
{
  struct stat status;

  if (fstat (fd, &status) != 0)
    return fail_errno (path, "look at", error);
  if (!S_ISREG (status.st_mode))
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_CORRUPT, "The identity \"%s\" is not a file", path);
      return FALSE;
    }
  if ((status.st_mode & 077) != 0)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_AUTHORIZED,
                   "Others can read the identity file \"%s\" (mode %04o): its key may be known to "
                   "them. If it is not, run: chmod 600 \"%s\"",
                   path, status.st_mode & 07777, path);
      return FALSE;
    }
  if (status.st_size == 0 || status.st_size > KAD_MAX_IDENTITY_FILE_BYTES)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_CORRUPT,
                   "The identity file \"%s\" holds no key: move it away to get a new identity",
                   path);
      return FALSE;
    }
  *size = status.st_size;
  return TRUE;
}

/* FALSE: an error, or an end before @len bytes. */
static gboolean
read_all (int fd, guint8 *data, gsize len)
{
  while (len > 0)
    {
      gssize n = read (fd, data, len);

      if (n < 0 && errno == EINTR)
        continue;
      if (n == 0)
        errno = EIO; /* it became shorter since it was looked at */
      if (n <= 0)
        return FALSE;
      data += n;
      len -= n;
    }
  return TRUE;
}

static KadPrivateKey *
load (const char *path, int fd, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree guint8 *data = NULL;
  KadPrivateKey *key;
  gsize size;

  if (!check_file (path, fd, &size, error))
    return NULL;
  data = g_malloc (size);
  if (!read_all (fd, data, size))
    {
      fail_errno (path, "read", error);
      return NULL;
    }
  key = kad_private_key_new_from_protobuf (data, size, &local);
  sodium_memzero (data, size);
  if (key == NULL)
    g_set_error (error, KAD_ERROR, KAD_ERROR_CORRUPT,
                 "The identity file \"%s\" holds no key (%s): move it away to get a new identity",
                 path, local->message);
  return key;
}

static gboolean
write_all (int fd, const guint8 *data, gsize len)
{
  while (len > 0)
    {
      gssize n = write (fd, data, len);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      data += n;
      len -= n;
    }
  return fsync (fd) == 0;
}

/* A temporary file beside it, then link(): whole or not at all, and never over another's. */
static gboolean
store (const char *path, KadPrivateKey *key, GError **error)
{
  g_autofree char *temporary = g_strdup_printf ("%s.XXXXXX", path);
  g_autoptr (GBytes) message = kad_private_key_to_protobuf (key);
  gboolean ok;
  gsize len;
  const guint8 *data = g_bytes_get_data (message, &len);
  int fd = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, 0600);

  if (fd < 0)
    return fail_errno (path, "create", error);
  ok = write_all (fd, data, len);
  if (!ok)
    fail_errno (path, "write", error);
  else if (link (temporary, path) != 0)
    ok = fail_errno (path, "create", error);
  close (fd);
  unlink (temporary);
  return ok;
}

KadPrivateKey *
kad_keystore_load_or_create (const char *path, KadKeyType type, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (KadPrivateKey) key = NULL;
  int fd = open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

  if (fd >= 0)
    {
      key = load (path, fd, error);
      close (fd);
      return g_steal_pointer (&key);
    }
  if (errno == ELOOP)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_AUTHORIZED,
                   "The identity \"%s\" is a symbolic link: name the file itself", path);
      return NULL;
    }
  if (errno != ENOENT)
    {
      fail_errno (path, "open", error);
      return NULL;
    }
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      fail_errno (path, "make the folder of", error);
      return NULL;
    }
  key = kad_keystore_generate (type, error);
  if (key == NULL || !store (path, key, error))
    return NULL;
  return g_steal_pointer (&key);
}
