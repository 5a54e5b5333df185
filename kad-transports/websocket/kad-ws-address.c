/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-ws-address.h"

#include <arpa/inet.h>

#define PORT_HTTP 80
#define PORT_HTTPS 443
#define MAX_PARTS 8

typedef struct
{
  guint32 code;
  const guint8 *value;
  gsize len;
} Part;

/* The components, and where each ends in the bytes; 0 if there are too many. */
static guint
split (const KadMultiaddr *address, Part parts[MAX_PARTS], gsize ends[MAX_PARTS])
{
  KadMultiaddrIter iter;
  gsize len;
  const guint8 *data = kad_multiaddr_get_data (address, &len);
  guint n = 0;
  Part part;

  kad_multiaddr_iter_init (&iter, address);
  while (kad_multiaddr_iter_next (&iter, &part.code, &part.value, &part.len))
    {
      if (n == MAX_PARTS)
        return 0;
      parts[n] = part;
      ends[n] = (gsize) (iter.cursor - data);
      n++;
    }
  return n;
}

/* What stands behind the port. */
typedef struct
{
  const Part *sni;  /* (nullable) */
  const Part *path; /* (nullable) */
  gboolean is_tls;
  gboolean is_wss;
} Suffix;

static gboolean
parse_suffix (Suffix *self, const Part *parts, guint n)
{
  guint i = 0;

  *self = (Suffix){ 0 };
  if (i < n && parts[i].code == KAD_MULTIADDR_WSS)
    self->is_wss = self->is_tls = TRUE;
  else
    {
      if (i < n && parts[i].code == KAD_MULTIADDR_TLS)
        {
          self->is_tls = TRUE;
          i++;
        }
      if (i < n && self->is_tls && parts[i].code == KAD_MULTIADDR_SNI)
        self->sni = &parts[i++];
      if (i >= n || parts[i].code != KAD_MULTIADDR_WS)
        return FALSE;
    }
  i++;
  if (i < n && parts[i].code == KAD_MULTIADDR_HTTP_PATH)
    self->path = &parts[i++];
  return i == n;
}

/* Where the port is; -1 if there is none. */
static int
find_port (const Part *parts, guint n)
{
  for (guint i = 0; i < n; i++)
    if (parts[i].code == KAD_MULTIADDR_TCP)
      return (int) i;
  return -1;
}

static char *
dup_text (const Part *part)
{
  return part != NULL ? g_strndup ((const char *) part->value, part->len) : NULL;
}

/* The path may hold any byte. */
static char *
dup_path (const Part *part)
{
  return part != NULL ? g_uri_escape_bytes (part->value, part->len, "/?=&") : NULL;
}

gboolean
kad_ws_address_parse (KadWsAddress *self, const KadMultiaddr *address)
{
  Part parts[MAX_PARTS];
  gsize ends[MAX_PARTS];
  gsize len;
  const guint8 *data = kad_multiaddr_get_data (address, &len);
  guint n = split (address, parts, ends);
  int port = find_port (parts, n);
  g_autoptr (KadMultiaddr) tcp = NULL;
  Suffix suffix;

  *self = (KadWsAddress){ 0 };
  if (port < 0 || !parse_suffix (&suffix, parts + port + 1, n - (guint) port - 1))
    return FALSE;
  tcp = kad_multiaddr_new_from_bytes (data, ends[port], NULL);
  if (tcp == NULL || !kad_tcp_address_from_multiaddr (&self->tcp, tcp))
    return FALSE;
  self->is_tls = suffix.is_tls;
  self->sni = dup_text (suffix.sni);
  self->path = dup_path (suffix.path);
  self->suffix = kad_multiaddr_new_from_bytes (data + ends[port], len - ends[port], NULL);
  self->bare = kad_multiaddr_new_from_string (suffix.is_wss   ? "/wss"
                                              : suffix.is_tls ? "/tls/ws"
                                                              : "/ws",
                                              NULL);
  return TRUE;
}

void
kad_ws_address_clear (KadWsAddress *self)
{
  g_clear_pointer (&self->sni, g_free);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->suffix, kad_multiaddr_unref);
  g_clear_pointer (&self->bare, kad_multiaddr_unref);
}

char *
kad_ws_address_dup_host (const KadWsAddress *self)
{
  char text[INET6_ADDRSTRLEN] = "";

  if (self->sni != NULL)
    return g_strdup (self->sni);
  if (self->tcp.any.sa_family == AF_INET)
    inet_ntop (AF_INET, &self->tcp.ip4.sin_addr, text, sizeof text);
  else
    inet_ntop (AF_INET6, &self->tcp.ip6.sin6_addr, text, sizeof text);
  return g_strdup (text);
}

char *
kad_ws_address_dup_authority (const KadWsAddress *self)
{
  g_autofree char *host = kad_ws_address_dup_host (self);
  gboolean is_literal = strchr (host, ':') != NULL;
  guint16 port = kad_tcp_address_get_port (&self->tcp);
  const char *open = is_literal ? "[" : "", *close = is_literal ? "]" : "";

  if (port == (self->is_tls ? PORT_HTTPS : PORT_HTTP))
    return g_strconcat (open, host, close, NULL);
  return g_strdup_printf ("%s%s%s:%u", open, host, close, port);
}

static gboolean
is_host_name (guint32 code)
{
  return code == KAD_MULTIADDR_DNS || code == KAD_MULTIADDR_DNS4 || code == KAD_MULTIADDR_DNS6;
}

KadMultiaddr *
kad_ws_address_keep_name (const KadMultiaddr *address)
{
  Part parts[MAX_PARTS];
  gsize ends[MAX_PARTS];
  gsize len;
  const guint8 *data = kad_multiaddr_get_data (address, &len);
  guint n = split (address, parts, ends);
  g_autoptr (KadMultiaddr) where = NULL;
  g_autoptr (KadMultiaddr) how = NULL;
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  Suffix suffix;

  if (n < 3 || !is_host_name (parts[0].code) || parts[1].code != KAD_MULTIADDR_TCP
      || !parse_suffix (&suffix, parts + 2, n - 2) || !suffix.is_tls || suffix.sni != NULL)
    return NULL;
  name = dup_text (&parts[0]);
  text = g_strdup_printf ("/tls/sni/%s/ws", name);
  where = kad_multiaddr_new_from_bytes (data, ends[1], NULL);
  how = kad_multiaddr_new_from_string (text, NULL);
  if (where == NULL || how == NULL)
    return NULL;
  if (suffix.path != NULL)
    {
      g_autoptr (KadMultiaddr) path
          = kad_multiaddr_new_from_bytes (data + ends[n - 2], len - ends[n - 2], NULL);
      g_autoptr (KadMultiaddr) whole = kad_multiaddr_encapsulate (how, path, NULL);

      return whole != NULL ? kad_multiaddr_encapsulate (where, whole, NULL) : NULL;
    }
  return kad_multiaddr_encapsulate (where, how, NULL);
}
