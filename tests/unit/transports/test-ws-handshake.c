/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-ws-handshake.h"

#include <string.h>

#include "kad-error.h"

/* RFC 6455 section 1.3 */
#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

#define UPGRADE "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
#define GOOD_REQUEST                                                                               \
  "GET / HTTP/1.1\r\nHost: localhost\r\n" UPGRADE "Sec-WebSocket-Key: " KEY                        \
  "\r\nSec-WebSocket-Version: 13\r\n\r\n"
#define GOOD_ANSWER                                                                                \
  "HTTP/1.1 101 Switching Protocols\r\n" UPGRADE "Sec-WebSocket-Accept: " ACCEPT "\r\n\r\n"

static char *
answer (const char *head, gboolean *is_upgraded)
{
  return kad_ws_handshake_answer ((const guint8 *) head, strlen (head), is_upgraded);
}

static void
test_a_good_request (void)
{
  gboolean is_upgraded = FALSE;
  g_autofree char *text = answer (GOOD_REQUEST, &is_upgraded);
  g_autofree char *ours = kad_ws_handshake_new_request ("[::1]:80", "some/path", KEY);
  g_autofree char *ours_answer = NULL;

  g_test_summary ("The request of the RFC, and ours, get the answer of the RFC");

  g_assert_true (is_upgraded);
  g_assert_true (g_str_has_prefix (text, "HTTP/1.1 101 "));
  g_assert_nonnull (strstr (text, "\r\nSec-WebSocket-Accept: " ACCEPT "\r\n"));
  g_assert_true (g_str_has_prefix (ours, "GET /some/path HTTP/1.1\r\nHost: [::1]:80\r\n"));
  ours_answer = answer (ours, &is_upgraded);
  g_assert_true (is_upgraded);
  g_assert_cmpstr (ours_answer, ==, text);
}

static void
test_bad_requests (void)
{
  static const struct
  {
    const char *head;
    const char *status;
  } bad[] = {
    { "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "426" },
    { "GET / HTTP/1.0\r\n" UPGRADE "Sec-WebSocket-Key: " KEY
      "\r\nSec-WebSocket-Version: 13\r\n\r\n",
      "426" },
    { "POST / HTTP/1.1\r\n" UPGRADE "Sec-WebSocket-Key: " KEY
      "\r\nSec-WebSocket-Version: 13\r\n\r\n",
      "405" },
    { "GET / HTTP/1.1\r\n" UPGRADE "Sec-WebSocket-Key: " KEY "\r\nSec-WebSocket-Version: 8\r\n\r\n",
      "426" },
    { "GET / HTTP/1.1\r\n" UPGRADE "Sec-WebSocket-Version: 13\r\n\r\n", "400" },
    { "GET / HTTP/1.1\r\n" UPGRADE "Sec-WebSocket-Key: short\r\nSec-WebSocket-Version: 13\r\n\r\n",
      "400" },
    { "GET / HTTP/1.1\nHost: x\r\n\r\n", "400" },
    { "GET / HTTP/1.1\r\nHost: x\ry\r\n\r\n", "400" },
    { "NONSENSE\r\n\r\n", "400" },
    { "\r\n\r\n", "400" },
  };

  g_test_summary ("What is no upgrade gets a status of HTTP that says so");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      gboolean is_upgraded = TRUE;
      g_autofree char *text = answer (bad[i].head, &is_upgraded);

      g_test_message ("%s", bad[i].head);
      g_assert_false (is_upgraded);
      g_assert_cmpint (strncmp (text + strlen ("HTTP/1.1 "), bad[i].status, 3), ==, 0);
      g_assert_nonnull (strstr (text, "\r\nConnection: close\r\n"));
    }
}

static void
test_zero_bytes (void)
{
  static const char head[] = "GET / HTTP/1.1\r\nHost: \0\r\n\r\n";
  gboolean is_upgraded = TRUE;
  g_autofree char *text
      = kad_ws_handshake_answer ((const guint8 *) head, sizeof head - 1, &is_upgraded);

  g_test_summary ("A zero byte is refused before libsoup sees it");

  g_assert_false (is_upgraded);
  g_assert_nonnull (strstr (text, " 400 "));
}

