/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "kad-error.h"
#include "kad-ws-handshake.h"

#define KEY "dGhlIHNhbXBsZSBub25jZQ=="

/* The upgrade from HTTP, both roles. A server answers whatever it is asked with one head, and says
 * yes only in words that a client takes for a yes to that key; a client takes nothing else. */

static void
check_server (const guint8 *head, gsize len)
{
  gboolean is_upgraded = FALSE;
  g_autofree char *answer = kad_ws_handshake_answer (head, len, &is_upgraded);
  gsize end;

  g_assert_nonnull (answer);
  end = kad_ws_handshake_find_end ((const guint8 *) answer, strlen (answer));
  g_assert_cmpuint (end, >, 0);
  g_assert_true (g_str_has_prefix (answer, is_upgraded ? "HTTP/1.1 101 " : "HTTP/1.1 4"));
  if (is_upgraded)
    g_assert_cmpuint (end, ==, strlen (answer));
  else
    g_assert_false (kad_ws_handshake_check ((const guint8 *) answer, end, KEY, NULL));
}

static void
check_client (const guint8 *head, gsize len)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = kad_ws_handshake_check (head, len, KEY, &error);

  fuzz_assert_outcome (ok, error);
  if (!ok)
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
  else /* the key's digest, as RFC 6455 section 1.3 has it */
    g_assert_nonnull (
        g_strstr_len ((const char *) head, (gssize) len, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = { data, size };
  gboolean is_client = fuzz_byte (&input) & 1;
  gsize len = kad_ws_handshake_find_end (input.data, MIN (input.len, KAD_MAX_WS_HEAD_BYTES));
  g_autofree guint8 *head = fuzz_copy (input.data, len);

  if (len == 0)
    return 0;
  g_assert_cmpmem (head + len - 4, 4, "\r\n\r\n", 4);
  if (is_client)
    check_client (head, len);
  else
    check_server (head, len);
  return 0;
}
