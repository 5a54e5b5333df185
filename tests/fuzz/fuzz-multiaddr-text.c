/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "kad-endpoint.h"
#include "kad-error.h"
#include "kad-peer-info.h"

static void
check_endpoint (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KadEndpoint) endpoint = kad_endpoint_parse (text, &error);
  g_autoptr (KadEndpoint) again = NULL;
  g_autofree char *out = NULL;
  g_autofree char *out_again = NULL;

  fuzz_assert_outcome (endpoint != NULL, error);
  if (endpoint == NULL)
    return;
  g_assert_true (kad_peer_id_is_set (&endpoint->peer) || endpoint->address != NULL);
  out = kad_endpoint_to_string (endpoint);
  if (strlen (out) > KAD_MAX_MULTIADDR_TEXT)
    return;
  again = kad_endpoint_parse (out, &error);
  g_assert_no_error (error);
  out_again = kad_endpoint_to_string (again);
  g_assert_cmpstr (out_again, ==, out);
  g_assert_true (kad_peer_id_equal (&endpoint->peer, &again->peer));
}

static void
check_peer_info (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KadPeerInfo) info = kad_peer_info_new_from_string (text, &error);

  fuzz_assert_outcome (info != NULL, error);
  if (info != NULL)
    g_assert_true (kad_peer_id_is_set (kad_peer_info_get_peer (info)));
}

/* Text becomes bytes that are good on the wire, and their text becomes the same bytes. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = fuzz_text (data, size);
  g_autofree char *canonical = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (KadMultiaddr) address = kad_multiaddr_new_from_string (text, &error);
  g_autoptr (KadMultiaddr) from_bytes = NULL;
  g_autoptr (KadMultiaddr) from_text = NULL;
  const guint8 *bytes;
  gsize len;

  check_endpoint (text);
  check_peer_info (text);
  fuzz_assert_outcome (address != NULL, error);
  if (address == NULL)
    {
      g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ADDRESS);
      return 0;
    }
  bytes = kad_multiaddr_get_data (address, &len);
  g_assert_cmpuint (len, <=, KAD_MAX_MULTIADDR_BYTES);
  from_bytes = kad_multiaddr_new_from_bytes (bytes, len, &error);
  g_assert_no_error (error);
  canonical = kad_multiaddr_to_string (address);
  if (strlen (canonical) > KAD_MAX_MULTIADDR_TEXT)
    return 0;
  from_text = kad_multiaddr_new_from_string (canonical, &error);
  g_assert_no_error (error);
  g_assert_true (kad_multiaddr_equal (from_text, address));
  return 0;
}