static void
test_how_many_headers (void)
{
  g_test_summary ("As many headers as there may be are read, and one more is 431");

  for (guint extra = 0; extra < 2; extra++)
    {
      g_autoptr (GString) head
          = g_string_new ("GET / HTTP/1.1\r\n" UPGRADE "Sec-WebSocket-Key: " KEY
                          "\r\nSec-WebSocket-Version: 13\r\n");
      g_autofree char *text = NULL;
      gboolean is_upgraded;

      for (guint i = 4; i < KAD_MAX_WS_HEADERS + extra; i++)
        g_string_append (head, "A: b\r\n");
      g_string_append (head, "\r\n");
      text = answer (head->str, &is_upgraded);
      g_assert_true (is_upgraded == (extra == 0));
      g_assert_true ((strstr (text, " 431 ") != NULL) == (extra == 1));
    }
}

static gboolean
check (const char *head, GError **error)
{
  return kad_ws_handshake_check ((const guint8 *) head, strlen (head), KEY, error);
}

static void
test_answers (void)
{
  static const struct
  {
    const char *head;
    const char *reason;
  } bad[] = {
    { "HTTP/1.1 200 OK\r\n\r\n", "it does not upgrade to WebSocket: 200 OK" },
    { "HTTP/1.1 404 \x1b[2J\r\n\r\n", "404 \\x1b[2J" },
    { "SSH-2.0-x\r\n\r\n", "no HTTP" },
    { "HTTP/1.1 101 x\r\n" UPGRADE "\r\n", "no WebSocket's" },
    { "HTTP/1.1 101 x\r\n" UPGRADE "Sec-WebSocket-Accept: AAAA\r\n\r\n", "no WebSocket's" },
    { "HTTP/1.1 101 x\r\nSec-WebSocket-Accept: " ACCEPT "\r\n\r\n", "no WebSocket's" },
    { "HTTP/1.1 101 x\r\n" UPGRADE "Sec-WebSocket-Accept: " ACCEPT
      "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
      "an extension" },
  };
  g_autoptr (GError) none = NULL;

  g_test_summary ("Only the answer to our key is taken; others are told in words, escaped");

  g_assert_true (check (GOOD_ANSWER, &none));
  g_assert_no_error (none);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (check (bad[i].head, &error));
      g_assert_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, bad[i].reason));
    }
}

static void
test_mutations (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (13);

  g_test_summary ("Requests and answers with changed bytes, and cut ones, are read or refused");

  for (guint i = 0; i < 50000; i++)
    {
      g_autofree char *head = g_strdup (i % 2 ? GOOD_REQUEST : GOOD_ANSWER);
      g_autofree char *text = NULL;
      gsize len = strlen (head), end;
      gboolean is_upgraded;

      for (guint j = 0; j < 3; j++)
        head[g_rand_int_range (random, 0, (gint32) len - 4)] = (char) g_rand_int (random);
      end = kad_ws_handshake_find_end ((guint8 *) head, len);
      g_assert_cmpuint (end, <=, len);
      if (end == 0)
        continue;
      text = kad_ws_handshake_answer ((guint8 *) head, end, &is_upgraded);
      g_assert_nonnull (text);
      kad_ws_handshake_check ((guint8 *) head, end, KEY, NULL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ws-handshake/a-good-request", test_a_good_request);
  g_test_add_func ("/ws-handshake/bad-requests", test_bad_requests);
  g_test_add_func ("/ws-handshake/zero-bytes", test_zero_bytes);
  g_test_add_func ("/ws-handshake/how-many-headers", test_how_many_headers);
  g_test_add_func ("/ws-handshake/answers", test_answers);
  g_test_add_func ("/ws-handshake/mutations", test_mutations);
  return g_test_run ();
}
