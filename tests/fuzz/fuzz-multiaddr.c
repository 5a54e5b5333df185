/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "kad-error.h"
#include "kad-multiaddr.h"
#include "kad-peer-id.h"

/* The parts are inside and in order, and what is taken off can be put back. */
static void
check_parts (KadMultiaddr *address)
{
  g_autoptr (KadMultiaddr) transport = NULL;
  KadMultiaddrIter iter;
  const guint8 *value, *id = NULL;
  gsize len, id_len = 0;
  const guint8 *data = kad_multiaddr_get_data (address, &len), *at = data;
  guint n = 0;
  guint32 code;
  gsize value_len;

  kad_multiaddr_iter_init (&iter, address);
  while (kad_multiaddr_iter_next (&iter, &code, &value, &value_len))
    {
      n++;
      g_assert_true (kad_multiaddr_has_protocol (address, code));
      if (value_len == 0)
        continue;
      g_assert_true (value > at && value_len <= (gsize) (data + len - value));
      at = value + value_len - 1;
    }
  g_assert_cmpuint (n, >=, 1);
  g_assert_cmpuint (n, <=, KAD_MAX_MULTIADDR_COMPONENTS);
  kad_multiaddr_get_scope (address);

  transport = kad_multiaddr_split_peer (address, &id, &id_len);
  if (id != NULL)
    {
      g_assert_true (id >= data && id_len <= (gsize) (data + len - id));
      g_assert_true (transport == NULL || !kad_multiaddr_equal (transport, address));
    }
}

static void
check_text (KadMultiaddr *address)
{
  g_autofree char *text = kad_multiaddr_to_string (address);
  g_autoptr (GError) error = NULL;
  g_autoptr (KadMultiaddr) again = NULL;
  g_autofree char *text_again = NULL;

  if (strlen (text) > KAD_MAX_MULTIADDR_TEXT)
    return;
  again = kad_multiaddr_new_from_string (text, &error);
  g_assert_no_error (error);
  text_again = kad_multiaddr_to_string (again);
  g_assert_cmpstr (text_again, ==, text);
  g_assert_true (kad_multiaddr_equal (address, again));
  g_assert_cmpuint (kad_multiaddr_hash (address), ==, kad_multiaddr_hash (again));
  g_assert_cmpint (kad_multiaddr_compare (address, again), ==, 0);
}

static void
check_joined (KadMultiaddr *address)
{
  g_autoptr (KadMultiaddr) tail = kad_multiaddr_new_from_string ("/tcp/1/ws", NULL);
  g_autoptr (KadMultiaddr) joined = kad_multiaddr_encapsulate (address, tail, NULL);
  g_autoptr (KadMultiaddr) back = NULL;

  if (joined == NULL)
    return;
  back = kad_multiaddr_decapsulate (joined, tail);
  g_assert_true (kad_multiaddr_equal (back, address));
}

/* What is taken from the wire is written as it came, and its text means the same bytes. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_bytes (data, size, &error);
  const guint8 *bytes;
  gsize len;

  fuzz_assert_outcome (address != NULL, error);
  if (address == NULL)
    {
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS);
      return 0;
    }
  bytes = kad_multiaddr_get_data (address, &len);
  g_assert_cmpmem (bytes, len, data, size);
  check_parts (address);
  check_text (address);
  check_joined (address);
  return 0;
}
