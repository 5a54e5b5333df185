/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-ws-handshake.h"

#include <libsoup/soup.h>
#include <sodium.h>
#include <string.h>

#include "kad-error.h"
#include "kad-escape.h"

#define KEY_BYTES 16
#define MAX_SHOWN_REASON 64
/* RFC 6455 section 1.3 */
#define ACCEPT_GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
#define SHA1_BYTES 20

gsize
kad_ws_handshake_find_end (const guint8 *data, gsize len)
{
  const guint8 *end = memmem (data, len, "\r\n\r\n", 4);

  return end != NULL ? (gsize) (end - data) + 4 : 0;
}

char *
kad_ws_handshake_new_key (void)
{
  guint8 bytes[KEY_BYTES];

  randombytes_buf (bytes, sizeof bytes);
  return g_base64_encode (bytes, sizeof bytes);
}

static char *
compute_accept (const char *key)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  guint8 digest[SHA1_BYTES];
  gsize len = sizeof digest;

  g_checksum_update (checksum, (const guchar *) key, (gssize) strlen (key));
  g_checksum_update (checksum, (const guchar *) ACCEPT_GUID, (gssize) strlen (ACCEPT_GUID));
  g_checksum_get_digest (checksum, digest, &len);
  return g_base64_encode (digest, len);
}

char *
kad_ws_handshake_new_request (const char *authority, const char *path, const char *key)
{
  return g_strdup_printf ("GET /%s HTTP/1.1\r\n"
                          "Host: %s\r\n"
                          "Upgrade: websocket\r\n"
                          "Connection: Upgrade\r\n"
                          "Sec-WebSocket-Key: %s\r\n"
                          "Sec-WebSocket-Version: 13\r\n"
                          "\r\n",
                          path != NULL ? path : "", authority, key);
}

/* NULL: libsoup may have it. */
static const char *
find_fault (const guint8 *head, gsize len)
{

  for (gsize i = 0; i < len; i++)
    {
      if (head[i] == '\0')
        return "a header has a zero byte";
      if ((head[i] == '\r') != (i + 1 < len && head[i + 1] == '\n'))
        return "a line does not end as it has to";
    }
  return NULL;
}

/* The first line and the empty one are none. */
static gboolean
has_too_many_headers (const guint8 *head, gsize len)
{
  guint n_lines = 0;

  for (gsize i = 0; i < len; i++)
    n_lines += head[i] == '\n';
  return n_lines > KAD_MAX_WS_HEADERS + 2;
}

/* libsoup wants the head without its empty line, and a zero behind it. */
static char *
dup_for_soup (const guint8 *head, gsize len)
{
  return g_strndup ((const char *) head, len - strlen ("\r\n"));
}

/* ---- the server ---- */

#define BAD_REQUEST "400 Bad Request"
#define METHOD_NOT_ALLOWED "405 Method Not Allowed"
#define UPGRADE_REQUIRED "426 Upgrade Required"
#define HEADERS_TOO_LARGE "431 Request Header Fields Too Large"

static char *
refuse (const char *status, const char *more, const char *reason)
{
  return g_strdup_printf ("HTTP/1.1 %s\r\n"
                          "%s"
                          "Connection: close\r\n"
                          "Content-Type: text/plain\r\n"
                          "Content-Length: %" G_GSIZE_FORMAT "\r\n"
                          "\r\n"
                          "%s\n",
                          status, more, strlen (reason) + 1, reason);
}

char *
kad_ws_handshake_answer_nonsense (void)
{
  return refuse (BAD_REQUEST, "", "This is no HTTP.");
}

static gboolean
is_good_key (const char *key)
{
  g_autofree guint8 *bytes = NULL;
  gsize len = 0;

  if (key == NULL || strlen (key) != 24)
    return FALSE;
  bytes = g_base64_decode (key, &len);
  return len == KEY_BYTES;
}

