/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "kad-escape.h"
#include "kad-time.h"

static void
check_time (const char *text)
{
  KadWallTime time = { 0 }, again = { 0 };
  g_autofree char *out = NULL;

  if (!kad_wall_time_parse_rfc3339 (text, &time))
    return;
  out = kad_wall_time_to_rfc3339 (time);
  g_assert_true (kad_wall_time_parse_rfc3339 (out, &again));
  g_assert_cmpint (time.unix_us, ==, again.unix_us);
}

/* Text of a peer: what is shown of it is harmless and bounded; times of
 * records are read exactly. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = { data, size };
  gsize max = fuzz_uint16 (&input);
  g_autofree char *text = fuzz_text (input.data, input.len);
  g_autofree char *shown = kad_escape_peer_text (text, (gssize) input.len, max);
  const char *at;

  check_time (text);
  g_assert_true (g_utf8_validate (shown, -1, NULL));
  g_assert_cmpuint (strlen (shown), <=, 4 * MIN (input.len, max));
  for (at = shown; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      g_assert_true (c >= 0x20 && !(c >= 0x7f && c < 0xa0));
      g_assert_true (!(c >= 0x202a && c <= 0x202e) && !(c >= 0x2066 && c <= 0x2069));
      g_assert_true (c != 0x2028 && c != 0x2029);
    }
  return 0;
}