static char *
judge_request (const char *method, SoupHTTPVersion version, SoupMessageHeaders *headers,
               gboolean *is_upgraded)
{
  const char *key = soup_message_headers_get_one (headers, "Sec-WebSocket-Key");
  const char *wanted = soup_message_headers_get_one (headers, "Sec-WebSocket-Version");
  g_autofree char *accept = NULL;

  if (!g_str_equal (method, "GET"))
    return refuse (METHOD_NOT_ALLOWED, "Allow: GET\r\n", "Only GET is known here.");
  if (version != SOUP_HTTP_1_1
      || !soup_message_headers_header_contains (headers, "Upgrade", "websocket")
      || !soup_message_headers_header_contains (headers, "Connection", "upgrade"))
    return refuse (UPGRADE_REQUIRED, "Upgrade: websocket\r\n",
                   "There is nothing here but a WebSocket.");
  if (wanted == NULL || !g_str_equal (wanted, "13"))
    return refuse (UPGRADE_REQUIRED, "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
                   "Only version 13 of WebSocket is known here.");
  if (!is_good_key (key))
    return refuse (BAD_REQUEST, "", "The key is wrong.");
  *is_upgraded = TRUE;
  accept = compute_accept (key);
  return g_strdup_printf ("HTTP/1.1 101 Switching Protocols\r\n"
                          "Upgrade: websocket\r\n"
                          "Connection: Upgrade\r\n"
                          "Sec-WebSocket-Accept: %s\r\n"
                          "\r\n",
                          accept);
}

char *
kad_ws_handshake_answer (const guint8 *head, gsize len, gboolean *is_upgraded)
{
  g_autoptr (SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_REQUEST);
  const char *fault = find_fault (head, len);
  g_autofree char *text = NULL;
  g_autofree char *method = NULL;
  g_autofree char *path = NULL;
  SoupHTTPVersion version;

  *is_upgraded = FALSE;
  if (len == 0 || has_too_many_headers (head, len))
    return refuse (HEADERS_TOO_LARGE, "", "There are too many headers.");
  if (fault != NULL)
    return refuse (BAD_REQUEST, "", fault);
  text = dup_for_soup (head, len);
  if (soup_headers_parse_request (text, (int) strlen (text), headers, &method, &path, &version)
      != SOUP_STATUS_OK)
    return kad_ws_handshake_answer_nonsense ();
  return judge_request (method, version, headers, is_upgraded);
}

/* ---- the client ---- */

static gboolean
complain (GError **error, const char *reason)
{
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_PROTOCOL, reason);
  return FALSE;
}

gboolean
kad_ws_handshake_check (const guint8 *head, gsize len, const char *key, GError **error)
{
  g_autoptr (SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  const char *fault = find_fault (head, len);
  g_autofree char *text = NULL;
  g_autofree char *raw_phrase = NULL;
  g_autofree char *phrase = NULL;
  g_autofree char *wanted = compute_accept (key);
  const char *accept;
  guint status = 0;

  if (fault != NULL || has_too_many_headers (head, len))
    return complain (error, fault != NULL ? fault : "there are too many headers");
  text = dup_for_soup (head, len);
  if (!soup_headers_parse_response (text, (int) strlen (text), headers, NULL, &status, &raw_phrase))
    return complain (error, "its answer is no HTTP");
  if (status != SOUP_STATUS_SWITCHING_PROTOCOLS)
    {
      phrase = kad_escape_peer_text (raw_phrase, -1, MAX_SHOWN_REASON);
      g_set_error (error, KAD_ERROR, KAD_ERROR_PROTOCOL, "it does not upgrade to WebSocket: %u %s",
                   status, phrase);
      return FALSE;
    }
  accept = soup_message_headers_get_one (headers, "Sec-WebSocket-Accept");
  if (!soup_message_headers_header_contains (headers, "Upgrade", "websocket")
      || !soup_message_headers_header_contains (headers, "Connection", "upgrade") || accept == NULL
      || !g_str_equal (accept, wanted))
    return complain (error, "its answer is no WebSocket's");
  if (soup_message_headers_get_list (headers, "Sec-WebSocket-Extensions") != NULL
      || soup_message_headers_get_list (headers, "Sec-WebSocket-Protocol") != NULL)
    return complain (error, "it wants an extension or a subprotocol that we did not ask for");
  return TRUE;
}
